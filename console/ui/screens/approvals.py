"""Replies that wait for a lead's yes: read, approve, return with a reason, or take over."""

from __future__ import annotations

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from console.core.asks import (
    Ask,
    ConversationPage,
    Decide,
    Done,
    Failed,
    Queue,
    QueuePage,
    SaveDraft,
    Show,
    TakeBack,
)
from console.core.model import QueueRow, Reply
from console.ui.screens.base import ConsoleScreen
from console.ui.screens.guarding import approve
from console.ui.text import cell, literal
from console.ui.words import _, local_time, ngettext

_MOST = 100


class ApprovalsScreen(ConsoleScreen):
    """The oldest first; whatever is decided makes room for the next."""

    BINDINGS = [
        Binding("escape,q", "app.pop_screen", show=False, id="approvals.close"),
        Binding("a", "approve", show=False, id="approvals.approve"),
        Binding("r", "send_back", show=False, id="approvals.return"),
        Binding("e", "edit", show=False, id="approvals.edit"),
        Binding("u", "undo", show=False, id="approvals.undo"),
        Binding("j", "move(1)", show=False, id="approvals.down"),
        Binding("k", "move(-1)", show=False, id="approvals.up"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[QueueRow, ...] = ()
        self._page: ConversationPage | None = None

    def compose(self) -> ComposeResult:
        with Vertical(classes="pane page") as pane:
            pane.border_title = _("To approve")
            pane.border_subtitle = _(
                "a approves · r returns · e edits · u takes back · Enter opens · Esc goes back"
            )
            yield Static("", markup=False, id="approvals-said")
            yield OptionList(id="approvals", markup=False)
            with VerticalScroll(id="approval", can_focus=False):
                yield Static("", markup=False, id="approval-text")

    def on_mount(self) -> None:
        self._list.focus()
        self.changed()

    @property
    def _list(self) -> OptionList:
        return self.query_one("#approvals", OptionList)

    @property
    def _chosen(self) -> QueueRow | None:
        at = self._list.highlighted
        return self._rows[at] if at is not None and at < len(self._rows) else None

    # --- looking -------------------------------------------------------------------------------

    def changed(self) -> None:
        self._ask()

    @work(group="approvals", exclusive=True)
    async def _ask(self) -> None:
        answer = await self.ask(Queue(view="approval", count=_MOST))
        said = self.query_one("#approvals-said", Static)
        if isinstance(answer, QueuePage):
            self._rows = answer.rows
            n = answer.total
            said.update(
                ngettext("{n} reply waits", "{n} replies wait", n).format(n=n)
                if n
                else _("No reply waits for approval.")
            )
            self._draw()
        elif isinstance(answer, Failed):
            said.update(literal(answer.message))

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        at = self._list.highlighted
        room = max(8, self._list.size.width - 1 - 34)
        self._list.clear_options()
        self._list.add_options([Option(self._line(row, room)) for row in self._rows])
        self._list.highlighted = min(at or 0, len(self._rows) - 1) if self._rows else None
        self._read()

    def _line(self, row: QueueRow, room: int) -> Content:
        due = local_time(row.due_at, self.now) if row.due_at else ""
        return Content.assemble(
            (f"{due:<12}", "$muted"),
            " ",
            cell(row.source, 8),
            " ",
            (cell(row.who, 11).plain, "bold"),
            " ",
            cell(row.what, room),
        )

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._read()

    @work(group="approval", exclusive=True)
    async def _read(self) -> None:
        row = self._chosen
        answer = await self.ask(Show(row.id)) if row else None
        self._page = answer if isinstance(answer, ConversationPage) else None
        self.query_one("#approval-text", Static).update(self._text())

    def _text(self) -> Content:
        page, reply = self._page, self._reply
        if page is None or reply is None:
            return Content("")
        width = max(8, self.query_one("#approval").size.width - 1)
        asked = next((t for t in reversed(page.conversation.turns) if t.kind == "inbound"), None)
        at = local_time(reply.submitted_at, self.now)
        head = _("{name} wrote at {time}:").format(name=reply.author, time=at)
        return Content.assemble(
            literal(asked.text if asked else "", width, style="$muted"),
            "\n\n",
            literal(head, width, style="bold"),
            "\n",
            literal(reply.text, width),
        )

    @property
    def _reply(self) -> Reply | None:
        """The reply on show that waits."""
        replies = self._page.conversation.replies if self._page else ()
        return next((one for one in replies if one.state == "awaiting_approval"), None)

    # --- deciding ------------------------------------------------------------------------------

    def action_move(self, step: int) -> None:
        if self._rows:
            at = self._list.highlighted or 0
            self._list.highlighted = max(0, min(at + step, len(self._rows) - 1))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.app.pop_screen()
        self.console.desk_screen.point_to(self._rows[event.option_index].id)

    @work(group="act")
    async def action_approve(self) -> None:
        reply = self._reply
        if reply is not None:
            await approve(self, reply)
            # what stood against it may be another's yes: the list is old then, too.
            self.changed()

    @work(group="act")
    async def action_undo(self) -> None:
        """Take back the last yes while it can be; the reply waits again."""
        reply = self.console.held_reply
        if reply is None:
            self.say(_("Nothing can be taken back any more."))
            return
        answer = await self.ask(TakeBack(reply.id))
        self.console.release()
        if not self.complain(answer):
            self.say(answer.text if isinstance(answer, Done) else _("Taken back."))
        self.changed()

    @work(group="act")
    async def action_send_back(self) -> None:
        reply = self._reply
        if reply is None:
            return
        from console.ui.screens.question import Question

        question = Question(
            _("Return it to {name}: why?").format(name=reply.author),
            body=_("They read it in the conversation, and hear it now."),
            free=True,
        )
        why = await self.app.push_screen_wait(question)
        if why is not None:
            await self._decide(Decide(reply.id, "return", why.strip()), _("Returned."))

    @work(group="act")
    async def action_edit(self) -> None:
        """The text becomes the lead's own draft; its author gets theirs back."""
        page, reply = self._page, self._reply
        if page is None or reply is None:
            return
        why = _("I change it and answer myself.")
        if not await self._decide(Decide(reply.id, "return", why), ""):
            return
        row = page.conversation.row
        newest = max((turn.id for turn in page.conversation.turns), default=0)
        answer = await self.ask(Show(row.id))
        if isinstance(answer, ConversationPage):
            row = answer.conversation.row
            newest = max((turn.id for turn in answer.conversation.turns), default=newest)
        draft = SaveDraft(row.id, reply.text, opened_on=newest, version=row.version, revision=1)
        if not self.complain(await self.ask(draft)):
            self.app.pop_screen()
            self.console.desk_screen.write_in(row.id)

    async def _decide(self, request: Ask, said: str) -> bool:
        answer = await self.ask(request)
        if self.complain(answer):
            return False
        if said:
            self.say(said)
        self.changed()
        return True
