"""Writing to the customer: drafts, replies, and what helps to write them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

from console.core.asks.base import Answer, Ask
from console.core.model import (
    Draft,
    Reply,
    Status,
)


class SaveDraft(Ask, frozen=True, tag="save_draft"):
    conversation: int
    text: str
    note: bool = False
    opened_on: int = 0
    version: int = 0
    revision: int = 0


class DiscardDraft(Ask, frozen=True, tag="discard_draft"):
    conversation: int


class DraftHistory(Ask, frozen=True, tag="draft_history"):
    """What my draft of a conversation said before, the newest first."""

    conversation: int


class DraftHistoryPage(Answer, frozen=True, tag="draft_history_page"):
    drafts: tuple[Draft, ...]


class SendReply(Ask, frozen=True, tag="send_reply"):
    """Queue a reply under the send guard: nothing is sent if something newer stands there."""

    conversation: int
    text: str
    key: str
    """Made by the console, once: a repeated request with the same key is the same reply."""
    opened_on: int
    version: int
    anyway: bool = False
    then: Status = "waiting"
    promise_at: datetime | None = None
    """The agent confirmed this promised time: a clock for it starts."""
    snippets: tuple[str, ...] = ()
    """Snippets, by id, that went into the text: they are offered first on similar items."""


class TakeBack(Ask, frozen=True, tag="take_back"):
    """Within the undo window; the text returns to the draft."""

    reply: int


Verdict = Literal["was_sent", "send_again", "give_up", "approve", "return"]


class Decide(Ask, frozen=True, tag="decide"):
    """A person settles an unsure or refused reply, or an approval.

    To approve is to send: the answer is `Queued`, or `Guarded` where something is newer than the
    writer's words.
    """

    reply: int
    verdict: Verdict
    note: str = ""
    """Why it is returned; its author hears it, and it stays as a note."""
    anyway: bool = False
    """Approve over the guard: whoever asks has been told what is newer."""


class GoPrivate(Ask, frozen=True, tag="go_private"):
    """The customer is asked to go on in private: mark it, and say with which words."""

    conversation: int


class WentPrivate(Answer, frozen=True, tag="went_private"):
    line: str
    """The public line, in the customer's language."""
    said: str
    """Where it goes on, for the agent."""
    conversation: int | None = None
    """The customer's private conversation, where there is one that can be answered."""
    begins: bool = False
    """There is none yet, and we can write first: `BeginPrivate` opens it."""


class BeginPrivate(Ask, frozen=True, tag="begin_private"):
    """Open a private conversation with the customer of a public one; `Done` names it.

    Asked for again it is the same one. Nothing is sent: its draft is the agent's to write.
    """

    conversation: int


class Snippets(Ask, frozen=True, tag="snippets"):
    """Snippets that fit a conversation, filled in, best first; an empty query gives them all."""

    conversation: int
    query: str = ""
    count: int = 20


class SnippetShown(Struct, frozen=True):
    id: str
    title: str
    text: str
    """Filled in; what the agent must still fill stands as {?words}."""
    language: str = ""
    uses: int = 0
    """How often it answered similar items."""


class SnippetsPage(Answer, frozen=True, tag="snippets_page"):
    snippets: tuple[SnippetShown, ...]
    trouble: str = ""
    """What is wrong with the team's snippets, for whoever keeps them."""


class AnsweredBefore(Ask, frozen=True, tag="answered_before"):
    """Sent replies: those to customers who wrote alike, or those that hold the words asked for."""

    conversation: int
    words: str = ""
    count: int = 20


class Precedent(Struct, frozen=True):
    """A reply that was sent, with what it answered."""

    conversation: int
    turn: int
    who: str
    source: str
    at: datetime
    language: str
    asked: str
    """What the customer had written last."""
    text: str
    alike: float = 0.0
    """How much the customer's text is like this conversation's, 0 to 1."""


class PrecedentsPage(Answer, frozen=True, tag="precedents_page"):
    precedents: tuple[Precedent, ...]


class Hints(Ask, frozen=True, tag="hints"):
    """Tone hints for a draft; answers to older revisions may be dropped."""

    conversation: int
    draft: str
    revision: int
    language: str = "en"


class HintShown(Struct, frozen=True):
    id: str
    severity: Literal["error", "warn", "info"]
    start: int
    end: int
    message: str
    fix: str | None = None
    fix_start: int | None = None
    """Where the fix goes, with `fix_end`, if not in place of the hint's own stretch."""
    fix_end: int | None = None


class HintsPage(Answer, frozen=True, tag="hints_page"):
    revision: int
    hints: tuple[HintShown, ...]


class Conflict(Struct, frozen=True):
    """What is newer than the writer's screen."""

    at: datetime
    actor: str
    what: str


class Queued(Answer, frozen=True, tag="queued"):
    """The reply is in the outbox."""

    reply: Reply
    promise: tuple[datetime, str] | None = None
    """A commitment found in the text, with its words: one key makes it a clock."""


class Guarded(Answer, frozen=True, tag="guarded"):
    """Nothing was sent: this is newer. The draft is kept."""

    conflicts: tuple[Conflict, ...]
    draft: Draft | None = None
