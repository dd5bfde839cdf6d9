"""A mood process that is none: it counts letters, and dies on the words that kill it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from console.core.model import Mood
from console.mood.child import Broken
from console.mood.scorer import Spoken
from console.mood.wire import Question, Score, Settings


def letters(text: str) -> Mood:
    """A mood whose score tells which text it belongs to."""
    return Mood("neutral", len(text) / 100, model="fake")


@dataclass
class FakeChildren:
    """Starts fakes, one after another, and remembers what they were asked."""

    deadly: frozenset[str] = frozenset()
    refusals: list[Exception] = field(default_factory=list)
    """Raised by the first starts, one each."""
    before: Callable[[list[str]], None] = lambda texts: None
    started: int = 0
    stopped: int = 0
    asked: list[list[str]] = field(default_factory=list)

    async def start(self, settings: Settings, patience: float) -> Spoken:
        self.started += 1
        if self.refusals:
            raise self.refusals.pop(0)
        return FakeChild(self)


@dataclass
class FakeChild:
    """One of them."""

    family: FakeChildren
    model: str = "fake"
    warning: str = ""

    async def ask(self, question: Question, patience: float) -> list[Mood]:
        texts = question.texts if isinstance(question, Score) else [question.text]
        self.family.asked.append(texts)
        self.family.before(texts)
        await asyncio.sleep(0)
        if self.family.deadly & set(texts):
            raise Broken("dead")
        return [letters(text) for text in texts]

    async def stop(self) -> None:
        self.family.stopped += 1


@dataclass
class Pauses:
    """A sleep that only remembers how long it would have been."""

    taken: list[float] = field(default_factory=list)
    most: int = 100
    """After so many it sleeps for good."""
    enough: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)
        if len(self.taken) >= self.most:
            self.enough.set()
            await asyncio.Event().wait()
        await asyncio.sleep(0)
