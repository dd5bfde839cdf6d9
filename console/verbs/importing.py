"""The verb `import`: a file of posts, looked at first, then taken in through the desk."""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from console.core import asks
from console.core.asks import IMPORT_AT_ONCE, Done
from console.core.i18n import _, ngettext
from console.core.said import in_our_words
from console.errors import ConfigError
from console.verbs.line import VerbLine, expect, with_desk
from console.verbs.printing import as_json, narrate, one_line
from sources.base import Post, SourceError
from sources.csv_file import FIELDS, BadRow, Mapped, guess, read_header, read_posts

PREVIEWED = 5


def import_file(arguments: argparse.Namespace) -> int:
    """Rows become posts of a source; bad rows are told by line. Exit 1 if there were any."""
    path = Path(arguments.file)
    try:
        mapped = _mapped(path, arguments)
        if arguments.preview:
            return _preview(path, mapped, json=arguments.json)
        name = arguments.source or path.stem
        return with_desk(arguments, lambda line: _take_in(line, path, mapped, name))
    except SourceError as error:
        narrate(f"shiftdesk: {in_our_words(str(error))}")
        return 2


def _mapped(path: Path, arguments: argparse.Namespace) -> Mapped:
    columns = guess(read_header(path))
    for pair in arguments.map:
        name, equals, column = pair.partition("=")
        if not equals or name not in FIELDS:
            raise ConfigError(
                _("--map {pair}: expected FIELD=COLUMN; fields are {fields}").format(
                    pair=pair, fields=", ".join(FIELDS)
                )
            )
        columns[name] = column
    try:
        zone = ZoneInfo(arguments.zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise ConfigError(_("no such time zone: {zone}").format(zone=arguments.zone)) from None
    return Mapped(columns, arguments.kind, arguments.rating_max, zone)


def _preview(path: Path, mapped: Mapped, *, json: bool) -> int:
    """The mapping and the first rows; nothing is taken in."""
    for name, column in mapped.columns.items():
        narrate(f"{name} ← {column}")
    rows = list(read_posts(path, mapped))
    posts = [row for row in rows if isinstance(row, Post)]
    for post in posts[:PREVIEWED]:
        if json:
            as_json(post)
        else:
            print(
                f"{post.occurred_at or '-'}  {one_line(post.author)}  {one_line(post.text)[:100]}"
            )
    bad = [row for row in rows if isinstance(row, BadRow)]
    _tell_bad(bad)
    narrate(_("{good} rows would be taken in, {bad} not").format(good=len(posts), bad=len(bad)))
    return int(bool(bad))


async def _take_in(line: VerbLine, path: Path, mapped: Mapped, name: str) -> int:
    bad: list[BadRow] = []
    done = 0
    rows = _good(read_posts(path, mapped), bad)
    while part := tuple(itertools.islice(rows, IMPORT_AT_ONCE)):
        said = expect(await line.ask(asks.Import(name, part)), Done)
        done += len(part)
        end = "\r" if sys.stderr.isatty() else "\n"
        rows_text = ngettext("{n} row", "{n} rows", done).format(n=done)
        print(f"{rows_text}: {said.text}", file=sys.stderr, end=end, flush=True)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    _tell_bad(bad)
    return int(bool(bad))


def _good(rows: Iterator[Post | BadRow], bad: list[BadRow]) -> Iterator[Post]:
    for row in rows:
        if isinstance(row, BadRow):
            bad.append(row)
        else:
            yield row


def _tell_bad(bad: list[BadRow]) -> None:
    for row in bad:
        narrate(
            _("line {n}: {problem}").format(n=row.line, problem=one_line(in_our_words(row.problem)))
        )
