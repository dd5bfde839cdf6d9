"""What terminals do to right-to-left text, and how they are told to stop."""

import pytest

from console.ui.terminal import TerminalAnswers, choose, findings, notice, rendering_for, switches


@pytest.mark.parametrize(
    ("bidi", "environment", "expected"),
    [
        ("auto", {"TERM": "xterm-256color"}, "app"),
        ("auto", {"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"}, "terminal"),
        ("auto", {"TERM": "putty-256color"}, "terminal"),
        ("auto", {"TERM": "xterm-kitty"}, "app"),
        ("off", {"TERM": "xterm-256color"}, "off"),
        ("app", {"TERM": "putty"}, "app"),
    ],
)
def test_who_orders_text(bidi, environment, expected):
    """The console, but where a terminal cannot be told to stop; a setting always wins."""
    assert expected == choose(bidi, environment)


@pytest.mark.parametrize(
    ("environment", "enter", "leave"),
    [
        ({"TERM": "xterm-256color", "VTE_VERSION": "7006"}, b"\x1b[8l\x1b[2J", b"\x1b[8h"),
        (
            {"TERM": "xterm-256color", "KONSOLE_VERSION": "221203"},
            b"\x1b[8l\x1b]50;BidiRenderingEnabled=false\x07\x1b[2J",
            b"\x1b[8h\x1b]50;BidiRenderingEnabled=true\x07",
        ),
        (
            {"TERM": "mlterm"},
            b"\x1b[8l\x1b]5379;use_ctl=false\x07\x1b[2J",
            b"\x1b[8h\x1b]5379;use_ctl=true\x07",
        ),
        ({"TERM": "xterm-kitty"}, b"", b""),
        (
            {"TERM": "tmux-256color", "TMUX": "/tmp/tmux-0/default,1,0"},
            b"\x1bPtmux;\x1b\x1b[8l\x1b\\\x1b[2J",
            b"\x1bPtmux;\x1b\x1b[8h\x1b\\",
        ),
    ],
)
def test_the_switches_of_a_terminal(environment, enter, leave):
    """What was measured to work, and its opposite."""
    assert (enter, leave) == switches(environment)


def test_shaping_follows_the_order():
    """A terminal that orders letters also joins them, unless a person says otherwise."""
    putty = {"TERM": "putty"}

    assert not rendering_for("auto", "auto", "full", putty).shape
    assert rendering_for("auto", "on", "full", putty).shape
    assert rendering_for("auto", "auto", "full", {"TERM": "xterm"}).shape
    assert not rendering_for("auto", "off", "full", {"TERM": "xterm"}).shape


def test_kitty_is_named_with_its_setting():
    """Nothing can be written to kitty that would help; its configuration can."""
    assert "force_ltr yes" in notice({"TERM": "xterm-kitty"})
    assert "" == notice({"TERM": "xterm-256color"})


def test_check_names_what_it_found():
    """Terminal, order, joining, and what tmux needs."""
    found = findings("auto", "auto", "full", {"TERM": "tmux-256color", "TMUX": "x"})

    assert "tmux-256color" == found[0]
    assert any("allow-passthrough" in line for line in found)


def test_what_the_configuration_leaves_open_a_person_has_said():
    """A fixed order stays; joining and emoji are as the samples looked best."""
    fixed, said = TerminalAnswers(bidi="app"), TerminalAnswers("terminal", "off", "full")

    assert TerminalAnswers("app", "off", "full") == fixed.completed_by(said)


@pytest.mark.parametrize(
    ("bidi", "environment", "expected"),
    [
        ("auto", {"TERM": "mlterm"}, True),
        ("auto", {"TERM": "xterm-256color", "MLTERM": "3.9.0"}, True),
        ("terminal", {"TERM": "mlterm"}, False),
        ("auto", {"TERM": "alacritty"}, False),
    ],
)
def test_lam_stands_alone_in_mlterm(bidi, environment, expected):
    """mlterm draws lam and alef in one cell even where it was told to leave cells alone."""
    assert expected == rendering_for(bidi, "auto", "full", environment).parts_lam
