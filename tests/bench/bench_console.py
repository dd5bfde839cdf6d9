"""What a console costs against an empty Textual app: start, memory, and doing nothing.

    python -m tests.bench.bench_console [rounds] [idle seconds]

Prints ratios and per-second figures; both programs run in a pty of 160 by 48, in turn.
"""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import select
import signal
import statistics
import struct
import sys
import termios
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
SIZE = (48, 160)
QUERIES = {b"\x1b[?2026$p": b"\x1b[?2026;2$y", b"\x1b[c": b"\x1b[?62;22c"}
"""What Textual asks a terminal, with a modern one's answers."""


@dataclass
class Measured:
    """One run of one program."""

    paint_s: float
    paint_cpu_s: float
    pss_kib: int
    cpu_percent: float
    bytes_per_s: float


def measured(program: str, ready: str, idle_s: float) -> Measured:
    """Start the program, wait for its first useful paint, then let it do nothing."""
    began = time.perf_counter()
    pid, terminal = pty.fork()
    if pid == 0:
        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", *SIZE, 0, 0))
        os.chdir(ROOT)
        os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
        os.execv(sys.executable, [sys.executable, "-m", "tests.bench.console_on_fake", program])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", *SIZE, 0, 0))
    try:
        painted = _until(terminal, re.compile(ready.encode()), began + 30)
        paint_cpu = _cpu(pid)
        _drain(terminal, 2.0)
        pss = _pss(pid)
        before, at = _cpu(pid), time.perf_counter()
        written = _drain(terminal, idle_s)
        spent, span = _cpu(pid) - before, time.perf_counter() - at
        return Measured(painted - began, paint_cpu, pss, 100 * spent / span, written / span)
    finally:
        os.kill(pid, signal.SIGTERM)
        _drain(terminal, 0.5)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(terminal)


def _until(terminal: int, ready: re.Pattern[bytes], end: float) -> float:
    seen = b""
    while time.perf_counter() < end:
        piece = _read(terminal, end - time.perf_counter())
        seen = (seen + piece)[-200_000:]
        if ready.search(re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]", b"", seen)):
            return time.perf_counter()
    raise SystemExit(f"never ready: {seen[-500:]!r}")


def _drain(terminal: int, seconds: float) -> int:
    end, count = time.perf_counter() + seconds, 0
    while (left := end - time.perf_counter()) > 0:
        count += len(_read(terminal, left))
    return count


def _read(terminal: int, timeout: float) -> bytes:
    ready, _, _ = select.select([terminal], [], [], max(0.0, timeout))
    if not ready:
        return b""
    try:
        piece = os.read(terminal, 65_536)
    except OSError:
        return b""
    for query, answer in QUERIES.items():
        if query in piece:
            os.write(terminal, answer)
    return piece


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _pss(pid: int) -> int:
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(re.search(r"^Pss:\s+(\d+)", rollup, re.M)[1])  # type: ignore[index]


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    idle_s = float(sys.argv[2]) if len(sys.argv) > 2 else 20.0
    runs: dict[str, list[Measured]] = {"empty": [], "console": []}
    for _ in range(rounds):
        runs["empty"].append(measured("empty", "ready-now", 1.0))
        runs["console"].append(measured("console", "500 open", idle_s))

    def median(program: str, field: str) -> float:
        return statistics.median(getattr(run, field) for run in runs[program])

    print(
        json.dumps(
            {
                "paint_ratio": round(median("console", "paint_s") / median("empty", "paint_s"), 2),
                "paint_cpu_ratio": round(
                    median("console", "paint_cpu_s") / median("empty", "paint_cpu_s"), 2
                ),
                "pss_ratio": round(median("console", "pss_kib") / median("empty", "pss_kib"), 2),
                "idle_cpu_percent": round(median("console", "cpu_percent"), 2),
                "idle_bytes_per_s": round(median("console", "bytes_per_s"), 1),
                "empty_paint_s": round(median("empty", "paint_s"), 3),
                "rounds": rounds,
            }
        )
    )


if __name__ == "__main__":
    main()
