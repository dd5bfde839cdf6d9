"""The parent's side of the mood process: asks it, watches it, starts it again.

Imports neither flair nor torch. A text that kills or hangs the process twice is given up
(its mood is None); everything else gets its mood, whatever dies on the way.
"""

from __future__ import annotations

import asyncio
import importlib.util
import random
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal, Protocol, Self

from console.core.i18n import _
from console.core.model import Mood
from console.mood.child import Broken, Child, Fallen, Refused
from console.mood.model import ModelError
from console.mood.wire import Question, Score, Settings, Why, cut

State = Literal["off", "starting", "ready", "failed"]

LIVES = 2
"""A text that ended the process so often is given up."""

FALLS = 5
"""So many readers in a row that did not live to answer anything, and all starts anew, after a pause."""

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 60.0
"""Seconds before a new start: doubled with every vain one, and then drawn anew from 0 to that."""

LOADING = 120.0
"""Seconds the shipped model may take to load on a busy machine (idle: 4)."""

FETCHING = 1800.0
"""Seconds another model may take, which may have to be fetched first."""

LOOK_EVERY = 5.0
"""Seconds between two looks, while nothing else is to do, whether something was learnt meanwhile."""


class Configured(Protocol):
    """What is read of `[mood]`."""

    @property
    def model(self) -> str: ...
    @property
    def labels(self) -> Mapping[str, str]: ...
    @property
    def batch(self) -> int: ...
    @property
    def threads(self) -> int: ...
    @property
    def uncertain_below(self) -> float: ...


class Spoken(Protocol):
    """A running mood process; `Child` is one."""

    model: str
    warning: str

    async def ask(self, question: Question, patience: float) -> list[Mood]: ...
    async def stop(self) -> None: ...


Start = Callable[[Settings, float], Awaitable[Spoken]]


@dataclass(eq=False)
class _Job:
    text: str
    answer: asyncio.Future[Mood | None]
    explain: bool = False
    deaths: int = 0


def _missing() -> str:
    """The package without which there is no mood; empty if all are there."""
    return next((name for name in ("flair", "torch") if not importlib.util.find_spec(name)), "")


class Scorer:
    """Moods for texts, from one watched process. Use it as `async with Scorer(config) as scorer`.

    `state` is off (not wanted, or flair is not installed), starting, ready or failed;
    `trouble` is then a sentence for the status bar. `learned` is the file that `mood --learn` writes;
    when it changes, or goes, the process starts anew with what it says. Drafts (`urgent`) go before
    everything else, explanations after it.
    """

    def __init__(
        self,
        config: Configured,
        *,
        learned: Path | None = None,
        start: Start | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
        patience: Callable[[int], float] | None = None,
        look_every: float = LOOK_EVERY,
    ) -> None:
        self.state: State = "starting"
        self.trouble = ""
        self.model = ""
        """Name of the loaded model, as stored with each mood; empty until it is ready."""
        self.warning = ""
        self.deaths = 0
        """How often the process ended unbidden."""
        self._shipped = config.model == "shipped"
        self._settings = Settings(
            config.model,
            dict(config.labels),
            config.threads,
            config.uncertain_below,
            str(learned) if learned else "",
        )
        self._learned = learned if self._shipped else None
        self._batch = config.batch
        self._start = start or Child.start
        self._sleep, self._chance = sleep, chance
        self._patience = patience or self._usual_patience
        self._look_every = look_every
        self._urgent: deque[_Job] = deque()
        self._waiting: deque[_Job] = deque()
        self._suspects: deque[_Job] = deque()
        self._explanations: deque[_Job] = deque()
        self._wake = asyncio.Event()
        self._settled = asyncio.Event()
        self._vain = 0
        self._runner: asyncio.Task[None] | None = None
        if config.model == "off":
            self._end("off", _('mood is off: [mood] model = "off"'))
        elif not start and (package := _missing()):
            self._end(
                "off",
                _("mood is off: {package} is not installed; pip install 'shiftdesk[mood]'").format(
                    package=package
                ),
            )

    async def __aenter__(self) -> Self:
        if self.state != "off":
            # Not a task group: that would wrap every error of the body in a group of one.
            self._runner = asyncio.create_task(self._run(), name="mood")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._runner:
            self._runner.cancel()
            with suppress(asyncio.CancelledError):
                await self._runner
        for job in self._all_jobs():
            job.answer.cancel()

    async def ready(self) -> None:
        """Returns when moods can be had. Raises `ModelError` if that will not happen by itself."""
        await self._settled.wait()
        self._refuse_if_ended()

    async def score(self, texts: Sequence[str], *, urgent: bool = False) -> list[Mood | None]:
        """One mood for each text, in order; None for a text that was given up.

        Waits while the process starts. Raises `ModelError` if there is no model and none will come.
        """
        self._refuse_if_ended()
        loop = asyncio.get_running_loop()
        jobs = [_Job(cut(text), loop.create_future()) for text in texts]
        (self._urgent if urgent else self._waiting).extend(jobs)
        self._wake.set()
        return list(await asyncio.gather(*(job.answer for job in jobs)))

    async def why(self, text: str) -> Mood | None:
        """The mood of a text with the words that decided, when nothing else waits."""
        self._refuse_if_ended()
        job = _Job(cut(text), asyncio.get_running_loop().create_future(), explain=True)
        self._explanations.append(job)
        self._wake.set()
        return await job.answer

    def _usual_patience(self, texts: int) -> float:
        """Seconds that an answer may take: fifty times what it does on an idle core."""
        return 3 + 0.02 * texts if self._shipped else 30 + 2.0 * texts

    def _refuse_if_ended(self) -> None:
        if self.state == "off" or (self.state == "failed" and self._settled.is_set()):
            raise ModelError(self.trouble)

    def _all_jobs(self) -> list[_Job]:
        queues = (self._urgent, self._waiting, self._suspects, self._explanations)
        return [job for queue in queues for job in queue]

    def _end(self, state: State, trouble: str) -> None:
        """Nothing more will come: whoever waits is told why."""
        self.state, self.trouble = state, trouble
        for job in self._all_jobs():
            if not job.answer.done():
                job.answer.set_exception(ModelError(trouble))
        self._settled.set()

    async def _run(self) -> None:
        while True:
            try:
                await self._live_once()
                # What was learnt has changed: the next life begins at once, and knows it.
                self.state = "starting"
                self._settled.clear()
                continue
            except Refused as refusal:
                if not refusal.again:
                    return self._end("failed", str(refusal))
                self._note(str(refusal))
            except Broken as death:
                self._note(str(death))
            except Exception as error:  # whatever it is, the desk goes on without moods
                self._note(f"{type(error).__name__}: {error}")
            await self._sleep(self._chance() * min(FIRST_PAUSE * 2**self._vain, LONGEST_PAUSE))
            self._vain += 1

    def _note(self, trouble: str) -> None:
        self.deaths += 1
        self._settled.clear()
        # One death is an accident and is mended in seconds; the status bar hears of the second.
        self.state, self.trouble = ("failed" if self._vain else "starting"), trouble

    async def _live_once(self) -> None:
        """One life of the process, to its death or until something is learnt; readers may fall meanwhile."""
        known = self._lesson()
        child = await self._start(self._settings, LOADING if self._shipped else FETCHING)
        try:
            self.state, self.trouble = "ready", ""
            self.model, self.warning = child.model, child.warning
            self._settled.set()
            falls, last = 0, Fallen()
            while falls < FALLS:
                jobs = await self._next_jobs(known)
                if not jobs:
                    return
                try:
                    await self._answer(child, jobs)
                    self._vain = falls = 0
                except Fallen as fall:
                    self.deaths += 1
                    falls, last = falls + 1, fall
            raise Broken(str(last))
        finally:
            await child.stop()

    def _lesson(self) -> tuple[int, int] | None:
        """Which state of the file of what was learnt this is; None if there is none."""
        if self._learned:
            with suppress(OSError):
                found = self._learned.stat()
                return found.st_mtime_ns, found.st_ino
        return None

    async def _next_jobs(self, known: tuple[int, int] | None) -> list[_Job]:
        """What is to be asked next; nothing if something else was learnt than the process knows."""
        while self._lesson() == known:
            for queue, most in (
                (self._urgent, self._batch),
                (self._waiting, self._batch),
                (self._suspects, 1),
                (self._explanations, 1),
            ):
                jobs: list[_Job] = []
                while queue and len(jobs) < most:
                    job = queue.popleft()
                    if not job.answer.done():
                        jobs.append(job)
                if jobs:
                    return jobs
            self._wake.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), self._look_every)
        return []

    async def _answer(self, child: Spoken, jobs: list[_Job]) -> None:
        question = Why(jobs[0].text) if jobs[0].explain else Score([job.text for job in jobs])
        try:
            moods = await child.ask(question, self._patience(len(jobs)))
        except BaseException as error:
            for job in jobs:
                self._put_back(job, guilty=isinstance(error, Exception))
            raise
        for job, mood in zip(jobs, moods, strict=True):
            if not job.answer.done():
                job.answer.set_result(mood)

    def _put_back(self, job: _Job, *, guilty: bool) -> None:
        """A job whose process died: tried again alone, after the innocent; given up at last."""
        job.deaths += guilty
        if job.deaths < LIVES:
            (self._explanations if job.explain else self._suspects).append(job)
        elif not job.answer.done():
            job.answer.set_result(None)
