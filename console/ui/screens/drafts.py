"""The draft in the editor: it opens as it was left, saves itself, and is never lost."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Literal

from textual import work
from textual.timer import Timer

from console.core.asks import ConversationPage, DiscardDraft, Failed, Look, Show
from console.core.model import Draft
from console.ui.drafting import LONGEST_S, QUIET_S, Drafting
from console.ui.screens.acting import Acting
from console.ui.words import _

if TYPE_CHECKING:
    from console.ui.widgets.reply_pane import ReplyPane


class Drafts(Acting):
    """Opening, saving and leaving the editor."""

    def __init__(self) -> None:
        super().__init__()
        self.drafting: Drafting | None = None
        self._page: ConversationPage | None = None
        self._save_timer: Timer | None = None
        self._unsaved_since = 0.0
        self._reply: ReplyPane | None = None
        self._written: dict[int, Draft] = {}

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

    def wrote(self) -> None:
        """Another text stands in the editor now."""

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

    @work(group="write", exclusive=True)
    async def write_in(self, conversation: int) -> None:
        """Open the editor for a reply in this conversation, wherever the cursor stands."""
        await self.open_editor(conversation, note=False)

    async def _opened(self, *, note: bool) -> None:
        row = self.chosen
        if row is not None:
            await self.open_editor(row.id, note=note)

    async def open_editor(self, conversation_id: int, *, note: bool) -> None:
        """The editor with this person's draft there, or empty; it says why where it cannot."""
        drafting = self.drafting
        if drafting is not None and (drafting.conversation, drafting.note) == (
            conversation_id,
            note,
        ):
            self.reply.editor.focus()
            return
        await self.save_draft()
        self._remember()
        page = await self._full(conversation_id)
        if page is None:
            return
        conversation = page.conversation
        if not note and not conversation.answerable:
            self.say(conversation.unanswerable_because or _("This cannot be answered here."))
            return
        draft = self._my_draft(conversation.drafts, conversation_id)
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
        await self._open_editor(page, draft, note=note)

    async def _full(self, conversation: int) -> ConversationPage | None:
        """The conversation as it is now, or as it was shown where no desk answers."""
        answer = await self.ask(Show(conversation))
        if isinstance(answer, ConversationPage):
            return answer
        page = self.shown
        if page is not None and page.conversation.row.id == conversation:
            return page
        self.complain(answer)
        return None

    def _my_draft(self, drafts: tuple[Draft, ...], conversation: int) -> Draft | None:
        """The newest of what the desk, this machine and this console keep."""
        here = [one for one in self.console.local_drafts.all() if one.conversation == conversation]
        mine = [one for one in drafts if one.person == self.console.me]
        if conversation in self._written:
            here.append(self._written[conversation])
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
        self._tell_where(row.id, "writing")
        if text:
            self.wrote()

    @work(group="look")
    async def _tell_where(self, conversation: int, mode: Literal["viewing", "writing"]) -> None:
        await self.ask(Look(conversation, mode))

    # --- saving ------------------------------------------------------------------------------

    def on_reply_pane_typed(self, event: ReplyPane.Typed) -> None:
        if self.drafting is None:
            return
        if self.drafting.typed(event.text):
            self._save_later()
            self.wrote()

    def on_reply_pane_focus_left(self) -> None:
        self.save_soon()

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
        self.save_soon()

    @work(group="save")
    async def save_soon(self) -> None:
        """Save without waiting for it."""
        await self.save_draft()

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
        self._remember()
        if drafting.text.strip():
            await self.save_draft()
        elif drafting.revision:
            await self.ask(DiscardDraft(drafting.conversation))
            self.drop_draft(drafting.conversation)
        self.forget_editor()
        self._tell_where(drafting.conversation, "viewing")

    def forget_editor(self) -> None:
        """Hide the editor and its draft; what is worth keeping was saved."""
        if self._save_timer is not None:
            self._save_timer.stop()
            self._save_timer = None
        self.drafting = self._page = None
        self.reply.shut()
        self.editor_shut()

    def _remember(self) -> None:
        """What was written here, for a moment in which the desk's answer may be older."""
        drafting = self.drafting
        if drafting is not None:
            draft = drafting.as_draft(self.console.me, self.now)
            self._written[drafting.conversation] = draft

    def drop_draft(self, conversation: int) -> None:
        """It was sent or thrown away: nothing here brings it back."""
        self._written.pop(conversation, None)
        self.console.local_drafts.drop(conversation)

    @work(group="write", exclusive=True)
    async def action_discard(self) -> None:
        row = self.chosen
        if row is None:
            return
        sure = await self.question(
            _("Throw your draft away?"), [("yes", _("Yes")), ("no", _("No, keep it"))]
        )
        if sure == "yes":
            await self.discard(row.id)

    async def discard(self, conversation: int) -> None:
        """Throw the draft away, here and at the desk."""
        if self.drafting is not None and self.drafting.conversation == conversation:
            self.forget_editor()
        self.drop_draft(conversation)
        await self.act(DiscardDraft(conversation), _("Draft thrown away."))

    def put_back(self, conversation: int) -> None:
        self._written.pop(conversation, None)
        self.point_to(conversation)
        self.changed()
