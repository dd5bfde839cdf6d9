"""What consoles hear without asking: that something changed, and sentences for one person."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from console.core.i18n import speaking
from console.core.touched import together

Sentence = Callable[[], str]
"""Makes a sentence in the language that is spoken when it is called."""

_MOST_SENTENCES = 50
"""Sentences kept for a console that does not read; older ones are dropped."""


@dataclass(eq=False)
class Listener:
    """One console's ear."""

    person: str
    console: bool = True
    """False for a verb, which comes and goes and is nobody's presence."""
    language: str = ""
    """The language of its interface; empty for the desk's own."""
    observer: bool = False
    """It only watches: no sentence that names a customer is for it."""
    pending: asyncio.Event = field(default_factory=asyncio.Event)
    changed: bool = False
    touched: frozenset[int] | None = frozenset()
    """The conversations that changed; None for any of them."""
    sentences: deque[str] = field(default_factory=lambda: deque(maxlen=_MOST_SENTENCES))

    def take(self) -> tuple[bool, list[str], frozenset[int] | None]:
        """New since the last call: whether something changed, the sentences, where it changed."""
        news = self.changed, list(self.sentences), self.touched
        self.changed, self.touched = False, frozenset()
        self.sentences.clear()
        self.pending.clear()
        return news


class News:
    """Every console's ear. Nothing here waits for anybody: a slow reader merges its own news."""

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()
        self.told = 0
        """The last version that was spread."""

    def listen(self, person: str, *, console: bool = True) -> Listener:
        """A new ear; give it to `leave()` when its console goes."""
        listener = Listener(person, console)
        self._listeners.add(listener)
        return listener

    def leave(self, listener: Listener) -> None:
        self._listeners.discard(listener)

    def changed(self, version: int, touched: frozenset[int] | None = None) -> None:
        """Something that a console could see became another, if `version` is new.

        `touched` are the conversations in which it did; None may be any of them.
        """
        if version == self.told:
            return
        self.told = version
        for listener in self._listeners:
            listener.changed = True
            listener.touched = together(listener.touched, touched)
            listener.pending.set()

    def tell(
        self, people: Iterable[str], sentence: Sentence, *, observers: Sentence | None = None
    ) -> None:
        """A sentence for each console of these people, now; `observers` makes what theirs hear."""
        names = set(people)
        for listener in self._listeners:
            make = observers if listener.observer else sentence
            if make and listener.person in names and listener.console:
                with speaking(listener.language):
                    listener.sentences.append(make())
                listener.pending.set()

    def connected(self) -> Counter[str]:
        """How many consoles each person has open."""
        return Counter(one.person for one in self._listeners if one.console)

    def __len__(self) -> int:
        """How many connections there are, verbs included."""
        return len(self._listeners)
