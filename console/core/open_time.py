"""A calendar's open hours as merged UTC intervals: the arithmetic under `calendar`, in microseconds."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

Interval = tuple[int, int]
"""Minutes of the local day, `[from, to)`; `to` is above 1440 where the interval crosses midnight."""

MICROSECOND = timedelta(microseconds=1)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ORDINAL = _EPOCH.toordinal()
_LAST_ORDINAL = date.max.toordinal() - 3
_US_PER_MINUTE = 60_000_000
_US_PER_DAY = 24 * 60 * _US_PER_MINUTE
# Chunks of this many UTC days are merged once and kept: a far target then hops over whole chunks.
_CHUNK_DAYS = 32
_CHUNK_US = _CHUNK_DAYS * _US_PER_DAY


def microseconds(at: datetime) -> int:
    """An aware instant as microseconds since 1970."""
    return (at - _EPOCH) // MICROSECOND


def instant(since_epoch: int) -> datetime:
    """The aware UTC instant of `microseconds()`."""
    return _EPOCH + timedelta(microseconds=since_epoch)


class _Chunk:
    """Merged open intervals of one stretch of UTC days, with the open time before each."""

    __slots__ = ("_before", "_ends", "_starts", "total")

    def __init__(self, intervals: Sequence[tuple[int, int]]) -> None:
        self._starts = [start for start, _end in intervals]
        self._ends = [end for _start, end in intervals]
        self._before: list[int] = []
        self.total = 0
        for start, end in intervals:
            self._before.append(self.total)
            self.total += end - start

    def before(self, at: int) -> int:
        """The open microseconds of this chunk that lie before `at`."""
        place = bisect_right(self._starts, at) - 1
        if place < 0:
            return 0
        return self._before[place] + min(at, self._ends[place]) - self._starts[place]

    def at(self, wanted: int) -> int:
        """The earliest instant with `wanted` open microseconds before it; 0 < wanted <= total."""
        # bisect_left on the sums finds the interval that *ends* at a sum before the one that
        # begins there: due at closing time, not at the next opening.
        place = bisect_left(self._before, wanted) - 1
        return self._starts[place] + wanted - self._before[place]


class OpenTime:
    """A calendar's open time as merged UTC intervals, in chunks built when first asked for."""

    def __init__(
        self,
        zone: str,
        week: tuple[tuple[Interval, ...], ...],
        exceptions: Mapping[date, tuple[Interval, ...]],
    ) -> None:
        self._zone = ZoneInfo(zone)
        self._week = week
        self._exceptions = exceptions
        self._chunks: dict[int, _Chunk] = {}

    def between(self, first: int, last: int) -> int:
        """The open microseconds in `[first, last)`."""
        begin, end = first // _CHUNK_US, last // _CHUNK_US
        whole = sum(self._chunk(index).total for index in range(begin, end))
        return whole + self._chunk(end).before(last) - self._chunk(begin).before(first)

    def reach(self, start: int, wanted: int, horizon: int) -> int | None:
        """The earliest instant with `wanted` open microseconds since `start`; None after `horizon`."""
        index = start // _CHUNK_US
        chunk = self._chunk(index)
        wanted += chunk.before(start)
        while wanted > chunk.total:
            wanted -= chunk.total
            index += 1
            if index * _CHUNK_US > horizon:
                return None
            chunk = self._chunk(index)
        found = chunk.at(wanted)
        return found if found <= horizon else None

    def _chunk(self, index: int) -> _Chunk:
        chunk = self._chunks.get(index)
        if chunk is None:
            chunk = self._chunks[index] = _Chunk(self._merged(index * _CHUNK_US))
        return chunk

    def _merged(self, begin: int) -> list[tuple[int, int]]:
        """The open intervals of one chunk in UTC, clipped to it, sorted, none touching another."""
        end = begin + _CHUNK_US
        first_day = begin // _US_PER_DAY + _EPOCH_ORDINAL
        # Two days before: offsets reach beyond half a day, and intervals into the next day.
        days = range(max(first_day - 2, 2), min(first_day + _CHUNK_DAYS + 2, _LAST_ORDINAL))
        found = sorted(interval for day in days for interval in self._of_day(day))
        merged: list[tuple[int, int]] = []
        for start, stop in found:
            start, stop = max(start, begin), min(stop, end)
            if start >= stop:
                continue
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(merged[-1][1], stop))
            else:
                merged.append((start, stop))
        return merged

    def _of_day(self, ordinal: int) -> list[tuple[int, int]]:
        """One local date's intervals in UTC."""
        day = date.fromordinal(ordinal)
        intervals = self._exceptions.get(day, self._week[day.weekday()])
        if not intervals:
            return []
        steady = self._steady_offset(ordinal)
        midnight = (ordinal - _EPOCH_ORDINAL) * _US_PER_DAY
        if steady is not None:
            base = midnight - steady
            return [
                (base + start * _US_PER_MINUTE, base + end * _US_PER_MINUTE)
                for start, end in intervals
            ]
        return [
            (
                self._instant(midnight + start * _US_PER_MINUTE, fold=0),
                self._instant(midnight + end * _US_PER_MINUTE, fold=1),
            )
            for start, end in intervals
        ]

    def _steady_offset(self, ordinal: int) -> int | None:
        """The zone's offset on this date and the next, None where it changes."""
        offsets = {
            self._offset((ordinal + ahead - _EPOCH_ORDINAL) * _US_PER_DAY, fold=0)
            for ahead in range(3)
        }
        return offsets.pop() if len(offsets) == 1 else None

    def _offset(self, local: int, *, fold: int) -> int:
        """The zone's offset at a local time, in microseconds."""
        wall = (_EPOCH + timedelta(microseconds=local)).replace(tzinfo=self._zone, fold=fold)
        return (wall.utcoffset() or timedelta(0)) // MICROSECOND

    def _instant(self, local: int, *, fold: int) -> int:
        """The instant of a local time.

        In a repeated hour `fold` chooses the pass (a start takes the first, an end the second);
        a time that the clocks skip becomes the first instant after the gap.
        """
        earlier = self._offset(local, fold=0)
        later = self._offset(local, fold=1)
        if earlier < later:
            return self._change_between(local - later, local - earlier)
        return local - (later if fold else earlier)

    def _change_between(self, before: int, after: int) -> int:
        """The instant at which the zone's offset changes, to the second."""
        low, high = before // 1_000_000, after // 1_000_000
        old = self._offset_at(low)
        while high - low > 1:
            middle = (low + high) // 2
            if self._offset_at(middle) == old:
                low = middle
            else:
                high = middle
        return high * 1_000_000

    def _offset_at(self, second: int) -> timedelta:
        """The zone's offset at an instant given in seconds since 1970."""
        return (_EPOCH + timedelta(seconds=second)).astimezone(self._zone).utcoffset() or timedelta(
            0
        )
