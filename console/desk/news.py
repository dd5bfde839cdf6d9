"""What consoles hear without asking: that something changed, and sentences for one person."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field

_MOST_SENTENCES = 50
"""Sentences kept for a console that does not read; older ones are dropped."""


@dataclass(eq=False)
class Listener:
    """One console's ear."""

    person: str
    console: bool = True
    """False for a verb, which comes and goes and is nobody's presence."""
    observer: bool = False
    """It only watches: no sentence that names a customer is for it."""
    pending: asyncio.Event = field(default_factory=asyncio.Event)
    changed: bool = False
    sentences: deque[str] = field(default_factory=lambda: deque(maxlen=_MOST_SENTENCES))

    def take(self) -> tuple[bool, list[str]]:
        """What is new since the last call: whether something changed, and the sentences."""
        news = self.changed, list(self.sentences)
        self.changed = False
        self.sentences.clear()
        self.pending.clear()
        return news


class News:
    """Every console's ear. Nothing here waits for anybody: a slow reader merges its own news."""

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()
        self._told = 0

    def listen(self, person: str, *, console: bool = True) -> Listener:
        """A new ear; give it to `leave()` when its console goes."""
        listener = Listener(person, console)
        self._listeners.add(listener)
        return listener

    def leave(self, listener: Listener) -> None:
        self._listeners.discard(listener)

    def changed(self, version: int) -> None:
        """Something that a console could see became another, if `version` is new."""
        if version == self._told:
            return
        self._told = version
        for listener in self._listeners:
            listener.changed = True
            listener.pending.set()

    def tell(self, people: Iterable[str], sentence: str, *, observers: str = "") -> None:
        """A sentence for each console of these people, now; `observers` is what theirs are told."""
        names = set(people)
        for listener in self._listeners:
            told = observers if listener.observer else sentence
            if told and listener.person in names and listener.console:
                listener.sentences.append(told)
                listener.pending.set()

    def connected(self) -> Counter[str]:
        """How many consoles each person has open."""
        return Counter(one.person for one in self._listeners if one.console)

    def __len__(self) -> int:
        """How many connections there are, verbs included."""
        return len(self._listeners)
