"""Writing to the customer: advice while writing, the guard before sending, the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import work
from textual.app import SuspendNotSupported
from textual.timer import Timer

from console.core.asks import (
    ConversationPage,
    DiscardDraft,
    Failed,
    Guarded,
    Hints,
    HintsPage,
    Note,
    Queued,
    SendReply,
    Show,
)
from console.core.model import Status
from console.core.snippets import blanks
from console.ui.drafting import Drafting
from console.ui.screens.drafts import Drafts
from console.ui.screens.guarding import what_is_newer
from console.ui.words import _, local_time, ngettext

if TYPE_CHECKING:
    from console.ui.widgets.reply_pane import ReplyPane

HINTS_AFTER_S = 0.3


class Replying(Drafts):
    """Advice while writing, and sending."""

    def __init__(self) -> None:
        super().__init__()
        self._hint_timer: Timer | None = None
        self._sending = False
        self._promised: tuple[SendReply, Queued] | None = None

    # --- hints -------------------------------------------------------------------------------

    def wrote(self) -> None:
        if self._hint_timer is not None:
            self._hint_timer.stop()
        self._hint_timer = self.set_timer(HINTS_AFTER_S, self._ask_hints)

    def forget_editor(self) -> None:
        if self._hint_timer is not None:
            self._hint_timer.stop()
            self._hint_timer = None
        super().forget_editor()

    @work(group="hints", exclusive=True)
    async def _ask_hints(self) -> None:
        self._hint_timer = None
        drafting = self.drafting
        if drafting is None or drafting.note:
            return
        page = await self._hints_of(drafting)
        if page is not None and drafting is self.drafting and page.revision == drafting.revision:
            self.reply.show_hints(page.hints)

    async def _hints_of(self, drafting: Drafting) -> HintsPage | None:
        from console.core.i18n import language

        answer = await self.ask(
            Hints(drafting.conversation, drafting.text, drafting.revision, language())
        )
        return answer if isinstance(answer, HintsPage) else None

    # --- sending -----------------------------------------------------------------------------

    async def on_reply_pane_send_asked(self, event: ReplyPane.SendAsked) -> None:
        # a second press while the desk answers is the same wish.
        if self.drafting is not None and not self._sending:
            self._sending = True
            self._send(event.then)

    @work(group="send")
    async def _send(self, then: Status) -> None:
        try:
            drafting = self.drafting
            if drafting is None or self._page is None:
                return
            drafting.typed(self.reply.text)
            if not drafting.text.strip():
                self.say(_("Nothing is written yet."))
            elif drafting.note:
                await self._add_note(drafting)
            elif (
                self._filled(drafting)
                and self._fits(drafting, self._page)
                and await self._sure(drafting)
            ):
                await self._queue_reply(drafting, then)
        finally:
            self._sending = False

    async def _add_note(self, drafting: Drafting) -> None:
        if await self.act(Note(drafting.conversation, drafting.text), _("Note added.")):
            self.forget_editor()
            self.drop_draft(drafting.conversation)
            await self.ask(DiscardDraft(drafting.conversation))

    def _filled(self, drafting: Drafting) -> bool:
        """No prompted blank may stand in what goes out; the cursor is put on the first."""
        empty = blanks(drafting.text)
        if not empty:
            return True
        self.reply.editor.go_to_blank(0)
        text = _("“{what}” is still empty. Fill it in: Tab jumps from blank to blank.")
        self.say(text.format(what=empty[0][2]), "warning")
        return False

    def _fits(self, drafting: Drafting, page: ConversationPage) -> bool:
        from console.ui.allowance import used

        taken, most = used(drafting.text, page)
        if most is None or taken <= most:
            return True
        over = taken - most
        text = ngettext("Too long by {n} character.", "Too long by {n} characters.", over)
        self.say(text.format(n=over), "warning")
        return False

    async def _sure(self, drafting: Drafting) -> bool:
        """Ask once about what must not slip out by mistake."""
        if drafting.text in drafting.asked_about:
            return True
        from console.core.tone.editor import asks

        page = await self._hints_of(drafting)
        grave = asks(page.hints) if page else []
        if not grave:
            return True
        choice = await self.question(
            _("Before this goes out"),
            [("edit", _("Edit it first")), ("send", _("Send it as it is"))],
            body="\n".join(f"● {message}" for message in dict.fromkeys(h.message for h in grave)),
        )
        if choice == "send":
            drafting.asked_about.add(drafting.text)
            return True
        return False

    async def _queue_reply(self, drafting: Drafting, then: Status) -> None:
        anyway = False
        while True:
            request = drafting.sending(then, anyway=anyway)
            answer = await self.ask(request)
            if not isinstance(answer, Guarded):
                break
            choice = await self._guarded(answer)
            if choice == "anyway":
                anyway = True
                continue
            if choice == "discard":
                await self.discard(drafting.conversation)
            else:
                await self._look_again(drafting)
            return
        if isinstance(answer, Failed) and answer.kind == "trouble":
            await self.save_draft()
            self.say(
                _("Not sent: no desk answers. Your text is kept; send again when it is back."),
                "warning",
            )
        elif not self.complain(answer) and isinstance(answer, Queued):
            self._queued(drafting, request, answer)

    async def _guarded(self, answer: Guarded) -> str | None:
        return await self.question(
            _("Not sent: something is newer than what you saw"),
            [
                ("edit", _("Edit: look at it first")),
                ("anyway", _("Send anyway")),
                ("discard", _("Discard my draft")),
            ],
            body=what_is_newer(answer, self.now),
        )

    async def _look_again(self, drafting: Drafting) -> None:
        """The writer sees the newest now: the next sending is measured from there."""
        answer = await self.ask(Show(drafting.conversation))
        if isinstance(answer, ConversationPage):
            self._page = answer
            turns = answer.conversation.turns
            drafting.opened_on = max((turn.id for turn in turns), default=0)
            drafting.version = answer.conversation.row.version
            self.changed()

    def _queued(self, drafting: Drafting, request: SendReply, answer: Queued) -> None:
        self._promised = (request, answer) if answer.promise else None
        self.drop_draft(drafting.conversation)
        self.forget_editor()
        self.leave(drafting.conversation)
        self.console.hold(answer.reply, answer.promise[1] if answer.promise else "")
        if answer.reply.state == "awaiting_approval":
            self.say(_("It waits for a lead's approval."))
        elif request.then == "solved":
            self.just_solved(drafting.conversation)
        self.changed()
        self.went_out(drafting)

    def went_out(self, drafting: Drafting) -> None:
        """A reply is in the outbox."""

    @work(group="act")
    async def action_promise(self) -> None:
        """Start a clock for what the last reply promised."""
        if self._promised is None or self._promised[1].promise is None:
            self.say(_("Your last reply promised no time."))
            return
        request, queued = self._promised
        at, words = self._promised[1].promise
        self._promised = None
        promised = SendReply(
            conversation=request.conversation,
            text=request.text,
            key=request.key,
            opened_on=request.opened_on,
            version=request.version,
            anyway=True,
            then=request.then,
            promise_at=at,
        )
        answer = await self.ask(promised)
        if not self.complain(answer):
            self.console.hold(queued.reply, "")
            text = _("A clock runs for “{words}”: {at}.")
            self.say(text.format(words=words, at=local_time(at, self.now)))

    @work(group="write", exclusive=True)
    async def on_reply_pane_own_editor_asked(self) -> None:
        from console.ui.own_editor import edited

        try:
            text = await edited(self.app, self.reply.text)
        except SuspendNotSupported:
            self.say(_("This terminal cannot be handed to another program."), "warning")
            return
        if text is None:
            self.say(_("Your editor failed; the draft is as it was."), "warning")
        elif self.drafting is not None:
            self.reply.put(text.rstrip("\n"))
        self.app.refresh()
