"""Notices outside the window: the right form, nothing that could end it, no shell."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from console.ui.notices import form_for, outside_notice, run_command


@pytest.mark.parametrize(
    ("environment", "form"),
    [
        ({"TERM": "xterm-kitty"}, "osc9"),
        ({"TERM_PROGRAM": "iTerm.app"}, "osc9"),
        ({"VTE_VERSION": "7006"}, "osc777"),
        ({"TERM": "foot"}, "osc777"),
        ({"TERM": "xterm-256color"}, "off"),
    ],
)
def test_a_terminal_gets_the_form_it_shows(environment: dict[str, str], form: str) -> None:
    """Unknown terminals get nothing: they might print it."""
    assert form == form_for("auto", environment)
    assert "off" == form_for("off", environment)


def test_no_text_can_end_the_sequence() -> None:
    """What others wrote is one clean line within the notice."""
    text = "bo: \x1b]0;owned\x07 look\n\x9b1m here; now"

    assert "\x1b]9;bo: ]0;owned look 1m here; now\x1b\\" == outside_notice(text, "osc9", {})
    assert "\x1b]777;notify;Shiftdesk;bo: ]0,owned look 1m here, now\x1b\\" == outside_notice(
        text, "osc777", {}
    )


def test_tmux_passes_it_on() -> None:
    """Inside tmux the sequence travels in a passthrough."""
    assert outside_notice("hi", "osc9", {"TMUX": "/tmp/x"}).startswith("\x1bPtmux;")


async def test_a_command_gets_the_sentence_and_no_shell(tmp_path: Path) -> None:
    """`$(…)` and quotes stay letters."""
    seen = tmp_path / "seen"
    program = (sys.executable, "-c", f"import sys; open({str(seen)!r}, 'w').write(sys.argv[1])")

    await run_command(program, "late: $(touch x) 'now'")

    assert "late: $(touch x) 'now'" == seen.read_text()


async def test_a_missing_command_is_no_disaster() -> None:
    """A typing mistake in the configuration ends nothing."""
    await run_command(("/no/such/program",), "hi")
