"""The reply editor with its counter and hints; public or internal, and never in doubt which."""

from __future__ import annotations

from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static, TextArea

from console.core.asks import ConversationPage, HintShown
from console.core.model import Status
from console.ui.commands import bindings
from console.ui.editor import ReplyEditor
from console.ui.preview import Preview
from console.ui.text import cell
from console.ui.words import _, brief

_SIGNS = {"error": "●", "warn": "◦", "info": "·"}
_STYLES = {"error": "$trouble bold", "warn": "$soon", "info": "$muted"}
SHOWN_HINTS = 5


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
        """Another text in the editor (from the writer's own editor, or a fix)."""
        self.editor.text = text
        self.editor.move_cursor(self.editor.document.end)

    def show_hints(self, hints: tuple[HintShown, ...]) -> None:
        """The advice for the text as it stands; the gravest first, at most five."""
        rank = {"error": 0, "warn": 1, "info": 2}
        self._hints = tuple(sorted(hints, key=lambda hint: rank[hint.severity]))
        self.editor.hints = hints
        self._draw_hints()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        self._draw_title()
        self._preview()
        self.post_message(self.Typed(event.text_area.text))

    def on_text_area_selection_changed(self, event: TextArea.SelectionChanged) -> None:
        event.stop()
        self._preview()

    def _preview(self) -> None:
        self.query_one(Preview).show(self.text, self.editor.cursor_index)

    def on_descendant_blur(self) -> None:
        self.post_message(self.FocusLeft())

    def on_resize(self) -> None:
        self._draw_title()
        self._draw_hints()

    def action_send(self, then: Status) -> None:
        self.post_message(self.SendAsked(then))

    def action_fix(self) -> None:
        """Put the remedy of the hint at the cursor in place of its words."""
        self.editor.quick_fix()

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
            return str(len(self.text)), False
        from console.ui.allowance import used

        taken, most = used(self.text, self._page)
        if most is None:
            return str(taken), False
        return f"{taken}/{most}", taken > most

    def _draw_hints(self) -> None:
        shown = self.query_one("#hints", Static)
        width = max(1, shown.size.width or self.size.width - 4)
        lines = []
        for hint in self._hints[:SHOWN_HINTS]:
            text = brief(hint.message, max(1, width - 2))
            lines.append(
                Content.assemble((f"{_SIGNS[hint.severity]} ", _STYLES[hint.severity]), text)
            )
        more = len(self._hints) - SHOWN_HINTS
        if more > 0 and lines:
            lines[-1] = lines[-1] + Content.styled(_("  and {n} more").format(n=more), "$muted")
        shown.set_class(not lines, "-empty")
        shown.update(Content("\n").join(lines))
