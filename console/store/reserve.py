"""Some room on the disk for what must not be lost when it is full: replies and drafts."""

from __future__ import annotations

import os
from pathlib import Path

SIZE_BYTES = 16 * 1024 * 1024
ROOM_BYTES = 4 * SIZE_BYTES
"""Only with so much free space is the reserve laid down again."""


class Reserve:
    """A file that only takes room, beside the database."""

    def __init__(self, database: Path) -> None:
        self.path = database.with_name(database.name + ".reserve")

    def keep(self) -> None:
        """Lay it down if it is missing and there is room; a disk that cannot is left as it is."""
        if self.path.exists():
            return
        try:
            room = os.statvfs(self.path.parent)
            if room.f_bavail * room.f_frsize < ROOM_BYTES:
                return
            file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            try:
                # a file with holes would take no room.
                os.posix_fallocate(file, 0, SIZE_BYTES)
            finally:
                os.close(file)
        except OSError:
            self.path.unlink(missing_ok=True)

    def spend(self) -> bool:
        """Give the room back to the disk; whether there was any."""
        try:
            self.path.unlink()
        except OSError:
            return False
        return True
