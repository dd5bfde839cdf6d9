"""A model that cannot be loaded is told about once, in a sentence, and not tried for ever."""

from __future__ import annotations

import subprocess
import sys

import msgspec

from console.mood.wire import Settings

BROKEN = """
import console.mood.loading as loading

def load(settings):
    raise RuntimeError("size mismatch for decoder.weight\\nmore")

loading.load = load
from console.mood.process import main
main()
"""


def test_whatever_goes_wrong_while_loading_is_a_sentence() -> None:
    """The process says what is wrong, asks for no second try, and ends."""
    settings = Settings("shipped", {}, 1, 0.0)
    done = subprocess.run(
        [sys.executable, "-c", BROKEN],
        input=msgspec.json.encode(settings) + b"\n",
        capture_output=True,
        timeout=60,
        check=True,
    )

    told = msgspec.json.decode(done.stdout)

    assert not told.get("again", False)
    assert "size mismatch for decoder.weight" in str(told)
    assert "more" not in str(told)
