"""What a desk says to the service manager that started it, and how it keeps itself in bounds."""

from __future__ import annotations

import contextlib
import os
import resource
import socket


def notify(state: str) -> None:
    """`READY=1`, `STOPPING=1`, `STATUS=…` to systemd; nothing where nobody listens."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return
    target = "\0" + address[1:] if address.startswith("@") else address
    with (
        contextlib.suppress(OSError),
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sending,
    ):
        sending.sendto(state.encode(), target)


def keep_private() -> None:
    """New files are the user's own, and no core file ever holds a token or a customer's text."""
    os.umask(0o077)
    _soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
