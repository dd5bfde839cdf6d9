"""The configuration: what it accepts, and how it says what is wrong."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from msgspec.structs import asdict

from console import config
from console.errors import ConfigError
from sources.trial import wrong_options

EXAMPLE = Path(__file__).parents[1] / "config.example.toml"


def written(tmp_path: Path, text: str) -> Path:
    """A configuration file with this text."""
    path = tmp_path / "config.toml"
    path.write_text(text, "utf-8")
    return path


def show_span(span: timedelta) -> str:
    """The shortest such text: `1h30m`, `2d`, `0s`."""
    left = round(span.total_seconds() * 1000)
    out = ""
    for name, size in (("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)):
        count, left = divmod(left, size)
        if count:
            out += f"{count}{name}"
    return out or "0s"


def plain(value: Any) -> Any:
    """A default as TOML would write it."""
    if isinstance(value, timedelta):
        return show_span(value)
    return list(value) if isinstance(value, tuple) else value


@pytest.mark.parametrize(
    ("table", "shape"),
    [
        ("desk", config.DeskConfig),
        ("mood", config.MoodConfig),
        ("tone", config.ToneConfig),
        ("reply", config.ReplyConfig),
        ("snippets", config.SnippetsConfig),
        ("keep", config.KeepConfig),
        ("metrics", config.MetricsConfig),
        ("orders", config.OrdersConfig),
        ("console", config.ConsoleConfig),
    ],
)
def test_the_example_shows_every_key_with_its_default(table: str, shape: type) -> None:
    """What config.example.toml says is what the program does."""
    shown = tomllib.loads(EXAMPLE.read_text("utf-8"))[table]

    assert {key: plain(value) for key, value in asdict(shape()).items()} == shown


def test_every_key_is_explained_above_its_line() -> None:
    """Each key of the example has a comment."""
    lines = EXAMPLE.read_text("utf-8").splitlines()
    bare = [
        line
        for before, line in zip(lines, lines[1:], strict=False)
        if "=" in line and not line.startswith("#") and not before.startswith("#")
    ]

    assert [] == bare


def test_the_samples_of_the_example_are_valid(tmp_path: Path) -> None:
    """Taking the `#: ` away gives a configuration that loads."""
    text = EXAMPLE.read_text("utf-8").replace("#: ", "")

    loaded = config.load(written(tmp_path, text))

    assert ["ana"] == list(loaded.agents)
    assert {"url": "https://example.com/feed.xml"} == loaded.sources["blog"].options
    keys = {"role", "zone", "languages", "sources", "notices", "quiet"}
    assert keys == set(get_type_hints(config.AgentConfig))


async def test_the_sources_of_the_example_can_be_built(tmp_path: Path) -> None:
    """A sample is what a stranger begins with: its options are the type's own."""
    text = EXAMPLE.read_text("utf-8").replace("#: ", "")
    sources = config.load(written(tmp_path, text)).sources

    wrong = [
        await wrong_options(name, source.type, source.options) for name, source in sources.items()
    ]

    assert ["", "", "", ""] == wrong
    assert ["blog", "forum", "mail", "surveys"] == sorted(sources)


def test_all_problems_come_at_once(tmp_path: Path) -> None:
    """Each wrong key is named with file, key, what was expected and the nearest known key."""
    path = written(
        tmp_path,
        '[desk]\nundo_windw = "10s"\nstay = "yes"\n[agents.ana]\nrole = "boss"\nzone = "Europe/Berln"\n',
    )

    with pytest.raises(ConfigError) as caught:
        config.load(path)

    text = str(caught.value)
    assert 4 == len(caught.value.problems)
    assert f"{path}: desk.undo_windw: no such key; did you mean undo_window?" in text
    assert "desk.stay: expected true or false; found 'yes'" in text
    assert "agents.ana.role: expected one of agent, lead, observer, drafter; found 'boss'" in text
    assert "agents.ana.zone: no such time zone: Europe/Berln; did you mean Europe/Berlin?" in text


def test_broken_toml_names_the_line(tmp_path: Path) -> None:
    """A syntax error says where it is."""
    with pytest.raises(ConfigError, match="line 2"):
        config.load(written(tmp_path, "name = 'x'\n[desk\n"))


def test_a_file_that_everybody_may_write_is_refused(tmp_path: Path) -> None:
    """A configuration is code as the desk; strangers may not edit it."""
    path = written(tmp_path, "")
    path.chmod(0o666)

    with pytest.raises(ConfigError, match="chmod o-w"):
        config.load(path)


def test_a_named_file_that_is_missing_is_an_error(tmp_path: Path) -> None:
    """--config never falls back silently to another file."""
    with pytest.raises(ConfigError, match="there is no such file"):
        config.find(str(tmp_path / "none.toml"))


def test_without_a_calendar_the_desk_says_what_it_assumes(tmp_path: Path) -> None:
    """Monday to Friday 09–17 is assumed aloud."""
    loaded = config.load(written(tmp_path, 'zone = "Asia/Tehran"\n'))

    assert ("no calendar is configured: Monday to Friday 09–17, Asia/Tehran",) == loaded.assumed


@pytest.mark.parametrize(
    "calendars", ["", '[calendars.office]\nweek = { mon = [["09:00", "17:00"]] }']
)
def test_the_retry_grace_is_the_rules(tmp_path: Path, calendars: str) -> None:
    """With calendars of one's own and without."""
    file = tmp_path / "config.toml"
    file.write_text(f'[desk]\nretry_grace = "3m"\n{calendars}\n', "utf-8")

    assert timedelta(minutes=3) == config.load(file).rules().retry_grace


def test_groups_and_their_conditions(tmp_path: Path) -> None:
    """Who is named in a group, and which group a policy asks for, must be there."""
    text = """
[agents.ana]
quiet = ["22:00"]
notices = "always"
[groups.night]
agents = ["anna"]
[groups.vip]
customer = ["x"]
[[policies]]
name = "vip"
when = { customer_group = ["vipp"] }
[[policies]]
name = "all"
"""
    with pytest.raises(ConfigError) as wrong:
        config.load(written(tmp_path, text))

    said = "\n".join(wrong.value.problems)
    for part in (
        "groups.night.agents: there is no agent anna",
        "groups.vip.customer: unknown key; did you mean customers?",
        "groups.vip: nobody is in it",
        "policies[0].when.customer_group: 'vipp' is unknown; did you mean 'vip'?",
        'agents.ana.quiet: expected two times such as ["22:00", "07:00"]',
        "agents.ana.notices: always is for leads",
    ):
        assert part in said


def test_a_condition_on_groups_where_there_are_none(tmp_path: Path) -> None:
    """It could never hold."""
    text = """
[[policies]]
name = "vip"
when = { assignee_group = "night" }
[[policies]]
name = "all"
"""
    with pytest.raises(ConfigError) as wrong:
        config.load(written(tmp_path, text))

    assert "policies[0].when.assignee_group: there are no groups" in str(wrong.value)


def test_how_long_a_return_reopens(tmp_path: Path) -> None:
    """desk.reopen_within, or a source's own."""
    text = """
[desk]
reopen_within = "3d"
[sources.a]
type = "rss"
reopen_within = "5d"
[sources.b]
type = "rss"
"""
    rules = config.load(written(tmp_path, text)).rules()

    assert (5, 3) == (rules.reopens_within("a").days, rules.reopens_within("b").days)


def test_a_wrong_policy_keeps_nobody_from_the_desk(tmp_path: Path) -> None:
    """`explain` was refused while somebody edited the file that the running desk had read."""
    path = written(tmp_path, '[desk]\nsocket = "/run/x.sock"\n[[policies]]\nname = 3\n')

    with pytest.raises(ConfigError):
        config.load(path)
    assert Path("/run/x.sock") == config.socket_of(path)
