"""The sources in config.example.toml are ones that can be built."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from sources.registry import build
from sources.tools import Tools

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
SAMPLES = tomllib.loads(EXAMPLE.read_text("utf-8").replace("#: ", ""))["sources"]
OF_EVERY_SOURCE = ("type", "every", "reopen_within")
"""What the desk reads itself; the rest is the source's own."""


@pytest.mark.parametrize("name", SAMPLES)
async def test_a_sample_is_taken_as_it_stands(name: str, tools: Tools) -> None:
    """Every option of it exists and has a value that its type accepts."""
    options = {key: value for key, value in SAMPLES[name].items() if key not in OF_EVERY_SOURCE}

    assert name == build(SAMPLES[name]["type"], name, options, tools).name
