"""What helps while a reply is written: snippets, earlier answers, earlier texts, the way in private."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import work

from console.core.asks import BeginPrivate, Done, GoPrivate, WentPrivate
from console.ui.drafting import Drafting
from console.ui.screens.replying import Replying
from console.ui.words import _

if TYPE_CHECKING:
    from console.ui.widgets.reply_pane import ReplyPane


class Assisting(Replying):
    """Brings texts into the editor; nothing here sends one."""

    async def on_reply_pane_help_asked(self, event: ReplyPane.HelpAsked) -> None:
        match event.what:
            case "snippets":
                self._insert_snippet()
            case "before":
                self._insert_precedent()
            case "private":
                self._go_private()

    @work(group="write", exclusive=True)
    async def _insert_snippet(self) -> None:
        drafting = self.drafting
        if drafting is None:
            return
        from console.ui.screens.snippets import SnippetsDialog

        chosen = await self.app.push_screen_wait(SnippetsDialog(drafting.conversation))
        if chosen is not None and drafting is self.drafting:
            drafting.used(chosen.id)
            self.reply.insert(chosen.text)

    @work(group="write", exclusive=True)
    async def _insert_precedent(self) -> None:
        drafting = self.drafting
        if drafting is None:
            return
        from console.ui.screens.precedents import PrecedentsDialog

        chosen = await self.app.push_screen_wait(PrecedentsDialog(drafting.conversation))
        if chosen is not None and drafting is self.drafting:
            self.reply.insert(chosen.text)

    @work(group="write", exclusive=True)
    async def _go_private(self) -> None:
        """The public line goes into the reply; what comes next opens when that is sent."""
        drafting = self.drafting
        if drafting is None or drafting.note:
            return
        answer = await self.ask(GoPrivate(drafting.conversation))
        if self.complain(answer) or not isinstance(answer, WentPrivate):
            return
        if drafting is self.drafting:
            self.reply.add_line(answer.line)
            drafting.go_on_in = answer.conversation
            drafting.begins = answer.begins
        self.say(answer.said)
        self.changed()

    @work(group="write", exclusive=True)
    async def action_versions(self) -> None:
        """Bring back an earlier text of the draft."""
        row = self.chosen
        if row is None:
            return
        from console.ui.screens.versions import VersionsDialog

        await self.save_draft()
        chosen = await self.app.push_screen_wait(VersionsDialog(row.id))
        if chosen is None:
            return
        if self.drafting is None or self.drafting.conversation != row.id:
            await self.open_editor(row.id, note=chosen.note)
        if self.drafting is not None and self.drafting.conversation == row.id:
            self.reply.put(chosen.text)
            self.say(_("Brought back; ^Z takes it away again."))

    def went_out(self, drafting: Drafting) -> None:
        if drafting.go_on_in is not None:
            self.write_in(drafting.go_on_in)
        elif drafting.begins:
            self._begin_private(drafting.conversation)

    @work(group="write", exclusive=True)
    async def _begin_private(self, public: int) -> None:
        """The first private message is written where the public one left off."""
        answer = await self.ask(BeginPrivate(public))
        if not self.complain(answer) and isinstance(answer, Done) and answer.conversation:
            self.point_to(answer.conversation)
            await self.open_editor(answer.conversation, note=False)
