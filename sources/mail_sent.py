"""The folder of sent mails: what was answered, and the proof of it.

A copy is written before the mail is handed over, marked as a draft, and loses the mark once the
server took it: no copy means that nothing went, an unmarked one that it went, a marked one that
nobody knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sources.base import SourceError
from sources.mail_imap import Broken, Denied, Imap
from sources.said import say

_USUAL_NAMES = ("sent", "sent items", "sent mail", "sent messages", "inbox.sent")
_MARK = r"\Draft"

Standing = Literal["", "begun", "sent"]
"""How far a copy says its mail came."""


@dataclass(frozen=True, slots=True)
class SentFolder:
    """Where copies are kept, and who writes them."""

    host: str
    named: str
    """The folder as the server writes it; empty: the one that the server marks, or a usual name."""
    ours: bool
    """True where we write the copies, False where the server does, or nobody."""

    async def name(self, imap: Imap) -> str:
        """The folder, empty for none."""
        if self.named:
            return self.named
        folders = await imap.folders()
        for marks, name in folders:
            if r"\sent" in marks:
                return name
        return next((name for _, name in folders if name.lower() in _USUAL_NAMES), "")

    async def standing(self, imap: Imap, message_id: str) -> Standing:
        """What the copy says. Raises `SourceError` where there is no such folder."""
        folder = await self.name(imap)
        if not folder:
            raise SourceError(
                say("{host} has no folder for sent mails; name it: sent", host=self.host)
            )
        await imap.open(folder)
        return await self._standing(imap, message_id)

    async def write(self, imap: Imap, message_id: str, raw: bytes) -> Standing:
        """Write the copy, unless one is there; what it says then. Empty where none is ours.

        Raises `SourceError` where the folder takes none: without a copy there is no proof.
        """
        if not self.ours:
            return ""
        folder = await self.name(imap)
        try:
            if not folder:
                folder = "Sent"
                await imap.command("CREATE", '"Sent"')
            await imap.open(folder, write=True)
            if standing := await self._standing(imap, message_id):
                return standing
            await imap.append(folder, raw, rf"\Seen {_MARK}")
        except Denied as error:
            raise SourceError(
                say(
                    '{host} takes no copy in {folder} ({error}); make room, or set copy = "none"',
                    host=self.host,
                    folder=folder,
                    error=error,
                )
            ) from error
        return "begun"

    async def finish(self, imap: Imap, message_id: str) -> None:
        """The server took the mail: the copy is no draft any more. The folder is open."""
        try:
            await imap.command("NOOP")
            for uid in await imap.find(message_id):
                await imap.mark(uid, "-FLAGS", _MARK)
        except (Denied, Broken):
            pass  # it went all the same; saying otherwise would send it twice

    async def take_back(self, imap: Imap, message_id: str) -> None:
        """Nothing went: a copy would say that something did. The folder is open."""
        try:
            await imap.command("NOOP")
            for uid in await imap.find(message_id):
                await imap.remove(uid)
        except (Denied, Broken):
            pass  # the mark stays on it, and the next attempt takes it up

    async def _standing(self, imap: Imap, message_id: str) -> Standing:
        standing: Standing = ""
        for uid in await imap.find(message_id):
            if mail := await imap.fetch(uid, 1, headers=True):
                if not self.ours or _MARK.lower() not in mail.flags:
                    return "sent"
                standing = "begun"
        return standing
