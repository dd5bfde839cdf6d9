"""Where tests find the public data that lies beside the checkout."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1].parent / "shared"


def shared(path: str) -> Path:
    """The file at `path` below the shared data; skips without it, and fails in CI."""
    found = ROOT / path
    if not found.exists():
        message = f"shared data is missing: {path}"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return found
