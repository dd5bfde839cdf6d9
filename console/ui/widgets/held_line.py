"""The line that says a reply is about to go out, and how to stop it."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content
from textual.widgets import Static

from console.core.model import Reply
from console.ui.words import _, brief


class HeldLine(Static):
    """Shown for as long as the reply can be taken back."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._reply: Reply | None = None
        self._promise = ""
        self._left = 0

    def hold(self, reply: Reply, promise: str, now: datetime) -> None:
        """This reply waits for its moment; `promise` are the words that named a time."""
        self._reply, self._promise, self._left = reply, promise, -1
        self.tick(now)

    def release(self) -> None:
        """It went out, or was taken back."""
        self._reply = None
        self.remove_class("-shown")

    @property
    def reply(self) -> Reply | None:
        """What can still be taken back."""
        return self._reply

    def tick(self, now: datetime) -> None:
        """Let time pass."""
        reply = self._reply
        if reply is None:
            return
        until = reply.held_until
        left = 0 if until is None else int((until - now).total_seconds() + 0.999)
        if left <= 0 and not self._promise:
            self.release()
            return
        if left == self._left:
            return
        self._left = left
        words = " ".join(reply.text.split())
        if left > 0:
            line = [
                (_(" ◐ Goes out in {n} s ").format(n=left), "$soon bold"),
                (" u ", "$accent bold"),
            ]
            line.append((_("takes it back"), "$muted"))
        else:
            line = [(_(" ✓ On its way "), "$muted")]
        if self._promise:
            line += [("   P ", "$accent bold")]
            asked = _("starts a clock for “{words}”").format(words=brief(self._promise, 30))
            line.append((asked, "$muted"))
        head = Content.assemble(*line)
        room = max(0, self.size.width - head.cell_length - 4)
        quote = Content.styled("   " + brief(words, room) if room > 12 else "", "$muted")
        self.update(head + quote)
        self.add_class("-shown")
