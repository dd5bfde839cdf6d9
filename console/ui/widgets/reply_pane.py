"""The reply editor with its counter and hints; public or internal, and never in doubt which."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static, TextArea

from console.core.asks import ConversationPage, HintShown
from console.core.model import Status
from console.core.snippets import blanks
from console.core.tone.editor import for_editor
from console.ui.commands import bindings
from console.ui.dates import digits
from console.ui.editor import ReplyEditor
from console.ui.preview import Preview
from console.ui.published import published
from console.ui.text import cell
from console.ui.words import _, brief

Help = Literal["snippets", "before", "private"]

_SIGNS = {"error": "●", "warn": "◦", "info": "·"}
_STYLES = {"error": "$trouble bold", "warn": "$soon", "info": "$muted"}
MOST_LINES = 9
"""Lines of advice, the checklist of a short reply included."""


class ReplyPane(Vertical):
    """Says what happens in it; saving and sending are the screen's."""

    BINDINGS = bindings("reply")

    @dataclass
    class Typed(Message):
        """The text changed."""

        text: str

    @dataclass
    class SendAsked(Message):
        """The writer wants it sent, and the conversation then to have this status."""

        then: Status

    @dataclass
    class HelpAsked(Message):
        """The writer wants a text found, or the way in private."""

        what: Help

    class OwnEditorAsked(Message):
        """The writer wants their own editor."""

    @dataclass
    class FocusLeft(Message):
        """The keyboard left the editor."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._page: ConversationPage | None = None
        self._note = False
        self._hints: tuple[HintShown, ...] = ()

    def compose(self) -> ComposeResult:
        yield Static("", markup=False, id="reply-title")
        yield ReplyEditor(id="editor")
        yield Preview(id="preview")
        yield Static("", markup=False, id="hints")

    @property
    def editor(self) -> ReplyEditor:
        return self.query_one(ReplyEditor)

    @property
    def text(self) -> str:
        return self.editor.text

    def open(self, page: ConversationPage, text: str, *, note: bool) -> None:
        """Show the editor on this conversation, with the draft as it stood."""
        self._page, self._note = page, note
        self.set_class(note, "-note")
        self.set_class(not note and page.public, "-public")
        self.add_class("-open")
        if self.editor.text != text:
            self.editor.load_text(text)
            self.editor.move_cursor(self.editor.document.end)
        self.show_hints(())
        self._draw_title()
        # at once: Widget.focus() comes later, and the next letter would go to the queue.
        self.screen.set_focus(self.editor)

    def shut(self) -> None:
        """Hide the editor."""
        self.remove_class("-open")
        self._page = None

    def put(self, text: str) -> None:
        """Another text in the editor (from the writer's own editor, or an earlier one)."""
        editor = self.editor
        editor.history.checkpoint()
        editor.replace(text, (0, 0), editor.document.end, maintain_selection_offset=False)
        editor.history.checkpoint()
        editor.move_cursor(editor.document.end)

    def insert(self, text: str) -> None:
        """A text where the cursor is, apart from the word before, as one step of undo.

        Its first blank, if it has one, is selected then.
        """
        before = self.text[: self.editor.index_of(min(self.editor.selection))][-1:]
        apart = " " if before.strip() and text[:1].strip() else ""
        self.editor.insert_whole(apart + text)
        self.screen.set_focus(self.editor)

    def add_line(self, line: str) -> None:
        """A line of its own at the end."""
        text = self.editor.text
        gap = "" if not text.strip() else "\n" if text.endswith("\n") else "\n\n"
        self.editor.move_cursor(self.editor.document.end)
        self.insert(gap + line)

    def show_hints(self, hints: tuple[HintShown, ...]) -> None:
        """The advice for the text as it stands, as the catalogue orders and cuts it."""
        # a blank is spoken of by itself, and is no placeholder that slipped in.
        empty = blanks(self.text)
        others = [
            hint
            for hint in hints
            if hint.id != "unresolved_placeholder"
            or not any(start < hint.end and hint.start < end for start, end, _what in empty)
        ]
        self._hints = tuple(for_editor(others))
        self.editor.hints = self._hints
        self._draw_hints()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        self._draw_title()
        self._draw_hints()
        self._preview()
        self.post_message(self.Typed(event.text_area.text))

    def on_text_area_selection_changed(self, event: TextArea.SelectionChanged) -> None:
        event.stop()
        self._preview()

    def _preview(self) -> None:
        text = self.text
        shown = published(text, self._page) if self._page is not None and not self._note else text
        differs = shown != text.strip()
        self.query_one(Preview).show(text, self.editor.cursor_index, shown if differs else None)

    def on_descendant_blur(self) -> None:
        self.post_message(self.FocusLeft())

    def on_resize(self) -> None:
        self._draw_title()
        self._draw_hints()

    def action_send(self, then: Status) -> None:
        self.post_message(self.SendAsked(then))

    def action_fix(self) -> None:
        """Put the remedy of the hint at the cursor in place of its words, else go to them."""
        if not self.editor.quick_fix():
            self.editor.go_to_hint()

    def action_help_me(self, what: Help) -> None:
        self.post_message(self.HelpAsked(what))

    def action_own_editor(self) -> None:
        self.post_message(self.OwnEditorAsked())

    def _draw_title(self) -> None:
        if self._page is None:
            return
        title = self.query_one("#reply-title", Static)
        width = title.size.width
        counter, over = self._counter()
        room = max(0, width - len(counter) - 1)
        if self._note:
            words = _(" INTERNAL NOTE "), "$background on $note bold"
            more = _(" the customer never sees this")
        elif self._page.public:
            words = _(" PUBLIC REPLY "), "$background on $accent bold"
            more = _(" to {name}, for everybody to read").format(name=self._who())
        else:
            words = _(" PRIVATE REPLY "), "$background on $foreground bold"
            more = _(" to {name} alone").format(name=self._who())
        if self._page.mode == "replaces" and not self._note:
            more += " · " + _("takes the place of our earlier answer")
        more = cell(more, max(0, room - len(words[0]))).plain
        title.update(
            Content.assemble(
                words, (more, "$muted"), " ", (counter, "$trouble bold" if over else "$muted")
            )
        )

    def _who(self) -> str:
        assert self._page is not None
        return self._page.conversation.row.who or _("(no name)")

    def _counter(self) -> tuple[str, bool]:
        if self._page is None or self._note:
            return digits(str(len(self.text))), False
        from console.ui.allowance import used

        taken, most = used(self.text, self._page)
        if most is None:
            return digits(str(taken)), False
        return digits(f"{taken}/{most}"), taken > most

    def _draw_hints(self) -> None:
        shown = self.query_one("#hints", Static)
        width = max(1, shown.size.width or self.size.width - 4)
        lines = list(self._blank_line(width))
        for hint in self._hints:
            fix = " ^R" if hint.fix is not None else ""
            sign = f"{_SIGNS[hint.severity]} "
            for text in hint.message.split("\n"):
                told = brief(text, max(1, width - 2 - len(fix)))
                lines.append(
                    Content.assemble((sign, _STYLES[hint.severity]), told, (fix, "$muted"))
                )
                sign, fix = "  ", ""
        shown.set_class(not lines, "-empty")
        shown.update(Content("\n").join(lines[:MOST_LINES]))

    def _blank_line(self, width: int) -> Iterator[Content]:
        """What is still to be filled in; it blocks sending, so it stands first."""
        empty = () if self._note else blanks(self.text)
        if empty:
            text = _("still empty: {what} (Tab)").format(what=empty[0][2])
            yield Content.assemble(
                (f"{_SIGNS['error']} ", _STYLES["error"]), brief(text, max(1, width - 2))
            )
