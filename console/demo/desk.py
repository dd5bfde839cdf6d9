"""The demo's desk: an ordinary one that ends when the demo does, however the demo ended.

Run as a process of its own (`python -m console.demo.desk --config FILE`): `serve`, until its
standard input closes.
"""

from __future__ import annotations

import os
import signal
import sys
import threading

from console.cli import main


def _end_with_the_demo() -> None:
    # from the descriptor: a thread inside sys.stdin would hold its lock when the desk ends
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=_end_with_the_demo, daemon=True).start()
    sys.exit(main(["serve", *sys.argv[1:]]))
