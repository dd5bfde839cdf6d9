"""Children: watched, replaced, never fatal. Real processes, small ones."""

from __future__ import annotations

import asyncio
import io
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import msgspec
import pytest

from console.core.asks import Hints
from console.desk.hinting import TEXT_PROCESS, TextWork
from console.desk.supervision import Child, ChildGone
from console.desk.text_process import main
from tests.desk.fakes import FakeTime, breathe

ECHO = """
import json, os, sys
print('{"ready":true}', flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    if asked["say"] == "die":
        os._exit(3)
    if asked["say"] == "hang":
        sys.stdin.read()
    answer = {"error": "no"} if asked["say"] == "fail" else {"answer": asked["say"]}
    print(json.dumps({"id": asked["id"], **answer}), flush=True)
"""


@asynccontextmanager
async def running(
    source: str = ECHO, time: FakeTime | None = None, within_s: float = 5.0
) -> AsyncIterator[Child]:
    child = Child(
        "echo",
        [sys.executable, "-c", source],
        answer_within_s=within_s,
        sleep=(time or FakeTime()).sleep,
        chance=lambda: 1.0,
    )
    task = asyncio.ensure_future(child.run())
    try:
        await child.started(1)
        yield child
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(child: Child, state: str, time: FakeTime | None = None) -> None:
    """Processes need real milliseconds to start and die; pauses between them need none."""
    for _look in range(4000):
        if child.state == state:
            return
        await asyncio.sleep(0.005)
        if time:
            await time.advance(10)
    raise AssertionError(f"never {state}")


async def test_child_answers() -> None:
    """One line for one line."""
    async with running() as child:
        answers = await asyncio.gather(child.ask(say="a"), child.ask(say="b"))

    assert ["a", "b"] == answers


async def test_dead_child_is_replaced() -> None:
    """Its question fails, the next one is answered by another."""
    time = FakeTime()
    async with running(time=time) as child:
        with pytest.raises(ChildGone):
            await child.ask(say="die")
        await until(child, "failed")
        await until(child, "ready", time)

        assert "again" == await child.ask(say="again")


async def test_hanging_child_is_replaced() -> None:
    """Nobody waits longer than the answer may take."""
    time = FakeTime()
    async with running(time=time, within_s=0.05) as child:
        with pytest.raises(ChildGone, match="hung"):
            await child.ask(say="hang")
        await until(child, "failed")
        await until(child, "ready", time)

        assert "ready" == child.state


async def test_failing_question_harms_no_other() -> None:
    """An error is the answer to that question alone."""
    async with running() as child:
        with pytest.raises(ChildGone, match="no"):
            await child.ask(say="fail")

        assert "x" == await child.ask(say="x")


async def test_child_that_never_starts_is_a_state_and_no_end() -> None:
    """The desk goes on and says why there are no hints."""
    async with running("import sys; sys.exit(4)") as child:
        await until(child, "failed")

        assert "exit code 4" in child.trouble
        with pytest.raises(ChildGone, match="exit code 4"):
            await child.ask(say="x")


async def test_hints_without_a_process_are_simply_none() -> None:
    """Nothing an agent types waits for it."""
    work = TextWork(Child("text", ["no-such-program"], answer_within_s=1), ("en",))
    found = await work.hints(1, Hints(conversation=1, draft="x", revision=1), {})

    assert () == found


def asked(**request: object) -> object:
    """What the text process answers, without a process."""
    outgoing = io.BytesIO()
    main(io.BytesIO(json.dumps({"id": 1, **request}).encode() + b"\n"), outgoing)
    return json.loads(outgoing.getvalue().splitlines()[1])


def test_text_process_tells_languages() -> None:
    """A sentence has one; two letters have none."""
    texts = [
        "The delivery is three weeks late and nobody answers",
        "ok",
        "Где мой заказ, уже третья неделя",
    ]

    assert {"id": 1, "answer": ["en", "", "ru"]} == asked(
        what="languages", texts=texts, languages=["en", "ru", "ar", "fa"]
    )


def test_text_process_finds_a_promise() -> None:
    """The time in UTC and the words that name it."""
    now = datetime(2027, 5, 3, 9, 0, tzinfo=UTC).isoformat()
    answer = asked(
        what="promise",
        text="We will refund you within 48 hours.",
        language="en",
        now=now,
        zone="Europe/Berlin",
    )

    assert isinstance(answer, dict)
    assert "2027-05-05T09:00:00Z" == answer["answer"][0].replace("+00:00", "Z")
    assert "48 hours" in answer["answer"][1]


def test_text_process_survives_nonsense() -> None:
    """A broken question is answered with an error."""
    answer = asked(what="sing")

    assert isinstance(answer, dict) and "KeyError" in answer["error"]


async def test_real_text_process_gives_hints() -> None:
    """Through the pipes, in the wire's form."""
    child = Child("text", TEXT_PROCESS, answer_within_s=20)
    task = asyncio.ensure_future(child.run())
    try:
        work = TextWork(child, ("en",), muted=("missing_name",))
        languages = await work.detect(["Thank you, it works very well now, great support"])
        found = await work.hints(
            1,
            Hints(conversation=1, draft="YOU ARE WRONG about this!!!", revision=1),
            {
                "item": {"text": "Where is it?", "kind": "question", "author": "Sara"},
                "context": {"public": True, "now": datetime(2027, 5, 3, tzinfo=UTC).isoformat()},
                "zone": "UTC",
            },
        )
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    assert ["en"] == languages
    shown = {hint.id for hint in found}
    assert "all_caps" in shown and "missing_name" not in shown
    assert msgspec.json.encode(found)


class SlowChild:
    """Answers when the test lets it; remembers the drafts it was given."""

    def __init__(self) -> None:
        self.drafts: list[str] = []
        self.gate = asyncio.Event()

    async def ask(self, **request: object) -> list[object]:
        self.drafts.append(str(request["draft"]))
        await self.gate.wait()
        return []


async def test_only_the_newest_draft_is_worth_the_work() -> None:
    """Three keys while the first is looked at: the second's hints would be stale."""
    child = SlowChild()
    work = TextWork(child, ("en",))  # type: ignore[arg-type]
    asking = [
        asyncio.ensure_future(work.hints(1, Hints(1, draft, revision), {}))
        for revision, draft in enumerate(("a", "ab", "abc"), 1)
    ]
    other = asyncio.ensure_future(work.hints(2, Hints(1, "other console", 1), {}))
    await breathe()
    child.gate.set()
    await asyncio.gather(*asking, other)

    assert ["a", "abc", "other console"] == child.drafts
