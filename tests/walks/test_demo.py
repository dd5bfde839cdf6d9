"""The demo's end: nothing of it stays, however it ends."""

import os
import subprocess
import sys
import time

import psutil

from tests.walks.house import ROOT


def test_a_killed_demo_leaves_no_process_behind(tmp_path):
    """A demo that was killed left a desk that went on asking a world that was gone."""
    demo = subprocess.Popen(
        [sys.executable, "-m", "console.cli", "demo", "--headless", "--seconds", "60"],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 30
    while not list(tmp_path.glob("*/desk.sock")):
        assert time.monotonic() < deadline and demo.poll() is None
        time.sleep(0.05)
    children = psutil.Process(demo.pid).children(recursive=True)

    demo.kill()
    demo.wait()
    _, alive = psutil.wait_procs(children, timeout=20)

    for child in alive:
        child.kill()
    assert [] == [child.cmdline() for child in alive]
