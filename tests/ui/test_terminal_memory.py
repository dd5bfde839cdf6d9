"""What a person said about each of their terminals."""

from console.ui.terminal import TerminalAnswers
from console.ui.terminal_memory import remember, remembered

GNOME = {"TERM": "xterm-256color", "VTE_VERSION": "7006"}
KITTY = {"TERM": "xterm-kitty"}


def test_answers_hold_for_the_terminal_that_gave_them(tmp_path):
    """Another terminal of the same person has not been asked."""
    remember(tmp_path, GNOME, TerminalAnswers("app", "on", "simple"))

    assert TerminalAnswers("app", "on", "simple") == remembered(tmp_path, GNOME)
    assert remembered(tmp_path, KITTY) is None


def test_tmux_is_a_terminal_of_its_own(tmp_path):
    """What holds outside may not hold inside."""
    remember(tmp_path, GNOME, TerminalAnswers("app"))

    assert remembered(tmp_path, {**GNOME, "TMUX": "/tmp/x,1,0"}) is None


def test_a_second_terminal_leaves_the_first_alone(tmp_path):
    """And a second answer replaces the first of the same terminal."""
    remember(tmp_path, GNOME, TerminalAnswers("app"))
    remember(tmp_path, KITTY, TerminalAnswers("off"))
    remember(tmp_path, KITTY, TerminalAnswers("app"))

    assert TerminalAnswers("app") == remembered(tmp_path, GNOME) == remembered(tmp_path, KITTY)


def test_the_file_is_the_users_alone(tmp_path):
    """Mode 0600 in a directory that is made if need be."""
    remember(tmp_path / "state", GNOME, TerminalAnswers())

    assert 0o600 == (tmp_path / "state" / "terminals.json").stat().st_mode & 0o777


def test_a_broken_file_is_as_none(tmp_path):
    """A console starts all the same."""
    (tmp_path / "terminals.json").write_text('{"xterm": {"bidi": 7}}')

    assert remembered(tmp_path, GNOME) is None
