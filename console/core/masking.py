"""What an observer sees of customers: masks in the place of whatever could name a person.

A mask is the same for the same thing within one conversation ("[person k3f]" stays who they are)
and another one in the next: nobody can follow a person through the desk by their masks. What no
rule can know, a third person's name inside a sentence, is not masked; whoever must not read that
should not observe.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Literal

from msgspec.structs import replace

from console.core.i18n import _, mark
from console.core.model import (
    Conversation,
    Customer,
    Draft,
    Earlier,
    Event,
    Mood,
    QueueRow,
    Reply,
    Turn,
)
from console.core.tone.fold import key
from console.core.tone.names import same_name

Kind = Literal["person", "handle", "mail", "link", "number", "place"]

_WORDS: dict[Kind, str] = {
    "person": mark("person"),
    "handle": mark("handle"),
    "mail": mark("e-mail"),
    "link": mark("link"),
    "number": mark("number"),
    "place": mark("address"),
}
_SIGNS = 3
"""Letters of a mask: 15 bits tell the people of one conversation apart and give no name away."""
_LEAST_NAME = 3
"""Shorter words of a name are words of every other sentence too."""

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
# Private letters that set apart what is settled: a customer could type our brackets.
_OPEN, _SHUT = "\ue000", "\ue001"
_SETTLED = re.compile(f"({_OPEN}[^{_SHUT}]*{_SHUT})")
_DATE = re.compile(
    r"(?<![\d.])(?:\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2})?)?|\d{1,2}[./]\d{1,2}[./]\d{2,4}"
    r"|\d{4}/\d{1,2}/\d{1,2}|\d{1,2}:\d{2})(?![\d./])"
)
_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("link", re.compile(r"(?:https?://|www\.|mailto:|tel:)\S{1,2000}", re.I)),
    ("link", re.compile(r"(?<![\w@.])(?:[\w-]{1,63}\.){1,6}[a-z]{2,24}/[^\s,;]{1,500}", re.I)),
    (
        "mail",
        re.compile(
            r"(?<![\w.+%-])[\w.+%-]{1,64}\s?(?:@|\(at\)|\[at\])\s?[\w-]{1,63}"
            r"(?:\s?(?:\.|\(dot\)|\[dot\])\s?[\w-]{1,63}){1,6}",
            re.I,
        ),
    ),
    ("handle", re.compile(r"(?<![\w@/])@[\w.-]{2,64}(?:@[\w.-]{3,100})?")),
    (
        "place",
        re.compile(
            r"\b\d{1,5}[a-z]?,?\s(?:[\w.'-]{1,30}\s){0,3}?"
            r"(?:street|st|road|rd|avenue|ave|lane|ln|drive|square|blvd|boulevard|court|way)\b\.?"
            r"|\b\d{1,5},?\s(?:rue|avenue|boulevard|place|chemin)\s(?:[\w'’-]{1,30}\s?){1,4}"
            r"|\b\w{2,40}(?:stra(?:ß|ss)e|str\.|weg|platz|gasse|allee)\s\d{1,5}\s?[a-z]?\b"
            r"|(?<!\w)(?:ул\.|улиц[аеуы]|просп\.|пр-т|проспект[аеу]?|пер\.|переул\w{2,4}|шоссе|наб\.)"
            r"\s?[\w-]{2,40}(?:\s[^\W\d]{2,30})?(?:,?\s?(?:д\.|дом)?\s?\d{1,5}\w?)?"
            r"(?:,?\s?(?:кв\.|квартира)\s?\d{1,5})?"
            r"|(?<!\w)(?:شارع|خیابان|کوچه|بلوار)\s[^\W\d]{2,30}(?:\s[^\W\d]{2,30})?"
            r"(?:\s?[،,]?\s?(?:پلاک|رقم)?\s?\d{1,5})?",
            re.I,
        ),
    ),
    ("number", re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])")),
    (
        # Five digits or more, whatever stands between them: orders, phones, cards, accounts.
        "number",
        re.compile(
            r"(?<!\w)(?:[A-Za-zА-Яа-я]{1,5}[-–/#]?)?[+#(]{0,2}"
            r"\d(?:[\s().\-/–·_]{0,2}[A-Z]?\d){4,40}\w{0,20}"
        ),
    ),
    # A letter code with digits in it: RMA7X42K, BK-77-Q1.
    (
        "number",
        re.compile(r"(?<!\w)(?=[A-Z\d-]{6,30}(?!\w))(?=(?:[^\d\s]{0,28}\d){2})[A-Z][A-Z\d-]{5,29}"),
    ),
)


class Mask:
    """Stands before everything that is personal in one conversation.

    `salt` is the desk's own secret: without it nobody can try names until the mask fits. `names`
    are those that the desk knows; `team` are names that stay.
    """

    def __init__(
        self,
        salt: bytes,
        conversation: int,
        names: Iterable[str] = (),
        team: Iterable[str] = (),
    ) -> None:
        self._salt = salt + conversation.to_bytes(8, "big", signed=True)
        self._team = {key(name) for name in team}
        words = {key(word) for name in names for word in _WORD.findall(name)}
        self._words = sorted(w for w in words - self._team if len(w) >= _LEAST_NAME)
        self._whole = sorted({key(name).strip() for name in names} - self._team - {""})

    def name(self, name: str) -> str:
        """Who it is, without saying so; nobody stays nobody."""
        return self._mask("person", name) if name.strip() else ""

    def knows(self, name: str) -> bool:
        """Whether this is a customer's whole name."""
        return key(name).strip() in self._whole

    def handle(self, handle: str) -> str:
        """A platform's id for a person; what stands before the first colon is the source."""
        source, colon, id = handle.partition(": ")
        return f"{source}: {self._mask('handle', id)}" if colon else self._mask("handle", handle)

    def text(self, text: str) -> str:
        """A text without addresses, handles, numbers, links and the names that are known."""
        text = text.replace(_OPEN, "").replace(_SHUT, "")
        text = _DATE.sub(lambda match: f"{_OPEN}{match.group()}{_SHUT}", text)
        for kind, pattern in _PATTERNS:
            text = _unsettled(text, partial(pattern.sub, partial(self._found, kind)))
        text = _unsettled(text, self._names)
        return text.replace(_OPEN, "").replace(_SHUT, "")

    def _found(self, kind: Kind, match: re.Match[str]) -> str:
        found = match.group()
        if kind == "handle" and key(found[1:]).rstrip(".-") in self._team:
            return found
        bare = found if kind == "number" else found.rstrip(" .,;:!?)»”\"'")
        return self._settled(kind, bare) + found[len(bare) :]

    def _names(self, text: str) -> str:
        if not self._words and not self._whole:
            return text
        # A name that is no word, "x_sara_77" or "李", is sought as it stands.
        odd = [name for name in self._whole if not _WORD.fullmatch(name) and " " not in name]
        odd += [name for name in self._whole if len(name) < _LEAST_NAME]
        for name in odd:
            pattern = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.I)
            text = _unsettled(text, partial(pattern.sub, self._person))
        return _unsettled(text, partial(_WORD.sub, self._word))

    def _person(self, match: re.Match[str]) -> str:
        return self._settled("person", match.group())

    def _word(self, match: re.Match[str]) -> str:
        word = key(match.group())
        for name in self._words:
            if same_name(name, word):
                return self._settled("person", name)
        return match.group()

    def _settled(self, kind: Kind, value: str) -> str:
        return f"{_OPEN}{self._mask(kind, value)}{_SHUT}"

    def _mask(self, kind: Kind, value: str) -> str:
        same = key(value).strip()
        if kind == "number":
            same = re.sub(r"\W", "", same)
        digest = hashlib.blake2b(f"{kind}\0{same}".encode(), key=self._salt[:64], digest_size=8)
        signs = base64.b32encode(digest.digest()).decode().lower()[:_SIGNS]
        return f"[{_(_WORDS[kind])} {signs}]"


def _unsettled(text: str, change: Callable[[str], str]) -> str:
    """The text with everything changed but what is settled already."""
    return "".join(part if n % 2 else change(part) for n, part in enumerate(_SETTLED.split(text)))


def masked_row(mask: Mask, row: QueueRow) -> QueueRow:
    """A row of the queue without its customer."""
    return replace(row, who=mask.name(row.who), what=mask.text(row.what))


def masked_turn(mask: Mask, turn: Turn) -> Turn:
    """What was said, without who said it and where; further facts of a platform are left out."""
    return replace(
        turn,
        author=mask.name(turn.author) if turn.kind == "inbound" else turn.author,
        text=mask.text(turn.text),
        title=mask.text(turn.title),
        url="",
        mood=_masked_mood(mask, turn.mood),
        extra={},
    )


def _masked_mood(mask: Mask, mood: Mood | None) -> Mood | None:
    if mood is None:
        return None
    return replace(mood, words=tuple((mask.text(word), weight) for word, weight in mood.words))


def masked_reply(mask: Mask, reply: Reply) -> Reply:
    """A reply greets its customer by name, and platforms name them in their errors."""
    return replace(reply, text=mask.text(reply.text), error=mask.text(reply.error), url="")


def masked_draft(mask: Mask, draft: Draft) -> Draft:
    """A draft is a reply that was not sent."""
    return replace(draft, text=mask.text(draft.text))


def masked_customer(mask: Mask, customer: Customer | None) -> Customer | None:
    """That there is a customer, and on which sources; what the team noted is private as a whole."""
    if customer is None:
        return None
    return replace(
        customer,
        name=mask.name(customer.name),
        handles=tuple(mask.handle(handle) for handle in customer.handles),
        notes="",
    )


def masked_earlier(mask: Mask, earlier: Earlier) -> Earlier:
    """Another conversation in one line."""
    return replace(earlier, what=mask.text(earlier.what))


def masked_event(mask: Mask, event: Event) -> Event:
    """A line of history: customers act in it, reasons and links can name them."""
    if mask.knows(event.actor):
        event = replace(event, actor=mask.name(event.actor))
    return replace(event, detail=mask.text(event.detail))


def masked_conversation(mask: Mask, found: Conversation) -> Conversation:
    """Everything about one, as an observer may read it."""
    return replace(
        found,
        row=masked_row(mask, found.row),
        turns=tuple(masked_turn(mask, turn) for turn in found.turns),
        replies=tuple(masked_reply(mask, reply) for reply in found.replies),
        drafts=tuple(masked_draft(mask, draft) for draft in found.drafts),
        customer=masked_customer(mask, found.customer),
        earlier=tuple(masked_earlier(mask, one) for one in found.earlier),
        url="",
        unanswerable_because=mask.text(found.unanswerable_because),
    )


def names_in(found: Conversation) -> tuple[str, ...]:
    """Every name of a customer that a conversation knows."""
    names = {found.row.who, *(turn.author for turn in found.turns if turn.kind == "inbound")}
    if found.customer is not None:
        names.add(found.customer.name)
        names.update(handle.partition(": ")[2] for handle in found.customer.handles)
    return tuple(sorted(names - {""}))
