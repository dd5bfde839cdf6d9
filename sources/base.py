"""What a source of customer posts is, and what it exchanges with the desk.

A plugin author needs this module and `sources.net`; nothing here knows the desk.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

from sources.post import Kind as Kind
from sources.post import Post as Post

if TYPE_CHECKING:
    from sources.tools import Tools


class SourceError(Exception):
    """A source could not be read or answered; the message names it, the problem and the way out.

    `retry_at` is the earliest instant the platform allows (from Retry-After or its reset header).
    `stop` means no retry helps until a person acts (401, a wrong key, a retired address).
    """

    def __init__(
        self, message: str, *, retry_at: datetime | None = None, stop: bool = False
    ) -> None:
        super().__init__(message)
        self.retry_at = retry_at
        self.stop = stop


class Refused(SourceError):
    """The platform said no to a reply, for good; the message carries the platform's own words."""


class Doubt(SourceError):
    """Nobody knows whether a reply was published: the answer was lost after the request left."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a source stands. It *is* the source's schedule: a restart loses nothing."""

    position: str = ""
    """The source's own bookmark (newest id or time, as it likes); opaque to the desk."""
    etag: str = ""
    last_modified: str = ""
    url: str = ""
    """Where a permanent redirect led; used instead of the configured address while it is set."""
    next_poll_at: datetime | None = None
    last_success_at: datetime | None = None
    last_post_at: datetime | None = None
    failures: int = 0
    """Failed polls in a row; the back-off grows with it."""
    error: str = ""
    retired: bool = False
    """True after 410 Gone: not polled again until the configuration changes."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one poll gave. Posts and cursor are committed together or not at all."""

    posts: Sequence[Post]
    cursor: Cursor
    gap: bool = False
    """True where the oldest post is newer than the last one seen: some may have been missed."""
    more: bool = False
    """True where the platform has further pages now: poll again at once."""
    min_interval_s: float = 0.0
    """The platform's own wish (ttl, Cache-Control), at least this long until the next poll."""
    quota_left: str = ""
    """What the platform says is left, in its own words, for the health screen."""
    note: str = ""
    """A warning that is not an error ("12 rows without an id were given one")."""


Unit = Literal["characters", "utf16", "bytes", "graphemes", "weighted"]


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a reply may be, counted as the channel counts."""

    size: int
    unit: Unit = "characters"
    size_bytes: int = 0
    """A second cap in UTF-8 bytes (Bluesky), 0 for none."""
    link_size: int = 0
    """What every link counts as, whatever its length (X, Mastodon: 23), 0 for its own length."""


@dataclass(frozen=True, slots=True)
class Channel:
    """How replies work on a source: what its editor and its delivery must know."""

    public: bool = True
    limit: Limit | None = None
    mode: Literal["thread", "replaces", "single"] = "thread"
    """`thread`: many replies; `replaces`: a new one takes the place of the old; `single`: one ever."""
    idempotent: bool = False
    """True where the platform honours a key: the same request may be repeated safely."""
    readable: bool = False
    """True where `find()` can look for a published reply after a doubt."""
    moderated: bool = False
    """True where a reply may be accepted and published later."""
    markup: Literal["plain", "stripped", "html", "markdown"] = "plain"
    """How the platform reads our text; `stripped`: as it is, but tags are taken out."""
    private_via: str = ""
    """The source's private channel for this customer ("message", "email"), empty for none."""
    begins: Literal["", "author", "address"] = ""
    """To whom we can write first, in private: to whoever has an `author_id` here, or to any mail
    address. `send()` and `find()` then take a reply without `post_id`. Empty: to nobody."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A reply to deliver: an immutable copy, with the key that names this one attempt for ever."""

    key: str
    """Idempotency key: the same for every repetition of this reply."""
    text: str
    post_id: str
    """The inbound post being answered; empty for a first private message to `author_id`."""
    thread: str
    """The conversation; empty for a first private message, the second continues what that began."""
    parent: str = ""
    author: str = ""
    author_id: str = ""
    url: str = ""
    language: str = ""
    subject: str = ""
    """What a first private message is about, for channels that say so."""
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Receipt:
    """The platform's word that a reply stands."""

    id: str
    url: str = ""
    published: bool = True
    """False where the platform holds it for moderation."""
    thread: str = ""
    """The conversation that a first private message began, as its answers will name it."""


@runtime_checkable
class Source(Protocol):
    """One configured source. Built by its type from its configuration; holds no state of its own."""

    name: str
    channel: Channel | None
    """None for a source that cannot be answered through us."""

    async def poll(self, cursor: Cursor, now: datetime) -> Batch:
        """What is new since `cursor`. Raises `SourceError` where the source cannot be read."""
        ...

    async def send(self, reply: Outgoing) -> Receipt:
        """Publish a reply. Raises `Refused`, `Doubt`, or `SourceError` where it surely did not go."""
        ...

    async def find(self, reply: Outgoing) -> Receipt | None:
        """The reply as it stands on the platform, or None where it is surely absent.

        Raises `SourceError` where that cannot be told. Called only if `channel.readable`.
        """
        ...


class Hearing(Protocol):
    """The desk, as a source that listens meets it."""

    @property
    def cursor(self) -> Cursor:
        """As it was last committed."""
        ...

    async def take(self, batch: Batch) -> None:
        """Commit posts and cursor; returns once they are safe.

        Raises `SourceError` where they cannot be kept now: whoever delivered them tries again.
        """
        ...

    def wake(self) -> None:
        """There is something new: poll now."""
        ...


@runtime_checkable
class Listener(Protocol):
    """A source that is told of new posts, besides being polled or in place of it."""

    polled: bool
    """False where there is nothing to poll."""

    async def listen(self, hearing: Hearing) -> None:
        """Until cancelled, or until there is nothing to listen to. Raises `SourceError`."""
        ...


class SourceType(Protocol):
    """What an entry point in the group `shiftdesk.sources` names: it builds a source."""

    def __call__(self, name: str, options: Mapping[str, Any], tools: Tools) -> Source:
        """A source called `name`. Raises `OptionError` for each wrong option at once."""
        ...


class OptionError(ValueError):
    """Wrong options of a source; `problems` maps the option to what is wrong and what is expected."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{key}: {problem}" for key, problem in problems.items()))
        self.problems = dict(problems)
