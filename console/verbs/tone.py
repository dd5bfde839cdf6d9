"""The verbs that turn a stream of JSON lines into answers, without desk or configuration."""

from __future__ import annotations

from typing import IO

import msgspec

from console.core.i18n import _
from console.core.tone import Context, Hint, Item, hints


class _Question(msgspec.Struct, frozen=True):
    draft: str
    item: Item = Item()
    context: Context = Context()
    interface_language: str = "en"
    muted: tuple[str, ...] = ()


class _Remark(msgspec.Struct, frozen=True):
    id: str
    severity: str
    start: int
    end: int
    message: str


class _Answer(msgspec.Struct, frozen=True):
    hints: list[_Remark]


class _Refusal(msgspec.Struct, frozen=True):
    error: str


def tone_verb(stdin: IO[str], stdout: IO[str]) -> int:
    """Every hint about each draft, a line for a line, flushed before the next is read.

    A line is `{"item", "draft", "context"}`, with the fields of `Item` and
    `Context`. A line that cannot be read is answered by its number and the
    reason, and the stream goes on; the exit code is then 1. Empty lines are
    passed over.
    """
    code = 0
    encoder = msgspec.json.Encoder()
    for number, line in enumerate(stdin, 1):
        if not line.strip():
            continue
        answer = _answer(line, number)
        code = code or int(isinstance(answer, _Refusal))
        stdout.write(encoder.encode(answer).decode() + "\n")
        stdout.flush()
    return code


def _answer(line: str, number: int) -> _Answer | _Refusal:
    try:
        question = msgspec.json.decode(line, type=_Question)
    except (msgspec.DecodeError, UnicodeError) as error:
        return _Refusal(_("line {number}: {problem}").format(number=number, problem=error))
    found = hints(
        question.item,
        question.draft,
        question.context,
        question.interface_language,
        question.muted,
    )
    return _Answer([_remark(hint) for hint in found])


def _remark(hint: Hint) -> _Remark:
    return _Remark(hint.id, hint.severity, hint.start, hint.end, hint.message)
