"""A conversation as text: who, how many stars, what was said, what became of our replies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct
from textual.content import Content

from console.core.model import Conversation, Earlier, QueueRow, Reply, Turn
from console.core.open_hours import OpenHours
from console.ui.countdown import countdown, span_text
from console.ui.dates import digits
from console.ui.text import literal
from console.ui.widgets.key_line import key_name
from console.ui.words import (
    KIND_WORDS,
    MOOD_LONG,
    PRIORITY_WORDS,
    REPLY_SIGNS,
    REPLY_WORDS,
    _,
    ago,
    brief,
    channel_name,
    local_time,
    ngettext,
    stars,
    status_word,
)

SHOWN_CHARACTERS = 4000
"""A longer turn is cut here until `more` is asked for: laying out a megabyte blocks the keys."""

_UNSETTLED = ("refused", "unsure", "awaiting_approval", "held", "sending", "retry_at")


class Talk(Struct, frozen=True):
    """What the pane shows, and the line at which the customer's newest words begin."""

    content: Content
    newest: int
    cut: bool
    """Something longer was cut."""


def talk(
    conversation: Conversation,
    *,
    width: int,
    now: datetime,
    hours: OpenHours,
    me: str,
    whole: bool = False,
    key_of: dict[str, str] | None = None,
) -> Talk:
    """The conversation in lines of at most `width` cells, oldest turn first."""
    keys = key_of or {}
    lines: list[Content] = [*_head(conversation, width, now, hours, keys)]
    for reply in conversation.replies:
        if reply.state in _UNSETTLED:
            lines += _reply(reply, width, now, me, keys)
    for draft in conversation.drafts:
        if draft.person != me:
            text = _("✎ {name} is writing a reply").format(name=draft.person)
            lines.append(Content.styled(brief(text, width), "$soon"))
    newest, cut = 0, False
    for turn in conversation.turns:
        lines.append(Content(""))
        if turn.kind == "inbound":
            newest = len(lines)
        lines += _turn(turn, width, now)
        text = turn.text
        if len(text) > SHOWN_CHARACTERS and not whole:
            text, cut = text[:SHOWN_CHARACTERS], True
        lines += _wrapped(text, max(1, width - 2), indent=2)
        if cut and text is not turn.text:
            left = len(turn.text) - SHOWN_CHARACTERS
            more = ngettext("… {n} more character", "… {n} more characters", left).format(n=left)
            lines.append(Content.styled("  " + more + " · " + _("Enter shows all"), "$accent"))
    if conversation.earlier:
        lines += [Content(""), *_earlier(conversation.earlier, width, now)]
    return Talk(Content("\n").join(lines), newest, cut)


def _head(
    conversation: Conversation,
    width: int,
    now: datetime,
    hours: OpenHours,
    keys: dict[str, str],
) -> Iterator[Content]:
    row = conversation.row
    first = [
        (stars(row.rating, row.rating_max), "$star"),
        (channel_name(row.source, row.source_type), ""),
        (row.who or _("(no name)"), "bold"),
        (row.language, "$muted"),
        (ago(row.last_activity_at, now) if row.last_activity_at else "", "$muted"),
    ]
    yield from _joined(first, width)
    due = countdown(row, now, hours)
    visible = "$trouble bold" if due.urgency == "late" else "$soon" if due.urgency == "soon" else ""
    second = [
        (status_word(row.status), ""),
        (due.text.strip() if due.urgency != "none" else "", visible or "$muted"),
        (_owner(row), "$muted"),
        (_(PRIORITY_WORDS[min(max(row.priority, 0), 3)]) if row.priority != 1 else "", "$soon"),
        (_("private") if not row.public else _(KIND_WORDS[row.kind]), "$muted"),
        (" ".join(f"#{tag}" for tag in row.tags), "$accent"),
    ]
    yield from _joined(second, width)
    if row.snoozed_until is not None:
        text = _("⏾ snoozed until {at}").format(at=local_time(row.snoozed_until, now))
        yield Content.styled(brief(text, width), "$muted")
    if row.thanks_until is not None and now < row.thanks_until:
        text = _(
            "♥ Looks like thanks, so no clock runs until {at} · {more} it is more · "
            "{again} snoozes it again"
        ).format(
            at=local_time(row.thanks_until, now),
            more=key_name(keys.get("thanks.more", "exclamation_mark")),
            again=key_name(keys.get("conversation.snooze_again", "l")),
        )
        yield from _sentence(text, width, "$muted")
    watching = sorted({*row.viewing, *row.writing})
    if row.writing:
        text = _("✎ writing now: {names}").format(names=" ".join(row.writing))
        yield Content.styled(brief(text, width), "$soon bold")
    elif watching:
        text = _("◦ also here: {names}").format(names=" ".join(watching))
        yield Content.styled(brief(text, width), "$muted")
    if row.outdated:
        yield from _sentence(_("± The review was edited after our reply."), width, "$soon bold")
    if not conversation.answerable:
        yield from _sentence("⊘ " + conversation.unanswerable_because, width, "$muted")


def _owner(row: QueueRow) -> str:
    return _("owner {name}").format(name=row.owner) if row.owner else _("nobody's")


def _reply(
    reply: Reply, width: int, now: datetime, me: str, keys: dict[str, str]
) -> Iterator[Content]:
    sign, word = REPLY_SIGNS[reply.state], _(REPLY_WORDS[reply.state])
    mine = _("your reply") if reply.author == me else _("reply by {name}").format(name=reply.author)
    line = f"{sign} {mine}: {word}"
    style = "$trouble bold" if reply.state in ("refused", "unsure") else "$soon bold"
    yield Content("")
    if reply.state == "held" and reply.held_until is not None:
        left = max(0, int((reply.held_until - now).total_seconds()) + 1)
        line += " " + _("in {n} s · {key} takes it back").format(n=left, key=keys.get("undo", "u"))
    elif reply.state == "retry_at" and reply.retry_at is not None:
        line += " " + _("in {span}").format(span=span_text(reply.retry_at - now))
    yield from _sentence(line, width, style)
    if reply.error:
        from console.core.said import in_our_words

        yield from _sentence("  " + in_our_words(reply.error), width, "$trouble")
    if reply.state in ("refused", "unsure", "awaiting_approval"):
        key = keys.get("reply.decide", "d")
        yield from _sentence("  " + _("{key} decides").format(key=key), width, "$accent")
    yield from _wrapped(reply.text[:SHOWN_CHARACTERS], max(1, width - 2), indent=2, style="$muted")


def _turn(turn: Turn, width: int, now: datetime) -> Iterator[Content]:
    who = {
        "inbound": turn.author or _("(no name)"),
        "response": _("▶ {name} replied").format(name=turn.author or _("we")),
        "note": _("✎ note by {name}").format(name=turn.author),
    }[turn.kind]
    style = {"inbound": "bold", "response": "$accent bold", "note": "$note bold"}[turn.kind]
    facts = [
        (who, style),
        (stars(turn.rating, turn.rating_max), "$star"),
        (local_time(turn.at, now), "$muted"),
        (_mood(turn), "$muted"),
    ]
    for flag, word in (
        (turn.edit_of is not None, _("edited")),
        (turn.late_arrival, _("arrived late")),
        (turn.external, _("answered elsewhere")),
        (turn.automatic, _("automatic")),
        (turn.deleted, _("deleted by the platform")),
    ):
        if flag:
            facts.append((word, "$muted italic"))
    facts += [(f"{name} {value}", "$muted") for name, value in list(turn.extra.items())[:4]]
    yield from _joined(facts, width)
    if turn.title:
        yield from _wrapped(turn.title, max(1, width - 2), indent=2, style="bold")


def _mood(turn: Turn) -> str:
    if turn.mood is None:
        return ""
    word = _(MOOD_LONG[turn.mood.label])
    if turn.mood.uncertain:
        return _("{mood}?").format(mood=word)
    return _("{mood}, though the stars disagree").format(mood=word) if turn.contradiction else word


def _earlier(earlier: tuple[Earlier, ...], width: int, now: datetime) -> Iterator[Content]:
    title = ngettext("earlier: {n} conversation", "earlier: {n} conversations", len(earlier))
    yield Content.styled(title.format(n=digits(str(len(earlier)))), "$muted bold")
    for one in earlier[:8]:
        facts = f"  {stars(one.rating, one.rating_max)} {ago(one.at, now)} "
        room = max(0, width - len(facts))
        yield Content.assemble((facts, "$muted"), (brief(one.what, room), "$muted"))


def _joined(facts: list[tuple[str, str]], width: int) -> Iterator[Content]:
    """Facts with a dot between them, wrapped only between facts."""
    line = Content("")
    for text, style in facts:
        if not text.strip():
            continue
        shown = Content.styled(brief(text, width), style)
        if line and line.cell_length + 3 + shown.cell_length > width:
            yield line
            line = Content("")
        line = Content.assemble(line, (" · ", "$muted"), shown) if line else shown
    if line:
        yield line


def _sentence(text: str, width: int, style: str) -> Iterator[Content]:
    yield from _wrapped(
        text.strip(), max(1, width - 2), indent=2 if text[:1] == " " else 0, style=style
    )


def _wrapped(text: str, width: int, *, indent: int = 0, style: str = "") -> Iterator[Content]:
    for line in literal(text, width, style=style).split("\n", allow_blank=True):
        yield Content(" " * indent) + line if indent else line
