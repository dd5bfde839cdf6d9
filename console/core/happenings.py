"""What can happen to a conversation, as far as its clocks care: one frozen value for each happening."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

from console.core.model import Status


class _Happening(Struct, frozen=True, tag_field="type", kw_only=True):
    at: datetime
    """When it happened; aware UTC."""
    actor: str = ""
    """The person who did it; empty for a customer, a platform or the desk itself."""


class Arrived(_Happening, frozen=True, tag="arrived"):
    """The customer wrote, or edited what they wrote. It opens the conversation, unless it is thanks.

    `at` is the platform's time (`occurred_at`). Auto-responders, reactions and our own posts are
    no arrivals: they are `Noted`, or `Responded` with `external`.
    """

    seen_at: datetime
    """When the desk first saw it."""
    backfill: bool = False
    """From a source's first sync or an import: starts when seen, excluded from attainment."""
    late: bool = False
    """The platform showed it late (older than the last poll reaches): starts when seen, counts."""
    thanks: bool = False
    """It only acknowledges ("thanks", "ok"): no clock until somebody says otherwise, or for
    30 minutes of business time."""


class Responded(_Happening, frozen=True, tag="responded"):
    """A reply was accepted by the source. `at` is when it was sent (`submitted_at`).

    A note, a draft or a failed send is none. The status that follows is a happening of its own.
    """

    accepted_at: datetime
    reply: int | None = None
    """Its id in the outbox, None for answers that did not go through it."""
    automation: bool = False
    """By a rule, bot or automatic acknowledgement; counts only where the policy says so."""
    external: bool = False
    """Given in the platform's own app and seen by the poller."""
    manual: bool = False
    """Noted by an agent as answered elsewhere."""
    edit_of: datetime | None = None
    """An edit of our earlier reply, which was sent then: counts only for later turns."""


class Queued(_Happening, frozen=True, tag="queued"):
    """A reply entered the outbox (held, sending or retry_at). `at` is its `submitted_at`."""

    reply: int


class Released(_Happening, frozen=True, tag="released"):
    """A queued reply did not go out: clocks run on as if they had never stopped."""

    reply: int
    outcome: Literal["taken_back", "refused", "unsure", "awaiting_approval"] = "refused"


class StatusSet(_Happening, frozen=True, tag="status_set"):
    """The status changed. Alone it stops no reply clock.

    Closing, or solving with a `reason` ("no reply needed", "spam"), cancels the reply clocks.
    """

    status: Status
    reason: str = ""


class Promised(_Happening, frozen=True, tag="promised"):
    """A sent reply named a time ("within 48 hours") and the agent confirmed it.

    Follows the `Responded` of that reply; `at` is when the reply was sent.
    """

    due: datetime


class ThanksJudged(_Happening, frozen=True, tag="thanks_judged"):
    """An agent says whether a turn that looked like thanks is just that."""

    thanks: bool


class Undone(_Happening, frozen=True, tag="undone"):
    """What a person did at `of` (a status, an answer noted as given elsewhere) was taken back."""

    of: datetime


class FactsChanged(_Happening, frozen=True, tag="facts_changed"):
    """A field that policies may ask about changed: mood, tags, priority, language, owner …"""


class RulesChanged(_Happening, frozen=True, tag="rules_changed"):
    """The desk took new policies or calendars into force."""


class Noted(_Happening, frozen=True, tag="noted"):
    """Anything that moves no clock: a note, a reaction, a snooze, an assignment, an auto-responder."""

    what: str = ""


class Ticked(_Happening, frozen=True, tag="ticked"):
    """Time passed: breaches that came due are written, each with the time it was due."""


Happening = (
    Arrived
    | Responded
    | Queued
    | Released
    | StatusSet
    | Promised
    | ThanksJudged
    | Undone
    | FactsChanged
    | RulesChanged
    | Noted
    | Ticked
)
