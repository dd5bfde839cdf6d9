"""The parts of a good reply: is one missing, and where would it stand?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from console.core.tone.fold import Sentence, key
from console.core.tone.hint import Finding, Fix
from console.core.tone.names import addressed, is_name
from console.core.tone.pack import Pack
from console.core.tone.promises import has_time
from console.core.tone.reading import Reading, found

_GREETING_WITHIN = 40
_CLOSING_SENTENCES = 2
_FEW_WORDS = 6
_NO_STEP_PARTS = ("apology", "close", "evaluation", "thanks", "understanding", "greeting")
"""What a sentence with a time in it may be instead of a step."""
_NO_WISHES = ("greeting", "thanks", "apology", "action", "promise", "private")
"""What a short exclamation may be instead of a good wish."""
_NO_STEPS = ("sarcasm", "humour_on_complaint", "policy_shield", "defensive")
_CONVERSATIONS = ("review", "question", "message")


def find(reading: Reading) -> Iterator[Finding]:
    """The missing_* hints."""
    pack = reading.pack
    if pack is None or not reading.words:
        return
    item, context = reading.item, reading.context
    placed = _Places(reading, pack)
    if item.kind in _CONVERSATIONS and not placed.greets:
        yield placed.missing("missing_greeting", 0)
    if is_name(item.author) and not addressed(reading):
        yield placed.missing("missing_name", placed.after_greeting)
    if (item.kind == "review" or item.mood == "positive") and not reading.has(pack.part("thanks")):
        yield placed.missing("missing_thanks", placed.after_greeting)
    if item.complains and not _acknowledges(reading, pack):
        yield placed.missing("missing_acknowledgement", placed.after_opening)
    if item.mood == "negative" and not _apologises(reading, pack):
        yield placed.missing("missing_apology", placed.after_opening)
    if (item.complains or item.asks) and not _solves(reading, pack):
        yield placed.missing("missing_solution", placed.before_close)
    if item.complains or item.asks:
        yield from _open_promise(reading, pack)
    if context.public and item.mood == "negative" and not _goes_private(reading, pack):
        yield placed.missing("missing_private_channel", placed.before_close)
    if item.kind in _CONVERSATIONS and not placed.closes:
        yield placed.missing("missing_close", len(reading.draft))


class _Places:
    """Where in this draft each missing part would be inserted."""

    def __init__(self, reading: Reading, pack: Pack) -> None:
        self._reading = reading
        self._pack = pack
        sentences = reading.sentences
        opening = sentences[0] if sentences else Sentence("", 0)
        greeting = found(pack.part("greeting"), opening.text)
        self.greets = bool(greeting and greeting[0] <= _GREETING_WITHIN) or self._vocative(opening)
        self.after_greeting = self._end(opening) if self.greets and self._brief(opening) else 0
        thanks = reading.first(pack.part("thanks"))
        self.after_opening = self._end(thanks[0]) if thanks else self.after_greeting
        last = sentences[-_CLOSING_SENTENCES:]
        self.closes = any(
            found(pack.part("close"), sentence.text) and not _conditional(pack, sentence)
            for sentence in last
        )
        self.closes = self.closes or self._wishes_well()
        tail = sentences[-1] if self.closes and len(sentences) > 1 else None
        end = len(reading.draft)
        self.before_close = reading.folded.starts[tail.start] if tail else end

    def missing(self, hint_id: str, place: int) -> Finding:
        """The finding, with the pack's sentence as its fix where it has one."""
        text = self._pack.file.fixes.get(hint_id, "")
        # replace, not format: a fix may hold a blank for the agent to fill.
        text = text.replace("{name}", self._reading.item.author or "")
        if not text:
            return Finding(hint_id, place, place)
        return Finding(hint_id, place, place, Fix(place, place, self._spaced(text, place)))

    def _spaced(self, text: str, place: int) -> str:
        draft = self._reading.draft
        before = " " if place and not draft[place - 1].isspace() else ""
        after = " " if place < len(draft) and not draft[place].isspace() else ""
        return f"{before}{text}{after}"

    def _end(self, sentence: Sentence) -> int:
        return self._reading.sentence_end(sentence) if sentence.text else 0

    def _brief(self, sentence: Sentence) -> bool:
        """Whether the sentence is nothing but the greeting."""
        return len(sentence.text.split()) <= 4

    def _wishes_well(self) -> bool:
        """A few words and an exclamation mark at the end: "Safe driving!", whatever they wish."""
        sentences = self._reading.sentences
        last = sentences[-1] if len(sentences) > 1 else Sentence("", 0)
        brief = 0 < len(last.text.split()) <= _FEW_WORDS
        return (
            brief
            and self._reading.draft.rstrip().endswith("!")
            and not any(found(self._pack.part(name), last.text) for name in _NO_WISHES)
        )

    def _vocative(self, opening: Sentence) -> bool:
        """A name and a comma at the very start greet as well."""
        return addressed(
            self._reading, within=opening.text[:_GREETING_WITHIN].partition(",")[0]
        ) and ("," in opening.text[:_GREETING_WITHIN] or "،" in opening.text[:_GREETING_WITHIN])


def _acknowledges(reading: Reading, pack: Pack) -> bool:
    """Words of understanding, or the customer's own matter with a word on how bad it is."""
    for sentence in reading.sentences:
        if found(pack.part("not_understanding"), sentence.text):
            continue
        if _sounds_like(pack, "defensive", sentence):
            continue
        if found(pack.part("understanding"), sentence.text):
            return True
        regretful = found(pack.part("evaluation"), sentence.text) or (
            found(pack.part("apology"), sentence.text) and not _conditional(pack, sentence)
        )
        if regretful and reading.shared_stems(sentence.text):
            return True
    return False


def _apologises(reading: Reading, pack: Pack) -> bool:
    return any(
        found(pack.part("apology"), _without(sentence.text, pack, "not_apology"))
        and not _conditional(pack, sentence)
        for sentence in reading.sentences
    )


def _conditional(pack: Pack, sentence: Sentence) -> bool:
    """Sorry if, sorry you feel: no apology."""
    return _sounds_like(pack, "non_apology", sentence)


def _sounds_like(pack: Pack, name: str, sentence: Sentence) -> bool:
    rule = pack.wording.get(name)
    return bool(rule and found(rule.match, sentence.text) and not found(rule.unless, sentence.text))


def _solves(reading: Reading, pack: Pack) -> bool:
    """A concrete step, or for a question a fact that answers it."""
    others = []
    for sentence in reading.sentences:
        if any(_sounds_like(pack, name, sentence) for name in _NO_STEPS):
            continue
        text = _without(sentence.text, pack, "stock")
        if found(pack.part("action"), text):
            return True
        if reading.item.asks and (found(pack.part("answer"), text) or _new_figure(reading, text)):
            return True
        others.append(text)
    # looked for last: few replies need it, and telling times is dear.
    return any(_dated_step(pack, text) for text in others)


def _dated_step(pack: Pack, text: str) -> bool:
    """What happens when, in a sentence that neither excuses nor feels: whatever the verb."""
    return has_time(text, pack) and not any(found(pack.part(name), text) for name in _NO_STEP_PARTS)


def _new_figure(reading: Reading, text: str) -> bool:
    """A number that the customer did not name."""
    return bool(_numbers(text) - _numbers(key(reading.item.text)))


def _numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+", text))


def _open_promise(reading: Reading, pack: Pack) -> Iterator[Finding]:
    """A promise for later in a draft that names no time at all."""
    if has_time(reading.folded.text, pack):
        return
    for sentence in reading.sentences:
        text = _without(sentence.text, pack, "stock")
        span = found(pack.part("promise"), text)
        if span:
            start = sentence.start
            finding = reading.finding("missing_time_frame", start + span[0], start + span[1])
            text = pack.file.fixes.get("missing_time_frame", "")
            fix = Fix(finding.end, finding.end, f" {text}") if text else None
            yield Finding(finding.id, finding.start, finding.end, fix)
            return


def _goes_private(reading: Reading, pack: Pack) -> bool:
    draft = reading.draft.lower()
    if any(contact.lower() in draft for contact in reading.context.brand_contacts):
        return True
    return reading.has(pack.part("private"))


def _without(text: str, pack: Pack, part: str) -> str:
    """The sentence with the words of a part blanked out."""
    for start, end in list(pack.part(part).spans(text)):
        text = text[:start] + " " * (end - start) + text[end:]
    return text
