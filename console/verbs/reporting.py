"""Verbs that report: the numbers of a period, the rows behind one, and whole conversations."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import msgspec

from console.config import machine_zone
from console.core import asks
from console.core.asks import Done, Exported, ExportPage, Number, QueuePage, ReportPage
from console.core.csv_safe import Cell, write_rows
from console.core.i18n import _
from console.core.number_words import split, title
from console.core.order import row_state
from console.core.report_tables import Table, tables
from console.core.sla import PRIORITIES
from console.core.spans import parse_duration
from console.errors import ShiftdeskError
from console.verbs.line import VerbLine, ask_once, expect, open_hours, with_desk
from console.verbs.printing import as_json, local, now, one_line, print_rows, row_object

_DAYS = {"today": 0, "yesterday": 1}
_ROWS_AT_ONCE = 200

_CONVERSATION_HEADS = (
    "id", "source", "kind", "status", "who", "owner", "language", "rating", "rating_max", "mood",
    "mood_score", "priority", "tags", "clock", "clock_state", "due_at", "waiting_since",
    "last_activity_at", "what",
)  # fmt: skip
_TURN_HEADS = (
    "conversation", "turn", "source", "kind", "at", "author", "language", "rating", "mood", "title",
    "text", "url",
)  # fmt: skip


def report(arguments: argparse.Namespace) -> int:
    """Print a period's numbers; with --rows the conversations behind one of them."""
    if arguments.note:
        print(ask_once(arguments, asks.LeaveNote(arguments.note), Done).text)
        return 0
    request = asks.Report(
        since=_moment(arguments.since) if arguments.since else None,
        until=_moment(arguments.until) if arguments.until else None,
        shift=arguments.shift,
        rows=arguments.rows,
        topics=not arguments.rows or arguments.rows.startswith("topic@"),
    )
    if arguments.rows:
        return with_desk(arguments, lambda line: _rows(line, arguments, request))
    page = ask_once(arguments, request, ReportPage)
    if arguments.json:
        _as_json(page)
    elif arguments.csv:
        _print_csv(_number_rows(page))
    elif arguments.markdown:
        print(_markdown(page))
    else:
        print(_text(page))
    return 0


def _moment(text: str) -> datetime:
    """`2027-05-05`, `2027-05-05T09:00`, `today`, `yesterday`, `7d`, `12h`: an aware instant.

    Times without an offset are this machine's. Raises `ShiftdeskError`.
    """
    zone = ZoneInfo(machine_zone())
    if text.lower() in _DAYS:
        day = datetime.now(UTC).astimezone(zone) - timedelta(days=_DAYS[text.lower()])
        return day.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
    if span := parse_duration(text.lower()):
        return datetime.now(UTC) - span
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ShiftdeskError(
            _(
                "{text!r} is no time; write 2027-05-05, 2027-05-05T09:00, yesterday or 7d (ago)"
            ).format(text=text)
        ) from None
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)


# --- forms ---------------------------------------------------------------------------------------


def _as_json(page: ReportPage) -> None:
    """One object a line: the period, each number, each topic, and what is left over."""
    as_json({"report": {"since": page.since, "until": page.until, "zone": page.zone}})
    for number in page.numbers:
        as_json({**msgspec.to_builtins(number), "value": _value(number), "n": number.n})
    for topic in page.topics:
        as_json({"topic": topic})
    if page.hand_over is not None:
        as_json({"hand_over": page.hand_over})


def _value(number: Number) -> float | int | None:
    """The value; counts without a fraction."""
    if number.value is None or number.unit != "count":
        return number.value
    return round(number.value)


def _number_rows(page: ReportPage) -> Iterable[Sequence[Cell]]:
    yield ("since", "until", "name", "dimension", "group", "title", "unit", "value", "n")
    since, until = page.since.isoformat(), page.until.isoformat()
    for number in page.numbers:
        base, dimension, group = split(number.name)
        words = title(number.name)
        yield (
            since, until, base, dimension, group, words, number.unit, _value(number), number.n,
        )  # fmt: skip
    for topic in page.topics:
        yield (
            since, until, "topic", topic.source, topic.language, topic.word, "count", topic.n,
            topic.n,
        )  # fmt: skip


def _print_csv(rows: Iterable[Sequence[Cell]]) -> None:
    """Safe CSV in UTF-8, whatever the locale says, written as it comes."""
    for row in rows:
        made = StringIO(newline="")
        write_rows(made, [row])
        sys.stdout.buffer.write(made.getvalue().encode())
    sys.stdout.buffer.flush()


def _heading(page: ReportPage) -> str:
    return _("{since} to {until}").format(since=local(page.since), until=local(page.until))


def _text(page: ReportPage) -> str:
    blocks = [_heading(page)]
    for table in tables(page, local):
        lines = _aligned([table.heads, *(row.cells for row in table.rows)], words=table.words)
        if not any(table.heads):
            lines = lines[1:]
        blocks.append("\n".join([table.title, *(f"  {line}" for line in lines)]))
    blocks.append(_("The rows behind a number: --rows NAME; the names stand in --json and --csv."))
    return "\n\n".join(blocks)


def _aligned(rows: Sequence[Sequence[str]], *, words: bool) -> list[str]:
    """Columns under each other; the first to the left, numbers to the right."""
    from wcwidth import wcswidth

    cells = [[one_line(cell) for cell in row] for row in rows]
    widths = [max(map(wcswidth, column)) for column in zip(*cells, strict=True)]
    return [
        "  ".join(
            _padded(cell, width, wcswidth(cell), left=words or place == 0)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]


def _padded(cell: str, width: int, taken: int, *, left: bool) -> str:
    blanks = " " * (width - taken)
    return cell + blanks if left else blanks + cell


def _markdown(page: ReportPage) -> str:
    blocks = [f"# {_heading(page)}"]
    for table in tables(page, local):
        blocks.append("\n".join([f"## {_marked(table.title)}", "", *_markdown_rows(table)]))
    return "\n\n".join(blocks)


def _markdown_rows(table: Table) -> list[str]:
    rule = [":--" if table.words or place == 0 else "--:" for place in range(len(table.heads))]
    lines = [table.heads, rule, *(row.cells for row in table.rows)]
    return [
        "| " + " | ".join(cell if cell in rule else _marked(cell) for cell in line) + " |"
        for line in lines
    ]


_MARKS = re.compile(r"([\\`*_{}\[\]()<>#|!~&])")


def _marked(cell: str) -> str:
    """A text that Markdown shows as it is: no link, no HTML, no further column."""
    return _MARKS.sub(r"\\\1", one_line(cell))


# --- rows ----------------------------------------------------------------------------------------


async def _rows(line: VerbLine, arguments: argparse.Namespace, request: asks.Report) -> int:
    """The conversations behind a number, as the queue prints them."""
    page = expect(await line.ask(request), ReportPage)
    at = now()
    if arguments.csv:
        _print_csv([_CONVERSATION_HEADS])
    for first in range(0, len(page.conversations), _ROWS_AT_ONCE):
        some = page.conversations[first : first + _ROWS_AT_ONCE]
        wanted = asks.Queue("", f"id:{','.join(map(str, some))}", count=_ROWS_AT_ONCE)
        rows = expect(await line.ask(wanted), QueuePage).rows
        if arguments.json:
            for row in rows:
                as_json(row_object(row, at))
        elif arguments.csv:
            _print_csv(_conversation_row(Exported(row, ()), at) for row in rows)
        else:
            print_rows(rows, at, await open_hours(line))
    return 0


# --- export --------------------------------------------------------------------------------------


def export(arguments: argparse.Namespace) -> int:
    """Whole conversations as JSON lines, or as CSV of conversations or turns."""
    return with_desk(arguments, lambda line: _export(line, arguments))


async def _export(line: VerbLine, arguments: argparse.Namespace) -> int:
    wanted, after, more = " ".join(arguments.filter), 0, True
    if arguments.csv:
        _print_csv([_TURN_HEADS if arguments.turns else _CONVERSATION_HEADS])
    while more:
        page = expect(await line.ask(asks.Export(wanted, after)), ExportPage)
        at = now()
        for found in page.conversations:
            after = found.row.id
            if not arguments.csv:
                _export_json(found, at, turns=arguments.turns)
            elif arguments.turns:
                _print_csv(_turn_rows(found))
            else:
                _print_csv([_conversation_row(found, at)])
        more = page.more
    return 0


def _export_json(found: Exported, at: datetime, *, turns: bool) -> None:
    if not turns:
        as_json({**row_object(found.row, at), "turns": found.turns})
        return
    for turn in found.turns:
        made = msgspec.to_builtins(turn)
        as_json({"conversation": found.row.id, "source": found.row.source, **made})


def _conversation_row(found: Exported, at: datetime) -> Sequence[Cell]:
    row = found.row
    return (
        row.id,
        row.source,
        row.kind,
        row.status,
        row.who,
        row.owner,
        row.language,
        row.rating,
        row.rating_max,
        f"({row.mood})" if row.uncertain else row.mood,
        row.mood_score if row.mood else None,
        PRIORITIES[row.priority],
        " ".join(row.tags),
        row.clock,
        row_state(row, at),
        _instant(row.due_at),
        _instant(row.waiting_since),
        _instant(row.last_activity_at),
        row.what,
    )


def _turn_rows(found: Exported) -> Iterable[Sequence[Cell]]:
    for turn in found.turns:
        yield (
            found.row.id,
            turn.id,
            found.row.source,
            turn.kind,
            _instant(turn.at),
            turn.author,
            turn.language,
            turn.rating,
            turn.mood.label if turn.mood else None,
            turn.title,
            turn.text,
            turn.url,
        )


def _instant(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
