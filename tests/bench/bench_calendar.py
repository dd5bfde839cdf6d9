"""How many due times a second one core gives, whatever the calendar: `python -m tests.bench.bench_calendar`.

The goal is 10,000. The first call of a calendar builds its open time and is shown by itself.
"""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime, timedelta

from console.core.calendar import Calendar

CALENDARS = {
    "office": Calendar("office", "Europe/Berlin", (((540, 1020),),) * 5 + ((),) * 2),
    "all day": Calendar("all day", "Africa/Cairo", (((0, 1440),),) * 7),
    "48 pieces a day": Calendar(
        "pieces", "America/St_Johns", (tuple((n * 30, n * 30 + 20) for n in range(48)),) * 7
    ),
    "one hour a week": Calendar("rare", "Australia/Lord_Howe", (((60, 120),),) + ((),) * 6),
}


def main(count: int = 50_000) -> None:
    """Prints due times per second for each calendar, starts and targets drawn at random."""
    draw = random.Random(7)
    for name, calendar in CALENDARS.items():
        starts = [
            datetime(2027, 1, 1, tzinfo=UTC) + timedelta(seconds=draw.randrange(365 * 86400))
            for _ in range(count)
        ]
        targets = [timedelta(minutes=draw.randrange(1, 96 * 60)) for _ in range(count)]
        began = time.process_time()
        calendar.due(starts[0], targets[0])
        first = time.process_time()
        for start, target in zip(starts, targets, strict=True):
            calendar.due(start, target)
        taken = time.process_time() - first
        print(f"{name:16} first {first - began:.4f} s, then {count / taken:10,.0f} due/s")


if __name__ == "__main__":
    main()
