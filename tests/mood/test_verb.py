"""`shiftdesk mood` as a filter, with a scorer that counts letters."""

import asyncio
import json
import threading

import pytest

from console.core.model import Mood
from console.mood.verb import LONGEST_LINE, Lines, answer_lines


class Counting:
    """Gives every text a mood with its length; None for `bomb`."""

    def __init__(self) -> None:
        self.batches: list[int] = []

    async def score(self, texts: list[str], *, urgent: bool = False) -> list[Mood | None]:
        self.batches.append(len(texts))
        return [
            None if text == "bomb" else Mood("neutral", float(len(text)), words=(("w", 0.5),))
            for text in texts
        ]


def source(*chunks: bytes):
    """A `read` that gives these chunks, then the end."""
    left = [*chunks, b""]
    return lambda: left.pop(0)


async def answered(*chunks: bytes) -> tuple[int, list[dict]]:
    written: list[bytes] = []
    code = await answer_lines(source(*chunks), written.append, Counting())
    return code, [json.loads(line) for line in b"".join(written).splitlines()]


async def test_answers_come_in_order_with_their_ids():
    """Every line gets its line, whatever its id is."""
    code, answers = await answered(b'{"id":7,"text":"a"}\n{"id":"x","text":"bb"}\n')

    assert 0 == code
    assert [(7, 1.0), ("x", 2.0)] == [(one["id"], one["score"]) for one in answers]
    assert ["id", "label", "score", "uncertain", "words"] == list(answers[0])


async def test_a_bad_line_is_named_and_the_stream_goes_on():
    """A line that is no JSON is answered by an error with its number, and the exit code is 1."""
    code, answers = await answered(b'{"id":1,"text":"a"}\nnope\n{"id":3,"text":"b"}\n')

    assert 1 == code
    assert [1, None, 3] == [one["id"] for one in answers]
    assert "line 2" in answers[1]["error"]


async def test_a_line_without_text_is_bad():
    """A missing or wrong `text` is said, not guessed."""
    code, answers = await answered(b'{"id":1}\n{"id":2,"text":5}\n')

    assert 1 == code
    assert ["error" in one for one in answers] == [True, True]


async def test_a_line_may_come_in_pieces():
    """Chunks are cut anywhere, also inside a character."""
    whole = '{"id":1,"text":"плохо"}\n'.encode()
    _, answers = await answered(whole[:18], whole[18:19], whole[19:])

    assert [5.0] == [one["score"] for one in answers]


async def test_the_last_line_needs_no_newline():
    """A stream that ends inside a line is answered to its end."""
    _, answers = await answered(b'{"id":1,"text":"a"}')

    assert [1] == [one["id"] for one in answers]


async def test_a_text_that_was_given_up_is_an_error():
    """What the model could not read is said in its place."""
    code, answers = await answered(b'{"id":1,"text":"bomb"}\n{"id":2,"text":"ok"}\n')

    assert 1 == code
    assert "error" in answers[0]
    assert 2 == answers[1]["id"]


async def test_silence_flushes():
    """An answer is written before more input is waited for."""
    answered_first = threading.Event()
    left = [b'{"id":1,"text":"a"}\n', b'{"id":2,"text":"b"}\n', b""]

    def read() -> bytes:
        if len(left) == 2:
            # The second line comes only after the first was answered.
            assert answered_first.wait(10)
        return left.pop(0)

    written: list[bytes] = []

    def write(answers: bytes) -> None:
        written.append(answers)
        answered_first.set()

    async with asyncio.timeout(15):
        await answer_lines(read, write, Counting())

    assert 2 == len(written)


def test_ctrl_c_leaves_no_traceback_of_the_reader(monkeypatch):
    """Input that keeps coming is let go of in silence."""
    complaints = []
    flowing = threading.Event()
    readers = []
    monkeypatch.setattr(threading, "excepthook", complaints.append)

    def read() -> bytes:
        readers.append(threading.current_thread())
        if len(readers) > 20:
            flowing.set()
        return b"x"

    async def interrupted() -> None:
        asyncio.ensure_future(answer_lines(read, lambda _: None, Counting()))  # noqa: RUF006
        await asyncio.to_thread(flowing.wait, 10)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        asyncio.run(interrupted())
    readers[0].join(10)

    assert [] == complaints


async def test_ten_thousand_lines_are_read_a_batch_at_a_time():
    """The reader is never more than a chunk ahead of the answers."""
    line = b'{"id":1,"text":"a"}\n'
    counting = Counting()
    written: list[bytes] = []
    code = await answer_lines(source(*[line * 100] * 100), written.append, counting)

    assert (0, 10_000) == (code, sum(counting.batches))
    assert max(counting.batches) <= 256


def test_a_line_that_never_ends_is_not_kept():
    """Beyond 16 MB a line is dropped; the next one is whole again."""
    lines = Lines()
    for _ in range(5):
        lines.feed(b"x" * (LONGEST_LINE // 4))
    found = lines.feed(b"x\nnext\n")

    assert [None, b"next"] == found
