"""Drafts in files of one's own, for the minutes in which no desk answers.

One file for each conversation, named by numbers alone, readable by its owner alone.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from console.core.model import Draft


def state_directory() -> Path:
    """$XDG_STATE_HOME/shiftdesk, where a console keeps its drafts and its log."""
    home = os.environ.get("XDG_STATE_HOME", "")
    return (Path(home) if home else Path.home() / ".local" / "state") / "shiftdesk"


class LocalDrafts:
    """The drafts that one desk has not got yet."""

    def __init__(self, state: Path, desk: str) -> None:
        self._state, self._desk = state, desk

    @property
    def _directory(self) -> Path:
        import hashlib

        # two desks number their conversations alike.
        name = hashlib.sha256(self._desk.encode()).hexdigest()[:12]
        return self._state / "drafts" / name

    def keep(self, draft: Draft) -> None:
        """Write the draft; a crash in the middle leaves the older file whole."""
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._path(draft.conversation)
        fresh = path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.encode(draft))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)

    def drop(self, conversation: int) -> None:
        """Forget a draft that the desk has, or that was sent or thrown away."""
        self._path(conversation).unlink(missing_ok=True)

    def all(self) -> list[Draft]:
        """Every draft kept here, oldest first; a file that is not a draft is left alone."""
        found = []
        for path in self._directory.glob("*.json"):
            try:
                found.append(msgspec.json.decode(path.read_bytes(), type=Draft))
            except (OSError, msgspec.DecodeError):
                continue
        return sorted(found, key=lambda draft: draft.saved_at)

    def _path(self, conversation: int) -> Path:
        return self._directory / f"{int(conversation)}.json"
