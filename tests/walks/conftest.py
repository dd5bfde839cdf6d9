"""Fixtures of the walks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.walks.house import House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house with a calm world and a running desk, without the sentiment model."""
    made = House(tmp_path)
    try:
        made.start_desk()
        yield made
    finally:
        made.close()
