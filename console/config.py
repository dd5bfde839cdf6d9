"""The configuration: one TOML file, its types with every default, and messages that help.

`load()` reads and checks everything and raises one `ConfigError` with *all* problems, each naming
file, key, what was expected and the nearest known key. `config.example.toml` shows every key; a
test holds it against these types.

Secrets never stand in the file: a source names `token_env` or `token_file`.
"""

from __future__ import annotations

import difflib
import os
import stat
import tomllib
import zoneinfo
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Struct, field

from console.core.listening import parse_place
from console.core.model import Role
from console.core.spans import parse_span
from console.errors import ConfigError

if TYPE_CHECKING:
    from console.core.sla import Rules

T = TypeVar("T")


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


class SourceConfig(Struct, frozen=True):
    """`[sources.NAME]`: one source. Other keys belong to the source's type."""

    type: str
    """Which kind of source: rss, json_api, app_store_feed, …"""
    every: timedelta = timedelta(minutes=5)
    """Time between two polls; the platform may ask for more."""
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
    """Solved and closed conversations without any activity for so long are deleted; 0s: never."""


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

    theme: str = "dark"
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
        from console.core.sla import default_rules, parse_rules

        zone = self.zone or machine_zone()
        grace = self.desk.retry_grace
        if not (self.calendars or self.policies or self.priority):
            return msgspec.structs.replace(default_rules(zone), retry_grace=grace)
        given = {
            "calendars": self.calendars,
            "policies": list(self.policies),
            "priority": list(self.priority),
        }
        rules = parse_rules(given, zone=zone, where=str(self.path))
        return msgspec.structs.replace(rules, retry_grace=grace)


def default_data_dir() -> Path:
    """$XDG_DATA_HOME/shiftdesk, or ~/.local/share/shiftdesk."""
    home = os.environ.get("XDG_DATA_HOME")
    return Path(home, "shiftdesk") if home else Path.home() / ".local/share/shiftdesk"


def state_dir() -> Path:
    """$XDG_STATE_HOME/shiftdesk: a console's drafts and log."""
    home = os.environ.get("XDG_STATE_HOME")
    return Path(home, "shiftdesk") if home else Path.home() / ".local/state/shiftdesk"


def machine_zone() -> str:
    """The machine's IANA zone, UTC where it does not tell."""
    named = os.environ.get("TZ", "").lstrip(":")
    if named and named in zoneinfo.available_timezones():
        return named
    try:
        link = os.path.realpath("/etc/localtime")
        guess = link.split("zoneinfo/", 1)[1]
        zoneinfo.ZoneInfo(guess)
    except (IndexError, OSError, ValueError, zoneinfo.ZoneInfoNotFoundError):
        return "UTC"
    return guess


def candidates(explicit: str | None = None) -> list[Path]:
    """Where a configuration is looked for, first found first."""
    if explicit:
        return [Path(explicit).expanduser()]
    if named := os.environ.get("SHIFTDESK_CONFIG"):
        return [Path(named).expanduser()]
    home = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
    return [Path(home, "shiftdesk/config.toml").expanduser(), Path("/etc/shiftdesk/config.toml")]


def find(explicit: str | None = None) -> Path | None:
    """The configuration file that counts, None if there is none.

    Raises `ConfigError` if a file that was named is not there.
    """
    for path in (found := candidates(explicit)):
        if path.is_file():
            return path
    if explicit or os.environ.get("SHIFTDESK_CONFIG"):
        raise ConfigError(f"{found[0]}: there is no such file")
    return None


def load(path: Path) -> Config:
    """Read and check the file. Raises `ConfigError` with every problem at once."""
    return parse(_read(path), path)


def load_console(path: Path | None) -> ConsoleConfig:
    """The `[console]` table alone: all that a console needs. Raises `ConfigError`."""
    if path is None:
        return ConsoleConfig()
    problems = _Problems(path)
    table = _read(path).get("console", {})
    made = _table(ConsoleConfig, table, "console", problems)
    problems.raise_any()
    return made


def parse(document: Mapping[str, Any], path: Path) -> Config:
    """A configuration from a parsed document. Raises `ConfigError` with every problem at once."""
    problems = _Problems(path)
    given = dict(document)
    made: dict[str, Any] = {"path": path}
    known = set(Config.__struct_fields__) - {"path", "assumed"}
    for key in given.keys() - known:
        problems.unknown(key, "", known)
    for key, kind in (("name", str), ("zone", str)):
        if key in given and isinstance(given[key], kind):
            made[key] = given[key]
        elif key in given:
            problems.add(key, "expected a text in quotes")
    for key, shape in (
        ("desk", DeskConfig),
        ("mood", MoodConfig),
        ("tone", ToneConfig),
        ("snippets", SnippetsConfig),
        ("reply", ReplyConfig),
        ("keep", KeepConfig),
        ("metrics", MetricsConfig),
        ("orders", OrdersConfig),
        ("console", ConsoleConfig),
    ):
        if key in given:
            made[key] = _table(shape, given[key], key, problems)
    made["agents"] = {
        name: _table(AgentConfig, table, f"agents.{name}", problems)
        for name, table in _named(given, "agents", problems).items()
    }
    made["sources"] = {
        name: source
        for name, table in _named(given, "sources", problems).items()
        if (source := _source(name, table, problems)) is not None
    }
    made["calendars"] = _named(given, "calendars", problems)
    for key in ("policies", "priority"):
        rows = given.get(key, [])
        if isinstance(rows, list) and all(isinstance(row, dict) for row in rows):
            made[key] = tuple(rows)
        else:
            problems.add(key, f"expected tables: [[{key}]]")
    config = Config(**made)
    _check_ranges(config, problems)
    _check_rules(config, problems)
    problems.raise_any()
    if not config.calendars:
        zone = config.zone or machine_zone()
        sentence = f"no calendar is configured: Monday to Friday 09–17, {zone}"
        config = msgspec.structs.replace(config, assumed=(sentence,))
    return config


class _Problems:
    """Collects sentences about one file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sentences: list[str] = []

    def add(self, key: str, problem: str) -> None:
        self.sentences.append(f"{self.path}: {key}: {problem}")

    def unknown(self, key: str, table: str, known: set[str]) -> None:
        where = f"{table}.{key}" if table else key
        near = difflib.get_close_matches(key, known, 1)
        hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(known))}"
        self.add(where, f"no such key; {hint}")

    def raise_any(self) -> None:
        if self.sentences:
            raise ConfigError(self.sentences)


def _read(path: Path) -> dict[str, Any]:
    try:
        mode = path.stat().st_mode
        if mode & stat.S_IWOTH:
            raise ConfigError(f"{path}: everybody may write this file; chmod o-w it")
        return tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: {error}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: not UTF-8 text") from None
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror or error}") from None


def _named(given: Mapping[str, Any], key: str, problems: _Problems) -> dict[str, Any]:
    tables = given.get(key, {})
    if not isinstance(tables, dict):
        problems.add(key, f"expected tables: [{key}.NAME]")
        return {}
    for name, table in tables.items():
        if not isinstance(table, dict):
            problems.add(f"{key}.{name}", f"expected a table: [{key}.{name}]")
    return {name: table for name, table in tables.items() if isinstance(table, dict)}


def _source(name: str, table: Mapping[str, Any], problems: _Problems) -> SourceConfig | None:
    own = {key: value for key, value in table.items() if key in ("type", "every")}
    options = {key: value for key, value in table.items() if key not in own}
    if not isinstance(own.get("type"), str):
        problems.add(f"sources.{name}.type", 'expected the kind of source, such as type = "rss"')
        return None
    made = _table(SourceConfig, own, f"sources.{name}", problems)
    return msgspec.structs.replace(made, options=options)


def _table(shape: type[T], table: Any, where: str, problems: _Problems) -> T:
    """`shape` filled from a table; wrong and unknown keys become problems, defaults stand in."""
    if not isinstance(table, Mapping):
        problems.add(where, f"expected a table: [{where}]")
        return shape()
    hints = get_type_hints(shape)
    made: dict[str, Any] = {}
    for key, value in table.items():
        if key not in hints:
            problems.unknown(key, where, set(hints) - {"options"})
            continue
        try:
            made[key] = _value(hints[key], value)
        except (msgspec.ValidationError, ValueError) as error:
            problems.add(f"{where}.{key}", _in_words(hints[key], value, str(error)))
    return shape(**made)


def _value(hint: Any, value: Any) -> Any:
    if hint is timedelta:
        if not isinstance(value, str):
            raise ValueError("")
        return parse_span(value)
    return msgspec.convert(value, hint)


def _in_words(hint: Any, value: Any, error: str) -> str:
    if hint is timedelta:
        return error or f'expected a length of time in quotes, such as "5m"; found {value!r}'
    if get_origin(hint) is Literal:
        choices = ", ".join(str(one) for one in get_args(hint))
        return f"expected one of {choices}; found {value!r}"
    names = {
        str: "a text in quotes",
        bool: "true or false",
        int: "a whole number",
        float: "a number",
    }
    expected = names.get(hint, "a list of texts" if get_origin(hint) is tuple else "another form")
    return f"expected {expected}; found {value!r}"


def _check_ranges(config: Config, problems: _Problems) -> None:
    if config.desk.undo_window > timedelta(seconds=60):
        problems.add("desk.undo_window", "at most 60s")
    if not timedelta(hours=1) <= config.reply.follow_up_after <= timedelta(days=90):
        problems.add("reply.follow_up_after", "expected 1h to 90d")
    if not 1 <= config.mood.batch <= 1024:
        problems.add("mood.batch", "expected 1 to 1024")
    if not 1 <= config.mood.threads <= 16:
        problems.add("mood.threads", "expected 1 to 16")
    if not 0 <= config.mood.uncertain_below <= 1:
        problems.add("mood.uncertain_below", "expected 0 to 1")
    try:
        parse_place(config.metrics.listen)
    except ValueError as error:
        problems.add("metrics.listen", str(error))
    if config.orders.command and config.orders.url:
        problems.add("orders.url", "command is set already; leave one of them empty")
    if config.orders.url and not config.orders.url.startswith(("https://", "http://")):
        problems.add("orders.url", "expected an address that begins with https:// or http://")
    if not timedelta(seconds=1) <= config.orders.timeout <= timedelta(seconds=60):
        problems.add("orders.timeout", "expected 1s to 60s")
    zones = {"zone": config.zone} | {f"agents.{n}.zone": a.zone for n, a in config.agents.items()}
    for key, zone in zones.items():
        if zone and zone not in zoneinfo.available_timezones():
            near = difflib.get_close_matches(zone, zoneinfo.available_timezones(), 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            problems.add(key, f"no such time zone: {zone}{hint}")
    for name, source in config.sources.items():
        if source.every < timedelta(seconds=1):
            problems.add(f"sources.{name}.every", "at least 1s")
    for name, agent in config.agents.items():
        for source_name in agent.sources:
            if source_name not in config.sources:
                problems.add(f"agents.{name}.sources", f"there is no source {source_name}")


def _check_rules(config: Config, problems: _Problems) -> None:
    try:
        config.rules()
    except ConfigError as error:
        for sentence in error.problems:
            prefix = f"{config.path}: "
            problems.sentences.append(
                sentence if sentence.startswith(prefix) else prefix + sentence
            )
