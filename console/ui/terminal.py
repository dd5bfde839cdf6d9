"""What this terminal does to right-to-left text by itself, and how to make it stop.

Measured under Xvfb and in tmux: VTE 0.70 puts the columns of a row in reverse order until
`CSI 8 l`, mlterm and Konsole until sequences of their own; Alacritty leaves cells alone; kitty
obeys only its configuration; tmux passes nothing on but in a passthrough. Without one, text in
logical order with posts between fields is what VTE in tmux shows best (seen in 0.70).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from console.core.i18n import _
from console.ui.text import Rendering
from console.ui.text.widths import Emoji

Bidi = Literal["app", "terminal", "off"]
"""Who puts right-to-left text in order: the console, the terminal, or nobody."""
BidiSetting = Literal["auto", "app", "terminal", "off"]
ShapingSetting = Literal["auto", "on", "off"]


class TerminalAnswers(Struct, frozen=True):
    """What a person said about their terminal, when samples were shown to them."""

    bidi: BidiSetting = "auto"
    shaping: ShapingSetting = "auto"
    emoji: Emoji = "simple"

    def completed_by(self, said: TerminalAnswers) -> TerminalAnswers:
        """These, and what was said where these leave it open."""
        return TerminalAnswers(
            bidi=said.bidi if self.bidi == "auto" else self.bidi,
            shaping=said.shaping if self.shaping == "auto" else self.shaping,
            emoji=said.emoji if self.emoji == "simple" else self.emoji,
        )


# Explicit mode: cells stay where they are put (ECMA-48 BDSM, terminal-wg).
_CELLS_STAY = (b"\x1b[8l", b"\x1b[8h")
# VTE gives a row its mode when the row is erased, not when it is written to (seen in 0.70); tmux
# erases its own rows behind our back, so that it has to be told too.
_ERASE = b"\x1b[2J"
_KONSOLE = (b"\x1b]50;BidiRenderingEnabled=false\x07", b"\x1b]50;BidiRenderingEnabled=true\x07")
_MLTERM = (b"\x1b]5379;use_ctl=false\x07", b"\x1b]5379;use_ctl=true\x07")


def choose(bidi: BidiSetting, environment: Mapping[str, str]) -> Bidi:
    """Who orders text in this terminal; `auto` means the console wherever a terminal can be told.

    Terminal.app and PuTTY reorder every line and know no way to stop it.
    """
    if bidi != "auto":
        return bidi
    if environment.get("TERM_PROGRAM") == "Apple_Terminal":
        return "terminal"
    return "terminal" if environment.get("TERM", "").startswith("putty") else "app"


def switches(environment: Mapping[str, str]) -> tuple[bytes, bytes]:
    """What to write when the console takes the screen, and when it gives it back.

    Terminals that do not know a sequence ignore it. In tmux they travel in a passthrough, which
    reaches the outer terminal only with `set -g allow-passthrough on`.
    """
    enter, leave = b"", b""
    pairs = []
    if not _is_kitty(environment):
        pairs.append(_CELLS_STAY)
    if "KONSOLE_VERSION" in environment:
        pairs.append(_KONSOLE)
    if _is_mlterm(environment):
        pairs.append(_MLTERM)
    for on, off in pairs:
        enter, leave = enter + on, leave + off
    if environment.get("TMUX"):
        enter, leave = (through_tmux(written) if written else b"" for written in (enter, leave))
    return (enter + _ERASE, leave) if enter else (b"", b"")


def through_tmux(sequence: bytes) -> bytes:
    """The sequence as tmux passes it on to the terminal around it."""
    return b"\x1bPtmux;" + sequence.replace(b"\x1b", b"\x1b\x1b") + b"\x1b\\"


def _is_kitty(environment: Mapping[str, str]) -> bool:
    # Inside tmux, TERM is tmux's own.
    return "kitty" in environment.get("TERM", "")


def _is_mlterm(environment: Mapping[str, str]) -> bool:
    return "MLTERM" in environment or "mlterm" in environment.get("TERM", "")


def rendering_for(
    bidi: BidiSetting,
    shaping: ShapingSetting,
    emoji: Emoji,
    environment: Mapping[str, str],
) -> Rendering:
    """How text is drawn under these settings. Where the console does not order letters, `auto`
    leaves joining to the terminal too: it would join presentation forms wrongly."""
    who = choose(bidi, environment)
    ours = who == "app"
    return Rendering(
        reorder=ours,
        shape=ours if shaping == "auto" else shaping == "on",
        fence=who == "terminal",
        emoji=emoji,
        parts_lam=ours and _is_mlterm(environment),
    )


def notice(environment: Mapping[str, str]) -> str:
    """What a person should know once about their terminal; empty where all is well."""
    if _is_kitty(environment):
        return _(
            "kitty turns right-to-left words round by itself: "
            "put `force_ltr yes` into kitty.conf to read them here."
        )
    return ""


def findings(
    bidi: BidiSetting,
    shaping: ShapingSetting,
    emoji: Emoji,
    environment: Mapping[str, str],
) -> list[str]:
    """What `shiftdesk check` says about this terminal, one fact a line."""
    name = environment.get("TERM_PROGRAM") or environment.get("TERM") or _("unknown")
    order = {
        "app": _("the console orders right-to-left text"),
        "terminal": _("the terminal orders right-to-left text, right alignment is off"),
        "off": _("nobody orders right-to-left text"),
    }
    manner = rendering_for(bidi, shaping, emoji, environment)
    found = [
        name,
        order[choose(bidi, environment)],
        _("Arabic letters are joined by the console")
        if manner.shape
        else _("Arabic letters are joined by the terminal, or not at all"),
    ]
    if environment.get("TMUX"):
        found.append(
            _(
                "tmux passes the switches on only with `set -g allow-passthrough on`; "
                'and counts some emoji differently: `emoji = "simple"` keeps columns in place'
            )
        )
        if choose(bidi, environment) == "app":
            found.append(
                _(
                    "without the passthrough a terminal that orders right-to-left text by itself "
                    '(VTE: GNOME Terminal, Xfce) turns ours round again; then `bidi = "terminal"` '
                    "reads rightly, but for signs at the ends of lines"
                )
            )
    if environment.get("VTE_VERSION") and emoji == "full":
        found.append(_('skin tones take more cells here; `emoji = "simple"` leaves them out'))
    if environment.get("NO_COLOR"):
        found.append(_("colours are off (NO_COLOR)"))
    return [*found, notice(environment)] if notice(environment) else found
