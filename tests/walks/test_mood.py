"""The model in its own process, on a real desk: its death costs time and nothing else."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.walks.house import House

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("flair") is None,
    reason="needs the model's packages: pip install 'shiftdesk[mood]'",
)

READY_S = 60.0


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house whose desk scores with the shipped model."""
    made = House(tmp_path, mood=True)
    try:
        made.start_desk()
        yield made
    finally:
        made.close()


def mood_process(house: House) -> psutil.Process | None:
    """The desk's child that runs flair, None while there is none."""
    assert house.desk is not None
    for child in psutil.Process(house.desk.pid).children(recursive=True):
        try:
            if any("console.mood" in word for word in child.cmdline()):
                return child
        except psutil.NoSuchProcess:
            continue
    return None


def until_scored(house: House, count: int) -> list[str]:
    """The moods of all rows, once each has one."""
    deadline = time.monotonic() + READY_S
    while True:
        moods = [row["mood"] for row in house.rows()]
        if len(moods) == count and all(moods):
            return moods
        assert time.monotonic() < deadline, f"{moods}\n{house.log()}"


@pytest.mark.heavy
def test_a_killed_model_loses_no_flag(house: House) -> None:
    """kill -9 before, while and after it scores: every row gets its flag."""
    for text in ("It broke after a day, I want my money back", "Wonderful, thank you so much"):
        house.publish("review", text=text, stars=3)
    until_scored(house, 2)
    for number in range(4):
        child = mood_process(house)
        if child is not None:
            child.kill()
        house.publish("review", text=f"Order {number} never arrived and nobody answers", stars=1)

    moods = until_scored(house, 6)

    assert 5 == moods.count("negative")


def test_the_flag_comes_from_the_shipped_model(house: House) -> None:
    """Real flair, real flags, in four languages."""
    wanted = {
        "It broke after a day, I want my money back": "negative",
        "Заказ так и не пришёл, верните деньги": "negative",
        "شكرا لكم، خدمة رائعة": "positive",
        "خیلی راضی‌ام، ممنون": "positive",
    }
    for text in wanted:
        house.publish("mention", text=text)
    until_scored(house, len(wanted))

    found = {row["what"]: row["mood"] for row in house.rows()}
    assert wanted == {text: found[text] for text in wanted}
