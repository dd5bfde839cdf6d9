"""Writing to the customer: the draft that saves itself, the guard before sending, the way back."""

from __future__ import annotations

import asyncio
import time
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
    Look,
    Note,
    Queued,
    SendReply,
    Show,
)
from console.core.model import Draft, Status
from console.ui.drafting import LONGEST_S, QUIET_S, Drafting
from console.ui.screens.acting import Acting
from console.ui.words import _, local_time, ngettext

if TYPE_CHECKING:
    from console.ui.widgets.reply_pane import ReplyPane

HINTS_AFTER_S = 0.3

_ASK_BEFORE = frozenset({"unresolved_placeholder", "over_limit", "anger", "legal_admission"})
"""Hints that ask once for a draft's text; every `pii_…` does so in public too."""


class Replying(Acting):
    """The commands of the reply editor."""

    def __init__(self) -> None:
        super().__init__()
        self.drafting: Drafting | None = None
        self._page: ConversationPage | None = None
        self._save_timer: Timer | None = None
        self._hint_timer: Timer | None = None
        self._unsaved_since = 0.0
        self._sending = False
        self._promised: tuple[SendReply, Queued] | None = None
        self._reply: ReplyPane | None = None

    @property
    def reply(self) -> ReplyPane:
        """The editor's pane; there is one as soon as something was written."""
        pane = self._reply
        assert pane is not None
        return pane

    async def _made_reply(self) -> ReplyPane:
        """The editor's pane, made for the first draft: a start does without it."""
        if self._reply is None:
            from console.ui.widgets.reply_pane import ReplyPane

            self._reply = ReplyPane(id="reply")
            await self.query_one("#talk-pane").mount(self._reply)
        return self._reply

    def editor_opened(self, page: ConversationPage) -> None:
        """The editor is in front of the person now."""

    def editor_shut(self) -> None:
        """The editor is gone."""

    # --- opening -----------------------------------------------------------------------------

    def action_reply(self) -> None:
        self.console.hold_keys()
        self._write(note=False)

    def action_note(self) -> None:
        self.console.hold_keys()
        self._write(note=True)

    @work(group="write", exclusive=True)
    async def _write(self, *, note: bool) -> None:
        try:
            await self._opened(note=note)
        finally:
            await self.console.release_keys()

    async def _opened(self, *, note: bool) -> None:
        row = self.chosen
        if row is None:
            return
        page = await self._full(row.id)
        if page is None:
            return
        conversation = page.conversation
        if not note and not conversation.answerable:
            self.say(conversation.unanswerable_because or _("This cannot be answered here."))
            return
        draft = self._my_draft(conversation.drafts, row.id)
        if draft is not None and draft.note != note and draft.text.strip():
            other = _("your note") if draft.note else _("your reply")
            await self.console.release_keys()
            choice = await self.question(
                _("There is a draft of {other} here").format(other=other),
                [
                    ("open", _("Open {other}").format(other=other)),
                    ("fresh", _("Begin afresh; the draft goes into its history")),
                ],
                body=draft.text[:300],
            )
            if choice is None:
                return
            if choice == "open":
                note = draft.note
            else:
                draft = None
        await self.save_draft()
        await self._open_editor(page, draft, note=note)

    async def _full(self, conversation: int) -> ConversationPage | None:
        page = self.shown
        if page is not None and page.conversation.row.id == conversation:
            return page
        answer = await self.ask(Show(conversation))
        if isinstance(answer, ConversationPage):
            return answer
        self.complain(answer)
        return None

    def _my_draft(self, drafts: tuple[Draft, ...], conversation: int) -> Draft | None:
        """The newest of what the desk and this machine keep."""
        here = [one for one in self.console.local_drafts.all() if one.conversation == conversation]
        mine = [one for one in drafts if one.person == self.console.me]
        return max([*here, *mine], key=lambda draft: draft.saved_at, default=None)

    async def _open_editor(
        self, page: ConversationPage, draft: Draft | None, *, note: bool
    ) -> None:
        row = page.conversation.row
        newest = max((turn.id for turn in page.conversation.turns), default=0)
        text = draft.text if draft else ""
        self.drafting = Drafting(
            conversation=row.id,
            note=note,
            # a draft taken up again still answers what its writer had seen when it began.
            opened_on=draft.opened_on if draft else newest,
            version=draft.version if draft else row.version,
            text=text,
            revision=draft.revision if draft else 0,
            safe=text,
        )
        self._page = page
        reply = await self._made_reply()
        self.editor_opened(page)
        reply.open(page, text, note=note)
        self.run_worker(self.ask(Look(row.id, "writing")), group="look")
        if text:
            self._hint_later()

    # --- saving ------------------------------------------------------------------------------

    def on_reply_pane_typed(self, event: ReplyPane.Typed) -> None:
        if self.drafting is None:
            return
        if self.drafting.typed(event.text):
            self._save_later()
            self._hint_later()

    def on_reply_pane_focus_left(self) -> None:
        self.run_worker(self.save_draft(), group="save")

    def _save_later(self) -> None:
        now = time.monotonic()
        if self._save_timer is None:
            self._unsaved_since = now
        else:
            self._save_timer.stop()
        wait = min(QUIET_S, LONGEST_S - (now - self._unsaved_since))
        self._save_timer = self.set_timer(max(0.0, wait), self._save_now)

    def _save_now(self) -> None:
        self._save_timer = None
        self.run_worker(self.save_draft(), group="save")

    async def save_draft(self) -> None:
        """Give the draft to the desk, or to a file where no desk answers."""
        drafting = self.drafting
        if drafting is None or not drafting.unsaved:
            return
        request = drafting.saving()
        answer = await self.ask(request)
        if isinstance(answer, Failed) and answer.kind != "trouble":
            self.complain(answer)
        if isinstance(answer, Failed):
            draft = drafting.as_draft(self.console.me, self.now)
            await asyncio.to_thread(self.console.local_drafts.keep, draft)
        else:
            self.console.local_drafts.drop(drafting.conversation)
        drafting.safe = request.text

    def keep_draft_here(self) -> None:
        """Write what is not safe yet to a file, at once: the terminal may be gone."""
        drafting = self.drafting
        if drafting is None:
            return
        drafting.typed(self.reply.text)
        if drafting.unsaved:
            self.console.local_drafts.keep(drafting.as_draft(self.console.me, self.now))

    async def shut_editor(self) -> None:
        """Save and hide the editor."""
        drafting = self.drafting
        if drafting is None:
            return
        drafting.typed(self.reply.text)
        if drafting.text.strip():
            await self.save_draft()
        elif drafting.revision:
            await self.ask(DiscardDraft(drafting.conversation))
            self.console.local_drafts.drop(drafting.conversation)
        self._forget_editor()
        self.run_worker(self.ask(Look(drafting.conversation, "viewing")), group="look")

    def _forget_editor(self) -> None:
        for timer in (self._save_timer, self._hint_timer):
            if timer is not None:
                timer.stop()
        self._save_timer = self._hint_timer = None
        self.drafting = self._page = None
        self.reply.shut()
        self.editor_shut()

    @work(group="write", exclusive=True)
    async def action_discard(self) -> None:
        row = self.chosen
        if row is None:
            return
        sure = await self.question(
            _("Throw your draft away?"), [("yes", _("Yes")), ("no", _("No, keep it"))]
        )
        if sure == "yes":
            await self._discard(row.id)

    async def _discard(self, conversation: int) -> None:
        if self.drafting is not None and self.drafting.conversation == conversation:
            self._forget_editor()
        self.console.local_drafts.drop(conversation)
        await self.act(DiscardDraft(conversation), _("Draft thrown away."))

    def put_back(self, conversation: int) -> None:
        self.point_to(conversation)
        self.changed()

    # --- hints -------------------------------------------------------------------------------

    def _hint_later(self) -> None:
        if self._hint_timer is not None:
            self._hint_timer.stop()
        self._hint_timer = self.set_timer(HINTS_AFTER_S, self._ask_hints)

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
            elif self._fits(drafting, self._page) and await self._sure(drafting):
                await self._queue_reply(drafting, then)
        finally:
            self._sending = False

    async def _add_note(self, drafting: Drafting) -> None:
        if await self.act(Note(drafting.conversation, drafting.text), _("Note added.")):
            self._forget_editor()
            self.console.local_drafts.drop(drafting.conversation)
            await self.ask(DiscardDraft(drafting.conversation))

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
        page = await self._hints_of(drafting)
        public = self._page is None or self._page.public
        grave = [
            hint
            for hint in (page.hints if page else ())
            if hint.id in _ASK_BEFORE or (public and hint.id.startswith("pii_"))
        ]
        if not grave:
            return True
        choice = await self.question(
            _("Before this goes out"),
            [("edit", _("Edit it first")), ("send", _("Send it as it is"))],
            body="\n".join(f"● {hint.message}" for hint in grave),
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
                await self._discard(drafting.conversation)
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
        lines = [
            f"{local_time(one.at, self.now)} {one.actor}: {one.what}" for one in answer.conflicts
        ]
        return await self.question(
            _("Not sent: something is newer than what you saw"),
            [
                ("edit", _("Edit: look at it first")),
                ("anyway", _("Send anyway")),
                ("discard", _("Discard my draft")),
            ],
            body="\n".join(lines),
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
        self.console.local_drafts.drop(drafting.conversation)
        self._forget_editor()
        self.leave(drafting.conversation)
        self.console.hold(answer.reply, answer.promise[1] if answer.promise else "")
        self.changed()

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
