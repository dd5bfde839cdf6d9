"""A reply or note being written: what was typed, and how much of it is safe."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import datetime

from console.core.asks import SaveDraft, SendReply
from console.core.model import Draft, Status

QUIET_S = 0.25
"""A draft is saved this long after the last key …"""
LONGEST_S = 2.0
"""… and at the latest this long after the first key that was not saved."""


@dataclass
class Drafting:
    """The writer's own copy of a draft; the desk's is at most two seconds behind it."""

    conversation: int
    note: bool
    opened_on: int
    """The newest turn that the writer had before their eyes."""
    version: int
    text: str = ""
    revision: int = 0
    safe: str = ""
    """The text as the desk, or a local file, has it."""
    asked_about: set[str] = field(default_factory=set)
    """Texts that a person said may go although something advised against it."""
    snippets: tuple[str, ...] = ()
    """Those that were put into it."""
    go_on_in: int | None = None
    """The private conversation in which to go on once this is sent."""
    begins: bool = False
    """Or one is to be begun then."""
    _key: tuple[str, str] = ("", "")

    def typed(self, text: str) -> bool:
        """Take the editor's text; says whether it differs from what is safe."""
        if text != self.text:
            self.text = text
            self.revision += 1
        return self.text != self.safe

    def used(self, snippet: str) -> None:
        """A snippet went into it."""
        self.snippets = tuple(dict.fromkeys((*self.snippets, snippet)))

    @property
    def unsaved(self) -> bool:
        return self.text != self.safe

    def saving(self) -> SaveDraft:
        """What to ask the desk for."""
        return SaveDraft(
            conversation=self.conversation,
            text=self.text,
            note=self.note,
            opened_on=self.opened_on,
            version=self.version,
            revision=self.revision,
        )

    def sending(self, then: Status, *, anyway: bool = False) -> SendReply:
        """What to ask the desk for. The same text always carries the same key.

        An answer that got lost can so be asked for again without sending twice; another text
        is another reply.
        """
        if self._key[0] != self.text:
            self._key = (self.text, os.urandom(16).hex())
        return SendReply(
            conversation=self.conversation,
            text=self.text,
            key=self._key[1],
            opened_on=self.opened_on,
            version=self.version,
            anyway=anyway,
            then=then,
            snippets=self.snippets,
        )

    def as_draft(self, person: str, now: datetime) -> Draft:
        """The draft as a local file keeps it."""
        return Draft(
            conversation=self.conversation,
            person=person,
            text=self.text,
            note=self.note,
            saved_at=now,
            opened_on=self.opened_on,
            version=self.version,
            revision=self.revision,
        )
