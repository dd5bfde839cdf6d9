"""Where things are on this machine: directories by the XDG rules, and the zone."""

from __future__ import annotations

import os
import zoneinfo
from pathlib import Path


def default_data_dir() -> Path:
    """$XDG_DATA_HOME/shiftdesk, or ~/.local/share/shiftdesk."""
    home = os.environ.get("XDG_DATA_HOME")
    return Path(home, "shiftdesk") if home else Path.home() / ".local/share/shiftdesk"


def state_dir() -> Path:
    """$XDG_STATE_HOME/shiftdesk: a console's drafts and log."""
    home = os.environ.get("XDG_STATE_HOME")
    return Path(home, "shiftdesk") if home else Path.home() / ".local/state/shiftdesk"


def _is_zone(name: str) -> bool:
    # the list of all zones takes 10 ms to gather
    try:
        zoneinfo.ZoneInfo(name)
    except (OSError, ValueError, zoneinfo.ZoneInfoNotFoundError):
        return False
    return True


def machine_zone() -> str:
    """The machine's IANA zone, UTC where it does not tell."""
    named = os.environ.get("TZ", "").lstrip(":")
    if named and _is_zone(named):
        return named
    try:
        link = os.path.realpath("/etc/localtime")
        guess = link.split("zoneinfo/", 1)[1]
    except (IndexError, OSError):
        return "UTC"
    return guess if _is_zone(guess) else "UTC"
