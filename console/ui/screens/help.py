"""Help, made from the commands: every key, with what it does."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from console.ui.commands import COMMANDS, CONSOLE, MOVE, READ, WORK, WRITE, Command
from console.ui.keyboard import printed_by
from console.ui.screens.base import ConsoleScreen
from console.ui.text import literal
from console.ui.widgets.key_line import key_name
from console.ui.words import _

_NARROW = 60
"""Columns from which the letters of other keyboards have a column of their own."""


class HelpScreen(ConsoleScreen):
    """One page, scrolled; any of Esc, q and ? leaves it."""

    BINDINGS = [
        Binding("escape,q,question_mark", "app.pop_screen", show=False, id="help.close"),
        Binding("j,down", "scroll(1)", show=False, id="help.down"),
        Binding("k,up", "scroll(-1)", show=False, id="help.up"),
    ]

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="pane page") as pane:
            pane.border_title = _("Help")
            pane.border_subtitle = _("Esc goes back")
            yield Static("", markup=False, id="help")

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()

    def on_resize(self) -> None:
        self.query_one("#help", Static).update(self._text())

    def action_scroll(self, lines: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)

    def _text(self) -> Content:
        width = max(30, self.size.width - 6)
        lines: list[Content] = []
        for group in (WORK, WRITE, READ, MOVE, CONSOLE):
            lines += [Content.styled(_(group), "$accent bold")]
            views_told = False
            for command in COMMANDS:
                if command.group != group or not self.console.may(command):
                    continue
                if command.id.startswith("view.") and command.id[5:].isdigit():
                    if not views_told:
                        lines += _line(
                            "1-9", "", _(command.title), _(command.more), "view.1", width
                        )
                    views_told = True
                    continue
                lines += self._command(command, width)
            lines.append(Content(""))
        lines += self._signs()
        return Content("\n").join(lines)

    def _command(self, command: Command, width: int) -> list[Content]:
        keys = [key for key in self.console.keys.get(command.id, command.keys).split(",") if key]
        here = " ".join(key_name(key) for key in keys) or "^P"
        there = _other_layouts(keys[0]) if keys else ""
        return _line(here, there, _(command.title), _(command.more), command.id, width)

    def _signs(self) -> list[Content]:
        lines = [Content.styled(_("Signs"), "$accent bold")]
        signs = [
            ("▲", _("late: the deadline has passed")),
            ("◔", _("soon: little time is left; bold where it is critical")),
            ("◐", _("a reply is on its way; its clock stands still")),
            ("⏸", _("paused, because of a snooze or a status")),
            ("biz", _("the time counts only while you are open")),
            ("neg neu pos", _("the customer's mood; ? uncertain, ! the stars disagree")),
            ("↑ ⇑", _("high and urgent priority")),
            ("✎", _("somebody writes, or has a draft")),
            ("◦name", _("somebody is looking at it")),
            ("✗ ?", _("a reply was refused, or nobody knows whether it was published")),
            ("±", _("the customer edited the post")),
            ("✓ gone", _("it left this view while your cursor was on it")),
        ]
        for sign, words in signs:
            lines.append(Content.assemble((f"  {sign:<14}", "bold"), words))
        return lines


def _other_layouts(key: str) -> str:
    """What the same key prints on a Russian, an Arabic and a Persian keyboard."""
    return " ".join(printed_by({"slash": "/", "question_mark": "?"}.get(key, key)))


def _line(here: str, there: str, title: str, more: str, id: str, width: int) -> list[Content]:
    """One command: keys, what it is called, what it does, and its name for the configuration."""
    head = f"  {here:<12}"
    layouts = f"{there:<7}" if width >= _NARROW else ""
    name = f"{title:<26} "
    indent = len(head) + len(layouts) + (len(name) if width >= 84 else 0)
    room = max(20, width - indent - 1)
    words = f"{more} [{id}]" if layouts or not there else f"{more} [{id}]\n{there}"
    lines = [
        Content(" " * indent) + Content.styled(line.plain, "$muted")
        for line in literal(words, room).split("\n")
    ]
    first = Content.assemble((head, "bold"), (layouts, "$accent"), name)
    if width < 84:
        return [first, *lines]
    return [first + Content.styled(lines[0].plain[indent:], "$muted"), *lines[1:]]
