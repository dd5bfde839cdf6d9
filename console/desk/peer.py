"""Who is at the other end of a socket: the kernel's word, not theirs."""

from __future__ import annotations

import pwd
import socket
import struct
import sys
from collections.abc import Callable

_UCRED = struct.Struct("=iII")
"""Linux: pid, uid, gid."""

_SOL_LOCAL, _LOCAL_PEERCRED = 0, 1
_XUCRED = struct.Struct("=IIh")
"""macOS: the structure's version (0), uid, number of groups."""

PeerUid = Callable[[socket.socket], int]
"""The Unix user id at the other end. Raises `OSError` where the kernel does not say."""


def peer_uid(connection: socket.socket) -> int:
    """The user id of the process that connected, as it was when it did. Raises `OSError`."""
    if sys.platform == "darwin":
        # Untested: written from the system's header sys/ucred.h, no such machine was at hand.
        answer = connection.getsockopt(_SOL_LOCAL, _LOCAL_PEERCRED, 76)
        version, uid, _groups = _XUCRED.unpack_from(answer)
        if version != 0:
            raise OSError("the kernel names its peers in an unknown form")
        return int(uid)
    answer = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _UCRED.size)
    _pid, uid, _gid = _UCRED.unpack(answer)
    return int(uid)


def user_name(uid: int) -> str:
    """The user's name, or the number where the system knows none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
