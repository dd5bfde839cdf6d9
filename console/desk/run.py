"""The desk as a process: everything wired, started, reloaded and ended in one place."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from console import config as configuration
from console.config import Config
from console.core.i18n import _
from console.core.listening import parse_place
from console.core.preview import Preview
from console.core.said import in_our_words
from console.desk import service
from console.desk.collector import Collector
from console.desk.delivery import Courier
from console.desk.desk import Desk
from console.desk.fitting import Fitting, fit, needs_restart
from console.desk.hearing import Listening, asked
from console.desk.hinting import ANSWER_WITHIN_S, TEXT_PROCESS, TextWork
from console.desk.keeping import Retention
from console.desk.metrics import Metrics
from console.desk.mooding import MoodKeeper
from console.desk.noticing import Noticeboard
from console.desk.peer import PeerUid, peer_uid
from console.desk.server import Server
from console.desk.supervision import Child
from console.desk.ticking import Ticker
from console.desk.timing import Clock, Sleep, utc_now
from console.desk.who import in_force
from console.errors import ConfigError, ShiftdeskError
from console.logs import log_to_stderr
from console.mood.model import LEARNED
from console.mood.scorer import Scorer
from console.store.protocol import Store, TakenIn
from console.store.sqlite import open_store
from sources.net import Net
from sources.parsing import Parser
from sources.secrets import Secrets
from sources.tools import Tools

log = logging.getLogger(__name__)

DATABASE = "shiftdesk.db"
ALONE_FOR = timedelta(seconds=60)
"""A desk that a console started ends so long after the last console left."""
LOOK_EVERY_S = 5.0
STATUS_EVERY_S = 300.0

Load = Callable[[Path], Config]


class _Ended(Exception):
    """The desk was told to end."""


async def run_desk(
    config: Config,
    *,
    clock: Clock = utc_now,
    sleep: Sleep = asyncio.sleep,
    started_by_console: bool = False,
    load: Load = configuration.load,
    peer: PeerUid = peer_uid,
    ready: Callable[[], None] = lambda: None,
    signals: bool = True,
    logs: bool = True,
) -> int:
    """Run the desk until SIGTERM, SIGINT, `Stop`, or until nobody needs it; the exit code.

    `ready` is called once consoles can connect. Raises `ConfigError` for wrong sources or rules
    and `StoreError` where another desk runs or the file cannot be opened; then nothing was done.
    """
    service.keep_private()
    secrets = Secrets()
    if logs:
        log_to_stderr(secrets.hide)
    async with AsyncExitStack() as stack:
        tools = Tools(
            net=await stack.enter_async_context(Net(clock=clock, secrets=secrets)),
            parser=await stack.enter_async_context(Parser()),
            clock=clock,
        )
        fitting = fit(config, tools)
        store = await stack.enter_async_context(
            open_store(config.data_dir / DATABASE, now=clock(), zone=fitting.settings.zone)
        )
        scorer = await stack.enter_async_context(
            Scorer(config.mood, learned=config.data_dir / LEARNED)
        )
        house = House(fitting, store, scorer, tools, clock, sleep, load)
        house.desk.for_console = started_by_console
        if signals:
            stack.enter_context(house.obeying_signals())
        await house.run(peer, ready, alone=started_by_console and not config.desk.stay)
    log.info("ended")
    return 0


@dataclass
class House:
    """All parts of a running desk."""

    fitting: Fitting
    store: Store
    scorer: Scorer
    tools: Tools
    clock: Clock
    sleep: Sleep
    load: Load

    def __post_init__(self) -> None:
        self.desk = Desk(self.store, self.clock, self.fitting.settings, self.fitting.channels)
        self.board = Noticeboard(self.desk)
        self.stopping = asyncio.Event()
        self._reloading = asyncio.Lock()
        self._reload_wanted = asyncio.Event()
        self.child = Child("text", TEXT_PROCESS, answer_within_s=ANSWER_WITHIN_S, sleep=self.sleep)
        tone = self.fitting.config.tone
        self.texts = TextWork(self.child, tone.languages, tone.mute)
        self.moods = MoodKeeper(
            self.store,
            self.scorer,
            self.clock,
            self.desk.trouble,
            batch=self.fitting.config.mood.batch,
            sleep=self.sleep,
            changed=self.desk.spread,
        )
        self.courier = Courier(
            self.store,
            self.clock,
            self.desk.trouble,
            sleep=self.sleep,
            settle=self.fitting.config.desk.read_back_after,
            changed=self.desk.spread,
            settled=self.board.settled,
        )
        self.collector = Collector(
            self.store,
            self.clock,
            self.desk.trouble,
            sleep=self.sleep,
            detect=self.texts.detect,
            taken_in=self._taken_in,
            changed=self.desk.spread,
        )
        self.listening = Listening(
            self.store, self.collector, self.clock, self.desk.trouble, sleep=self.sleep
        )
        self.ticker = Ticker(
            self.desk,
            self.board,
            sleep=self.sleep,
            jumped=self.collector.recheck,
            free_bytes=self._free_bytes,
        )
        self.retention = Retention(
            self.store, self.clock, lambda: self.fitting.config.keep.solved_for, sleep=self.sleep
        )
        self.metrics = Metrics(self.desk, parse_place(self.fitting.config.metrics.listen))
        self._put_to_work()

    def _put_to_work(self) -> None:
        workers = self.desk.workers
        workers.deliver = self.courier.ring
        workers.poll = self.collector.poll_now
        workers.hints = self.texts.hints
        workers.promise = self.texts.promise
        workers.mood = lambda: (self.scorer.state, self.scorer.trouble, self.scorer.model)
        workers.explain_mood = self.moods.explain
        workers.reload = self.reload
        workers.ring = self.ticker.ring
        workers.stop = self.stopping.set

    def _free_bytes(self) -> int:
        found = os.statvfs(self.fitting.config.data_dir)
        return found.f_bavail * found.f_frsize

    def _taken_in(self, taken: TakenIn) -> None:
        if taken.new or taken.edited:
            self.moods.ring()
            self.ticker.ring()
        self.board.came_back(taken.reopened)

    async def run(self, peer: PeerUid, ready: Callable[[], None], *, alone: bool) -> None:
        """Until told to end; then requests under way may finish and every task has ended."""
        config = self.fitting.config
        await self.store.adopt(self.fitting.rules, self.clock())
        await self._put_in_force()
        listening = asyncio.Event()
        server = Server(
            self.desk, config.socket_path, group=config.desk.group, peer=peer, sleep=self.sleep
        )
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._end_when_told())
                group.create_task(server.run(listening))
                group.create_task(self._say_ready(listening, ready))
                for part in (
                    self.child,
                    self.collector,
                    self.listening,
                    self.courier,
                    self.ticker,
                    self.moods,
                    self.retention,
                    self.metrics,
                ):
                    group.create_task(part.run())
                group.create_task(self._reload_when_told())
                group.create_task(self._status())
                if alone:
                    group.create_task(self._end_when_alone())
        except* _Ended:
            pass
        finally:
            service.notify("STOPPING=1")

    async def _put_in_force(self) -> None:
        """The fitting, everywhere at once; nothing here awaits the outside world."""
        config = self.fitting.config
        await self.store.name_sources(self.fitting.named)
        self.desk.settings = in_force(self.fitting.settings, self.store.rules)
        self.desk.channels = self.fitting.channels
        self.texts.languages = config.tone.languages
        self.texts.muted = config.tone.mute
        self.courier.adopt(self.fitting.sources, config.desk.read_back_after)
        self.collector.adopt(asked(self.fitting.polled))
        self.listening.adopt(self.fitting.polled)
        self.desk.note = " · ".join(config.assumed)
        if self.fitting.broken:
            self.desk.trouble.tell("broken", " · ".join(map(in_our_words, self.fitting.broken)))
        else:
            self.desk.trouble.end("broken")

    # --- reload -------------------------------------------------------------------------------

    async def reload(self) -> str:
        """Read the configuration again, all or nothing; a sentence about what changed.

        Raises `ConfigError`; then everything is as it was.
        """
        async with self._reloading:
            config = self.load(self.fitting.config.path)
            new = fit(config, self.tools, self.fitting)
            if new.broken:
                raise ConfigError([in_our_words(one) for one in new.broken])
            moved = await self.store.adopt(new.rules, self.clock())
            restart = needs_restart(self.fitting.config, config)
            self.fitting = new
            await self._put_in_force()
        self.desk.trouble.end("config")
        self.ticker.ring()
        self.desk.spread(anywhere=True)
        sentence = _reloaded(moved, restart)
        log.info("reloaded", extra={"sentence": sentence})
        return sentence

    async def _reload_when_told(self) -> None:
        while True:
            await self._reload_wanted.wait()
            self._reload_wanted.clear()
            try:
                await self.reload()
            except ShiftdeskError as error:
                log.error("not reloaded", extra={"error": str(error)})
                words = _("The new configuration is wrong, the old one stays: {error}")
                self.desk.trouble.tell("config", words.format(error=str(error)))

    # --- beginning and end --------------------------------------------------------------------

    @contextlib.contextmanager
    def obeying_signals(self) -> Iterator[None]:
        """SIGTERM and SIGINT end the desk, SIGHUP reloads."""
        loop = asyncio.get_running_loop()
        told = {
            signal.SIGTERM: self.stopping.set,
            signal.SIGINT: self.stopping.set,
            signal.SIGHUP: self._reload_wanted.set,
        }
        for number, act in told.items():
            loop.add_signal_handler(number, act)
        try:
            yield
        finally:
            for number in told:
                loop.remove_signal_handler(number)

    async def _end_when_told(self) -> None:
        await self.stopping.wait()
        log.info("ending")
        raise _Ended

    async def _say_ready(self, listening: asyncio.Event, ready: Callable[[], None]) -> None:
        await listening.wait()
        log.info(
            "ready",
            extra={
                "socket": str(self.fitting.config.socket_path),
                "database": str(self.fitting.config.data_dir / DATABASE),
                "sources": len(self.fitting.polled),
                "pid": os.getpid(),
            },
        )
        service.notify("READY=1")
        ready()

    async def _end_when_alone(self) -> None:
        """Sixty seconds after the last console, if nothing is on its way out."""
        since = self.clock()
        while True:
            await self.sleep(LOOK_EVERY_S)
            busy = self.courier.sending or await self.store.next_reply_at()
            if len(self.desk.news) or busy:
                since = self.clock()
            elif self.clock() - since >= ALONE_FOR:
                log.info("nobody is here any more")
                self.stopping.set()

    async def _status(self) -> None:
        """A line now and then for whoever reads the log."""
        while True:
            await self.sleep(STATUS_EVERY_S)
            try:
                counts = await self.store.counts("", self.clock())
                health = await self.store.health(self.clock())
            except ShiftdeskError as error:
                log.warning("no status", extra={"error": str(error)})
                continue
            log.info(
                "status",
                extra={
                    "consoles": len(self.desk.news),
                    "views": {view.name: view.count for view in counts if not view.own},
                    "failing": [one.name for one in health if one.failures],
                    "mood": self.scorer.state,
                },
            )


def _reloaded(moved: Preview, restart: tuple[str, ...]) -> str:
    parts = [_("Reloaded: {changes}.").format(changes=moved.sentence())]
    if restart:
        parts.append(_("Only a new start changes {keys}.").format(keys=", ".join(restart)))
    return " ".join(parts)
