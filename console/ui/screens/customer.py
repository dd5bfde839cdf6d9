"""A customer over all channels: who else they may be, what they wrote and rated, what they ordered."""

from __future__ import annotations

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from console.core.asks import (
    Ask,
    CustomerHistory,
    CustomerHistoryPage,
    CustomerOrders,
    Done,
    Failed,
    JoinPeople,
    NoteCustomer,
    OrdersPage,
    PartPeople,
    PeoplePage,
    Rated,
    Suggestion,
    SuggestPeople,
    Undo,
)
from console.core.model import Earlier
from console.ui.screens.base import ConsoleScreen
from console.ui.text import cell, literal
from console.ui.words import STATUS_WORDS, _, local_time, short_stars


class CustomerScreen(ConsoleScreen):
    """Who they may be on the left, who they are on the right. A key joins, another parts."""

    BINDINGS = [
        Binding("escape,q,C", "app.pop_screen", show=False, id="customer.close"),
        Binding("j", "move(1)", show=False, id="customer.down"),
        Binding("k", "move(-1)", show=False, id="customer.up"),
        Binding("plus,enter", "join", show=False, id="customer.join"),
        Binding("minus", "part", show=False, id="customer.part"),
        Binding("p", "note", show=False, id="customer.note"),
        Binding("u", "undo", show=False, id="customer.undo"),
    ]

    def __init__(self, conversation: int) -> None:
        super().__init__()
        self._conversation = conversation
        self._suggestions: tuple[Suggestion, ...] = ()
        self._page: CustomerHistoryPage | None = None
        self._orders = OrdersPage(configured=False)

    def compose(self) -> ComposeResult:
        with Horizontal(id="panes"):
            with VerticalScroll(classes="pane", id="people-pane") as pane:
                pane.border_title = _("The same person?")
                pane.border_subtitle = _("+ joins")
                yield OptionList(id="people", markup=False)
                yield Static("", markup=False, id="evidence")
            with VerticalScroll(classes="pane", id="customer-pane") as pane:
                pane.border_title = _("Customer")
                pane.border_subtitle = _("p notes · - parts · u takes back · Esc goes back")
                yield Static(_("Asking the desk …"), markup=False, id="customer")

    def on_mount(self) -> None:
        self.query_one(OptionList).focus()
        self.changed()
        self._ask_orders()

    def changed(self) -> None:
        self._ask()

    # --- asking ----------------------------------------------------------------------------

    @work(group="catch-up", exclusive=True)
    async def _ask(self) -> None:
        history = await self.ask(CustomerHistory(self._conversation))
        if isinstance(history, Failed):
            self.query_one("#customer", Static).update(literal(history.message))
            return
        if isinstance(history, CustomerHistoryPage):
            self._page = history
            self._draw()
        people = await self.ask(SuggestPeople(self._conversation))
        if isinstance(people, PeoplePage):
            self._show_people(people.suggestions)
        elif isinstance(people, Failed):
            # a drafter reads the history and joins nobody.
            self.query_one("#evidence", Static).update(literal(people.message))

    @work(group="orders", exclusive=True)
    async def _ask_orders(self) -> None:
        answer = await self.ask(CustomerOrders(self._conversation))
        if isinstance(answer, OrdersPage):
            self._orders = answer
            self._draw()

    # --- drawing ---------------------------------------------------------------------------

    def _show_people(self, suggestions: tuple[Suggestion, ...]) -> None:
        listed = self.query_one(OptionList)
        if suggestions != self._suggestions or not listed.option_count:
            self._suggestions = suggestions
            listed.clear_options()
            listed.add_options([Option(_person_line(one)) for one in suggestions])
            listed.highlighted = 0 if suggestions else None
        self._tell_evidence()

    def on_option_list_option_highlighted(self) -> None:
        self._tell_evidence()

    def on_option_list_option_selected(self) -> None:
        self.action_join()

    @property
    def _chosen(self) -> Suggestion | None:
        at = self.query_one(OptionList).highlighted
        return self._suggestions[at] if at is not None and at < len(self._suggestions) else None

    def _tell_evidence(self) -> None:
        chosen = self._chosen
        if chosen is None:
            words = Content.styled(_("Nobody else looks like this customer."), "$muted")
            self.query_one("#evidence", Static).update(words)
            return
        lines = [Content("")]
        lines += [Content.assemble("• ", literal(sentence)) for sentence in chosen.evidence]
        lines += [
            Content.styled(literal(handle).plain, "$muted") for handle in chosen.customer.handles
        ]
        self.query_one("#evidence", Static).update(Content("\n").join(lines))

    def _draw(self) -> None:
        page = self._page
        if page is None:
            return
        customer = page.customer
        lines = [
            Content.assemble(
                (literal(customer.name or _("(no name)")).plain, "bold"),
                (f"  {customer.id}", "$muted"),
            )
        ]
        lines += [literal(handle) for handle in customer.handles]
        for one in page.joined:
            words = _("joined with {name} by {person}, {when}").format(
                name=one.name or _("(no name)"), person=one.by, when=local_time(one.at, self.now)
            )
            lines.append(Content.styled(literal(words).plain, "$muted"))
        if customer.notes:
            lines += [*_titled(_("Notes")), literal(customer.notes)]
        lines += self._order_lines()
        if page.ratings:
            lines += [*_titled(_("Ratings over time")), *map(self._rated, page.ratings)]
        lines += [*_titled(_("Conversations")), *map(self._earlier, page.conversations)]
        self.query_one("#customer", Static).update(Content("\n").join(lines))

    def _order_lines(self) -> list[Content]:
        orders = self._orders
        if not orders.configured:
            return []
        if orders.trouble:
            return [
                *_titled(_("Orders")),
                Content.styled(literal(orders.trouble).plain, "$trouble"),
            ]
        said = [literal(line) for line in orders.lines]
        return [*_titled(_("Orders")), *(said or [Content.styled(_("none"), "$muted")])]

    def _rated(self, one: Rated) -> Content:
        return Content.assemble(
            (f"{local_time(one.at, self.now):<12} ", "$muted"),
            (f"{short_stars(one.rating, one.rating_max):<6}", "$star"),
            cell(one.source, 14),
        )

    def _earlier(self, one: Earlier) -> Content:
        return Content.assemble(
            (f"{local_time(one.at, self.now):<12} ", "$muted"),
            (f"{one.id:<7}", "bold" if one.id == self._conversation else ""),
            cell(one.source, 14),
            (f" {_(STATUS_WORDS[one.status])} · ", "$muted"),
            literal(one.what),
        )

    # --- acting ----------------------------------------------------------------------------

    def action_move(self, step: int) -> None:
        listed = self.query_one(OptionList)
        if step > 0:
            listed.action_cursor_down()
        else:
            listed.action_cursor_up()

    def action_join(self) -> None:
        chosen = self._chosen
        if chosen is not None:
            self._act(JoinPeople(self._conversation, chosen.customer.id))

    def action_part(self) -> None:
        self._act(PartPeople(self._conversation))

    def action_undo(self) -> None:
        self._act(Undo())

    @work(group="note", exclusive=True)
    async def action_note(self) -> None:
        from console.ui.screens.question import Question

        if self._page is None:
            return
        title, notes = _("What to remember about this customer"), self._page.customer.notes
        text = await self.app.push_screen_wait(
            Question(title, value=" ".join(notes.split()), free=True)
        )
        if text is not None:
            self._act(NoteCustomer(self._conversation, text))

    @work(group="act")
    async def _act(self, request: Ask) -> None:
        answer = await self.ask(request)
        if self.complain(answer):
            return
        if isinstance(answer, Done) and answer.text:
            undo = _("{text} · u takes it back").format(text=answer.text)
            self.say(undo if answer.undo else answer.text)
        self.changed()


def _person_line(one: Suggestion) -> Content:
    return Content.assemble(
        (f"{round(one.score * 100):>3} %  ", "$accent bold"),
        cell(one.customer.name or _("(no name)"), 24),
        (f" {one.customer.id}", "$muted"),
    )


def _titled(title: str) -> list[Content]:
    return [Content(""), Content.styled(title, "bold")]
