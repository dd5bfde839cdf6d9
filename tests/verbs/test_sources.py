"""`shiftdesk sources`: how each is doing, and what the last polls of one gave."""

from __future__ import annotations

import json
from pathlib import Path

from tests.walks.house import House


def test_sources_and_the_log_of_one(tmp_path: Path) -> None:
    """One object a line; the log says what came and by which status; a wrong name is named."""
    house = House(tmp_path)
    try:
        house.start_desk()
        house.publish("review", text="Where is order 5?", stars=2)
        (row,) = house.until_rows(1)
        health = [json.loads(line) for line in house.verb("sources", "--json").stdout.splitlines()]
        log = house.verb("sources", row["source"], "--json")
        told = house.verb("sources", row["source"])
        wrong = house.verb("sources", "nobody")
    finally:
        house.close()

    assert row["source"] in {one["name"] for one in health}
    polls = [json.loads(line)["poll"] for line in log.stdout.splitlines()]
    assert 1 == sum(poll.get("new", 0) for poll in polls)
    assert {200} >= {poll["status"] for poll in polls if poll.get("new")}
    assert "1 new" in told.stdout and "  200  " in told.stdout
    assert (0, 1) == (log.returncode, wrong.returncode) and "nobody" in wrong.stderr
