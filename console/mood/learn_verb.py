"""`shiftdesk mood --learn` and `--forget`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO, Protocol, TextIO

import msgspec

from console.core.i18n import _
from console.mood.model import LEARNED, ModelError, verified


class Housed(Protocol):
    """What is read of the configuration."""

    @property
    def data_dir(self) -> Path: ...


async def learn_verb(
    config: Housed | None,
    *,
    forget: bool = False,
    examples: Sequence[Any] | None = None,
    source: BinaryIO | None = None,
    out: TextIO | None = None,
) -> int:
    """Learns from the team's own texts, or takes back what was learnt; 0 kept or forgotten, 1 not, 2 wrong.

    Without `examples` (see `learning.Example`) they are read from `source`, standard input if
    None: JSON lines with `text` and either `label` or `rating` (`rating_max`, `kind`). Prints one JSON
    object: whether it was kept, a sentence, and the figures before and after.
    """
    out = out or sys.stdout
    if config is None:
        print(_("mood --learn needs a configuration: it says where the desk's data lie"), file=out)
        return 2
    path = config.data_dir / LEARNED
    if forget:
        from console.mood.learning import forget as forget_learnt

        found = forget_learnt(path)
        print(_("forgotten") if found else _("there was nothing to forget"), file=out)
        return 0 if found else 1
    try:
        own = examples if examples is not None else _read(source or sys.stdin.buffer)
        return await asyncio.to_thread(_learn, own, path, out)
    except (ModelError, msgspec.DecodeError) as error:
        print(error, file=out)
        return 2


def _read(lines: Iterable[bytes]) -> list[Any]:
    from console.mood.learning import Example

    return [msgspec.json.decode(line, type=Example) for line in lines if line.strip()]


def _learn(examples: Sequence[Any], path: Path, out: TextIO) -> int:
    try:
        from flair.models import TextClassifier
    except ImportError as error:
        raise ModelError(
            _("mood needs {package}; install it with: pip install 'shiftdesk[mood]'").format(
                package=error.name or "flair"
            )
        ) from error
    from console.mood.learning import learn, write

    outcome, learnt = learn(TextClassifier.load(verified()), examples)
    if learnt is not None:
        write(path, learnt)
    print(msgspec.json.encode(asdict(outcome)).decode(), file=out)
    return 0 if outcome.kept else 1
