"""The texts of the reading screens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from textual.content import Content

from console.core.model import Conversation, Event
from console.core.past import happened
from console.ui.text import cell, literal
from console.ui.words import MOOD_LONG, _, local_time

_BAR = 12


def sentences_text(sentences: Sequence[str], width: int) -> Content:
    """One sentence a paragraph; what begins with blanks belongs to the one before it."""
    if not sentences:
        return Content(_("No clock runs here."))
    lines: list[Content] = []
    for sentence in sentences:
        detail = sentence.startswith(" ")
        if lines and not detail:
            lines.append(Content(""))
        indent = "    " if detail else ""
        for line in literal(sentence.strip(), max(10, width - len(indent))).split("\n"):
            lines.append(Content.assemble(indent, (line.plain, "$muted" if detail else "")))
    return Content("\n").join(lines)


def history_text(events: Sequence[Event], now: datetime) -> Content:
    """What happened, newest first: when, who, what."""
    if not events:
        return Content(_("Nothing happened yet."))
    lines = []
    for event in sorted(events, key=lambda event: event.at, reverse=True):
        lines.append(
            Content.assemble(
                (f"{local_time(event.at, now):<12}", "$muted"),
                (cell(event.actor or _("desk"), 12).plain + " ", "bold"),
                literal(_happened(event, now)),
            )
        )
    return Content("\n").join(lines)


def _happened(event: Event, now: datetime) -> str:
    words = happened(event.verb, event.detail, lambda at: local_time(at, now))
    return " ".join(words.split())


def words_text(conversation: Conversation) -> Content:
    """The newest mood: its label, how sure the model is, and what each word weighed."""
    scored = [turn for turn in conversation.turns if turn.mood is not None]
    if not scored or scored[-1].mood is None:
        return Content(_("The model has not read this yet."))
    turn, mood = scored[-1], scored[-1].mood
    sure = _("uncertain") if mood.uncertain else _("sure")
    lines = [
        Content.assemble(
            (_(MOOD_LONG[mood.label]), "bold"),
            (
                "  "
                + _("{score} · {sure} · by {model}").format(
                    score=f"{mood.score:.2f}", sure=sure, model=mood.model or "–"
                ),
                "$muted",
            ),
        ),
        Content(""),
    ]
    if turn.contradiction:
        lines += [Content.styled(_("The stars and the words disagree."), "$soon"), Content("")]
    most = max((abs(weight) for _word, weight in mood.words), default=1.0) or 1.0
    for word, weight in mood.words[:20]:
        bar = "█" * max(1, round(_BAR * abs(weight) / most))
        sign = "+" if weight >= 0 else "−"
        lines.append(
            Content.assemble(
                cell(word, 22),
                (f" {sign}{abs(weight):.2f} ", "$muted"),
                (bar, "$accent" if weight >= 0 else "$muted"),
            )
        )
    if not mood.words:
        lines.append(Content.styled(_("No single word decided."), "$muted"))
    return Content("\n").join(lines)
