"""The tables of the configuration: every key with its type, its default and its meaning.

`config.example.toml` shows them all; a test holds it against these types. Secrets never stand in
the file: a source names `token_env` or `token_file`.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from msgspec import Struct, field

from console.core.model import Role
from console.places import default_data_dir, machine_zone

if TYPE_CHECKING:
    from console.core.sla import Rules


class DeskConfig(Struct, frozen=True):
    """`[desk]`: where the desk keeps things and how it behaves."""

    data: str = ""
    """Directory of database and lock; empty: $XDG_DATA_HOME/shiftdesk (~/.local/share/shiftdesk)."""
    socket: str = ""
    """Path of the Unix socket; empty: $XDG_RUNTIME_DIR/shiftdesk/desk.sock, else in `data`."""
    group: str = ""
    """Unix group whose members may connect (socket 0660); empty: the desk's own user alone."""
    stay: bool = False
    """true: a desk that a console started goes on after the last console left."""
    undo_window: timedelta = timedelta(seconds=10)
    """How long a sent reply can be taken back, 0s to 60s."""
    read_back_after: timedelta = timedelta(seconds=5)
    """After a doubtful delivery, wait this long before looking whether the reply stands."""
    retry_grace: timedelta = timedelta(minutes=15)
    """A reply accepted within this time counts from when it was sent; later, from acceptance."""
    reopen_within: timedelta = timedelta(days=14)
    """A customer who returns within this time reopens the solved conversation."""


class AgentConfig(Struct, frozen=True):
    """`[agents.NAME]`: somebody of the team; NAME is their Unix user name."""

    role: Role = "agent"
    """agent, lead, observer (reads only) or drafter (drafts, a lead approves)."""
    zone: str = ""
    """IANA time zone for what they see; empty: their console's."""
    languages: tuple[str, ...] = ()
    """Languages they answer in, for `n`; empty: all."""
    sources: tuple[str, ...] = ()
    """Sources they take, for `n`; empty: all."""
    notices: Literal["on_shift", "always"] = "on_shift"
    """When they hear of deadlines; always is for leads, off shift too."""
    quiet: tuple[str, ...] = ()
    """Their night, from and until, in which they hear of none: ["22:00", "07:00"]; empty: none."""


class SourceConfig(Struct, frozen=True):
    """`[sources.NAME]`: one source. Other keys belong to the source's type."""

    type: str
    """Which kind of source: rss, json_api, app_store_feed, …"""
    every: timedelta = timedelta(minutes=5)
    """Time between two polls; the platform may ask for more."""
    reopen_within: timedelta = timedelta(0)
    """As `desk.reopen_within`, for this source alone; 0s: as there."""
    options: dict[str, Any] = field(default_factory=dict)


class MoodConfig(Struct, frozen=True):
    """`[mood]`: the sentiment model."""

    model: str = "shipped"
    """shipped, off, a path, a name of flair's hub ("sentiment"), or hf:NAME."""
    labels: dict[str, str] = field(default_factory=dict)
    """The model's own label = negative, neutral or positive; for models with other words."""
    batch: int = 64
    """Texts in one prediction, 1 to 1024."""
    threads: int = 1
    """Threads of one prediction, 1 to 16."""
    uncertain_below: float = 0.0
    """Confidence under which a flag is grey, 0 to 1; 0: the model's own figure."""


class ToneConfig(Struct, frozen=True):
    """`[tone]`: hints while a reply is written."""

    languages: tuple[str, ...] = ("en", "ru", "ar", "fa")
    """Languages the team answers in; language detection chooses among these."""
    mute: tuple[str, ...] = ()
    """Hints, by id, that this team does not want."""
    contacts: tuple[str, ...] = ()
    """Our own addresses and numbers, which a public reply may name."""
    address: Literal["formal", "informal"] = "formal"
    """How the team addresses customers: formal (вы, شما) or informal (ты, تو)."""


class ReplyConfig(Struct, frozen=True):
    """`[reply]`: what an answer brings with it."""

    private_line: dict[str, str] = field(default_factory=dict)
    """Your own line that asks a customer to go on in private, by language; {contact} is the first
    of tone.contacts. We ship one in en, ru, ar and fa."""
    follow_up_after: timedelta = timedelta(days=3)
    """When the reminder comes to ask whether an answer helped, 1h to 90d."""


class KeepConfig(Struct, frozen=True):
    """`[keep]`: how long things are kept."""

    solved_for: timedelta = timedelta(0)
    """Solved and closed conversations without any activity for so long are deleted, and notes from
    shift to shift of that age; 0s: never."""


class MetricsConfig(Struct, frozen=True):
    """`[metrics]`: figures for a monitoring system, in Prometheus' text form."""

    listen: str = ""
    """A Unix socket's path, or a loopback address and port ("127.0.0.1:9464"); empty: off."""


class SnippetsConfig(Struct, frozen=True):
    """`[snippets]`: texts that the team writes once and fills in."""

    folder: str = ""
    """Folder of Markdown files, read again when they change; relative to this file; empty: none."""


class OrdersConfig(Struct, frozen=True):
    """`[orders]`: what your own systems know of a customer's orders, on the customer's page."""

    command: tuple[str, ...] = ()
    """Program and arguments, run without a shell; gets the customer as JSON; empty: off."""
    url: str = ""
    """Or an address that takes the same JSON by POST; empty: off."""
    token_env: str = ""
    """Environment variable with the bearer token for `url`."""
    timeout: timedelta = timedelta(seconds=5)
    """How long an answer may take, 1s to 60s."""


class ConsoleConfig(Struct, frozen=True):
    """`[console]`: how a console looks and listens; each person may keep their own."""

    theme: Literal["dark", "light", "contrast", "terminal"] = "dark"
    """dark, light, contrast, or terminal (the terminal's own sixteen colours)."""
    language: str = ""
    """Language of the interface: en, ru, ar, fa; empty: from $LC_ALL, $LC_MESSAGES, $LANG."""
    keys: dict[str, str] = field(default_factory=dict)
    """Binding id = key, to move keys: { "reply.send" = "ctrl+g" }."""
    bidi: Literal["auto", "app", "terminal", "off"] = "auto"
    """Who orders right-to-left text."""
    arabic_shaping: Literal["auto", "on", "off"] = "auto"
    """Whether we join Arabic letters."""
    emoji: Literal["full", "simple"] = "simple"
    """simple: no skin tones and variants in tables, which most terminals miscount; full: all."""
    calendar: Literal["auto", "gregorian", "jalali"] = "auto"
    """How dates are written."""
    digits: Literal["auto", "latin", "native"] = "auto"
    """How numbers in dates are written."""
    mouse: bool = True
    """false: leave the mouse to the terminal."""
    bell: bool = True
    """Ring when something needs you."""
    notices: Literal["auto", "osc9", "osc777", "off"] = "auto"
    """The terminal's own notices, where it is known to show them."""
    notice_command: tuple[str, ...] = ()
    """Program and arguments, run without a shell, the sentence as last argument; empty: none."""


class Config(Struct, frozen=True):
    """The whole file."""

    path: Path
    name: str = "Shiftdesk"
    """What the title shows."""
    zone: str = ""
    """IANA zone of calendars and dates that name none; empty: the machine's."""
    desk: DeskConfig = field(default_factory=DeskConfig)
    agents: dict[str, AgentConfig] = field(default_factory=dict)
    sources: dict[str, SourceConfig] = field(default_factory=dict)
    calendars: dict[str, Any] = field(default_factory=dict)
    groups: dict[str, Any] = field(default_factory=dict)
    """Some of the team or of the customers, for policies; see the example file."""
    policies: tuple[Any, ...] = ()
    priority: tuple[Any, ...] = ()
    """Rules that raise a priority; see the example file."""
    mood: MoodConfig = field(default_factory=MoodConfig)
    tone: ToneConfig = field(default_factory=ToneConfig)
    snippets: SnippetsConfig = field(default_factory=SnippetsConfig)
    reply: ReplyConfig = field(default_factory=ReplyConfig)
    keep: KeepConfig = field(default_factory=KeepConfig)
    metrics: MetricsConfig = field(default_factory=MetricsConfig)
    orders: OrdersConfig = field(default_factory=OrdersConfig)
    console: ConsoleConfig = field(default_factory=ConsoleConfig)
    assumed: tuple[str, ...] = ()
    """Sentences about what was taken for granted ("no calendar: Monday to Friday 09–17")."""

    @property
    def data_dir(self) -> Path:
        """The directory of database and lock."""
        return Path(self.desk.data).expanduser() if self.desk.data else default_data_dir()

    @property
    def snippet_folder(self) -> Path | None:
        """The folder of snippets, None for none."""
        if not self.snippets.folder:
            return None
        return (self.path.parent / Path(self.snippets.folder).expanduser()).absolute()

    @property
    def socket_path(self) -> Path:
        """Where the desk listens."""
        if self.desk.socket:
            return Path(self.desk.socket).expanduser()
        runtime = os.environ.get("XDG_RUNTIME_DIR")
        return Path(runtime, "shiftdesk", "desk.sock") if runtime else self.data_dir / "desk.sock"

    def rules(self) -> Rules:
        """Policies and calendars in force. Raises `ConfigError` with every problem."""
        from console.core.sla import default_rules
        from console.core.written_rules import parse_rules

        zone = self.zone or machine_zone()
        given = {
            "calendars": self.calendars,
            "groups": self.groups,
            "policies": list(self.policies),
            "priority": list(self.priority),
        }
        rules = default_rules(zone)
        if any(given.values()):
            rules = parse_rules(given, zone=zone, where=str(self.path))
        own = {name: source.reopen_within for name, source in self.sources.items()}
        return msgspec.structs.replace(
            rules,
            retry_grace=self.desk.retry_grace,
            reopen_within=self.desk.reopen_within,
            reopen_of={name: within for name, within in own.items() if within},
        )
