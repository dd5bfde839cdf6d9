"""Where a database may lie: not on a network share, and readable by its owner alone."""

from __future__ import annotations

import os
from pathlib import Path

from console.core.i18n import _
from console.errors import StoreError

NETWORK_FILE_SYSTEMS = frozenset(
    [
        "afs",
        "beegfs",
        "ceph",
        "cifs",
        "coda",
        "davfs",
        "fuse.beegfs",
        "fuse.ceph",
        "fuse.davfs2",
        "fuse.gcsfuse",
        "fuse.glusterfs",
        "fuse.rclone",
        "fuse.s3fs",
        "fuse.sshfs",
        "glusterfs",
        "gpfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs3",
        "nfs4",
        "smb2",
        "smb3",
        "smbfs",
        "webdav",
    ]
)
"""As the kernel names them. WAL needs memory that all processes share, which these do not give."""

_MOUNTS = Path("/proc/self/mountinfo")


def prepare(path: Path | str) -> Path:
    """Make the directory (0700) and the file (0600) if they are missing; the file's full path.

    SQLite would make the file readable by everybody, whatever the umask; -wal and -shm take
    the file's mode. Raises `StoreError` on a network share and where the system says no.
    """
    path = Path(os.path.abspath(path))
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        refuse_network(path.parent)
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.fchmod(file, 0o600)
        finally:
            os.close(file)
        return path
    except OSError as error:
        raise StoreError(
            _("{path}: cannot be opened ({problem}); check who owns the directory").format(
                path=path, problem=error.strerror
            )
        ) from error


def refuse_network(directory: Path) -> None:
    """Raises `StoreError` if the directory lies on a network share."""
    try:
        mounts = _MOUNTS.read_text(encoding="utf-8", errors="replace")
    except OSError:  # no such list on this system
        return
    kind = file_system(directory, mounts)
    if kind in NETWORK_FILE_SYSTEMS:
        raise StoreError(
            _(
                "{directory}: is on a network share ({kind}), where SQLite cannot keep several"
                " readers and a writer apart; use a local disk, or PostgreSQL"
            ).format(directory=directory, kind=kind)
        )


def file_system(directory: Path, mounts: str) -> str:
    """The kind of file system that a directory lies on, by the kernel's list of mounts.

    Empty if the list does not tell.
    """
    real = os.path.realpath(directory)
    best, kind = "", ""
    for line in mounts.splitlines():
        before, _separator, after = line.partition(" - ")
        fields = before.split()
        if len(fields) < 5 or not after:
            continue
        point = _unescaped(fields[4])
        inside = real == point or real.startswith(point.rstrip("/") + "/")
        # the last of several mounts on one point is the one that is seen.
        if inside and len(point) >= len(best):
            best, kind = point, after.split()[0]
    return kind


def _unescaped(point: str) -> str:
    """The kernel writes blanks in a mount point as octal numbers."""
    return point.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\")
