"""Where a reply is typed: a text area that knows graphemes, words of every script, and hints."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace
from rich.text import Text
from textual import events
from textual.document._document import EditResult, Location
from textual.document._edit import Edit
from textual.strip import Strip
from textual.widgets import TextArea
from textual.widgets.text_area import Selection

from console.core.asks import HintShown
from console.core.snippets import blanks
from console.ui.text import steps
from sources.text import BODY_LIMIT, clean, clip

# Keys of Persian, Arabic and Hebrew layouts that print nothing and that Textual would drop.
_INVISIBLE_KEYS = frozenset("\u200c\u200d\u200e\u200f")


class ReplyEditor(TextArea):
    """Moves and deletes by whole graphemes, takes in only clean text, underlines hints.

    The text stays in logical order; a `Preview` below shows it as it will read. Says what
    happens by the messages of `TextArea`.
    """

    COMPONENT_CLASSES = {
        "reply-editor--error",
        "reply-editor--warn",
        "reply-editor--info",
    }

    DEFAULT_CSS = """
    ReplyEditor {
        .reply-editor--error { text-style: underline bold; color: $text-error; }
        .reply-editor--warn { text-style: underline; color: $text-warning; }
        .reply-editor--info { text-style: underline; }
    }
    """

    def __init__(self, text: str = "", *, id: str | None = None) -> None:
        self._hints: tuple[HintShown, ...] = ()
        super().__init__(clean(text), id=id, soft_wrap=True, highlight_cursor_line=False)
        # A blinking caret is traffic on a slow line, and noise for a screen reader.
        self.cursor_blink = False
        self.match_cursor_bracket = False

    # Hints

    @property
    def hints(self) -> tuple[HintShown, ...]:
        """The remarks underlined now. They move with the text around them; what is typed into
        one takes it away."""
        return self._hints

    @hints.setter
    def hints(self, hints: Iterable[HintShown]) -> None:
        self._hints = tuple(hints)
        # The cache of drawn lines does not know of hints: a refresh alone shows nothing.
        self.notify_style_update()
        self.refresh()

    def hint_at_cursor(self) -> HintShown | None:
        """The first hint that the cursor touches, else the first that offers a fix."""
        index = self.index_of(self.cursor_location)
        touched = (hint for hint in self._hints if hint.start <= index <= hint.end)
        fixable = (hint for hint in self._hints if hint.fix is not None)
        return next(touched, None) or next(fixable, None)

    def quick_fix(self, hint: HintShown | None = None) -> bool:
        """Puts a hint's remedy in place of its words, as one step of undo; False without one."""
        hint = hint or self.hint_at_cursor()
        if hint is None or hint.fix is None or self.read_only:
            return False
        start = hint.start if hint.fix_start is None else hint.fix_start
        end = hint.end if hint.fix_end is None else hint.fix_end
        self.history.checkpoint()
        result = self.replace(
            hint.fix,
            self.location_of(start),
            self.location_of(end),
            maintain_selection_offset=False,
        )
        self.history.checkpoint()
        self.move_cursor(result.end_location)
        if blanks(hint.fix):
            self.go_to_blank(start)
        return True

    def go_to_hint(self) -> bool:
        """Select the words of the hint at the cursor, else of the first; False if it has none."""
        index = self.cursor_index
        spoken = [hint for hint in self._hints if hint.start < hint.end]
        touched = (hint for hint in spoken if hint.start <= index <= hint.end)
        hint = next(touched, None) or next(iter(spoken), None)
        if hint is None:
            return False
        self.selection = Selection(self.location_of(hint.start), self.location_of(hint.end))
        return True

    # Places: a text index on one side, row and column on the other

    def index_of(self, location: Location) -> int:
        """The index in the text of a place in the document."""
        row, column = location
        return sum(len(self.document[line]) + 1 for line in range(row)) + column

    def location_of(self, index: int) -> Location:
        """The place in the document of an index in the text; the end for one beyond it."""
        for row in range(self.document.line_count):
            length = len(self.document[row])
            if index <= length:
                return row, max(0, index)
            index -= length + 1
        return self.document.end

    @property
    def cursor_index(self) -> int:
        """The cursor's index in the text."""
        return self.index_of(self.cursor_location)

    # Blanks

    def go_to_blank(self, index: int | None = None) -> bool:
        """Select the next prompted blank after `index`, or the cursor; False if there is none.

        After the last one comes the first: whoever jumps sees all of them.
        """
        found = blanks(self.text)
        if not found:
            return False
        here = self.cursor_index if index is None else index
        start, end, _what = next((one for one in found if one[0] >= here), found[0])
        self.selection = Selection(self.location_of(start), self.location_of(end))
        return True

    def insert_whole(self, text: str) -> None:
        """A text in place of the selection, as one step of undo, and the first blank selected."""
        start = self.index_of(min(self.selection))
        self.history.checkpoint()
        result = self.replace(text, *self.selection, maintain_selection_offset=False)
        self.history.checkpoint()
        self.move_cursor(result.end_location)
        end = self.cursor_index
        if any(start <= at < end for at, _end, _what in blanks(self.text)):
            self.go_to_blank(start)

    # Text comes in

    def load_text(self, text: str) -> None:
        """Another text, cleaned; hints and the history of the old one are gone."""
        self._hints = ()
        super().load_text(clean(text))

    def edit(self, edit: Edit) -> EditResult:
        """Every change but undo and redo passes here, cleaned."""
        edit.text = clean(edit.text)
        start, end = self.index_of(edit.top), self.index_of(edit.bottom)
        self._hints = tuple(_moved(self._hints, start, end, len(edit.text)))
        return super().edit(edit)

    def undo(self) -> None:
        self._hints = ()
        super().undo()

    def redo(self) -> None:
        self._hints = ()
        super().redo()

    def on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        self._paste(event.text)

    def action_paste(self) -> None:
        self._paste(self.app.clipboard)

    def _paste(self, text: str) -> None:
        # 57 ms a key in a paragraph of 100,000 characters: no reply is longer than a post.
        text = clip(clean(text), BODY_LIMIT)
        if text and not self.read_only:
            result = self.replace(text, *self.selection, maintain_selection_offset=False)
            self.move_cursor(result.end_location)

    def check_consume_key(self, key: str, character: str | None = None) -> bool:
        if character in _INVISIBLE_KEYS:
            return not self.read_only
        return super().check_consume_key(key, character)

    def on_key(self, event: events.Key) -> None:
        if event.key == "tab" and self.go_to_blank():
            event.prevent_default()
            event.stop()
            return
        if event.character in _INVISIBLE_KEYS and not self.read_only:
            event.prevent_default()
            event.stop()
            self.replace(event.character or "", *self.selection, maintain_selection_offset=False)

    # Graphemes

    def clamp_visitable(self, location: Location) -> Location:
        """The nearest place that splits no grapheme: clicks and moves up and down end here."""
        row, column = super().clamp_visitable(location)
        return row, steps.whole(self.document[row], column)

    def get_cursor_left_location(self) -> Location:
        row, column = self.cursor_location
        if column == 0:
            return super().get_cursor_left_location()
        return row, steps.before(self.document[row], column)

    def get_cursor_right_location(self) -> Location:
        row, column = self.cursor_location
        if column == len(self.document[row]):
            return super().get_cursor_right_location()
        return row, steps.after(self.document[row], column)

    # Words

    def get_cursor_word_left_location(self) -> Location:
        row, column = self.cursor_location
        if column == 0:
            return super().get_cursor_left_location()
        return row, steps.word_before(self.document[row], column)

    def get_cursor_word_right_location(self) -> Location:
        row, column = self.cursor_location
        if column == len(self.document[row]):
            return super().get_cursor_right_location()
        return row, steps.word_after(self.document[row], column)

    def action_delete_word_right(self) -> None:
        if self.read_only:
            return
        start, end = self.selection
        if self.selection.is_empty:
            end = self.get_cursor_word_right_location()
        self.delete(start, end, maintain_selection_offset=False)

    # Drawing

    def get_line(self, line_index: int) -> Text:
        line = super().get_line(line_index)
        row_start = self.index_of((line_index, 0))
        row_end = row_start + len(line)
        for hint in self._hints:
            if hint.start < row_end and hint.end > row_start:
                line.stylize(
                    self.get_component_rich_style(f"reply-editor--{hint.severity}", partial=True),
                    steps.whole(line.plain, max(0, hint.start - row_start)),
                    steps.whole(line.plain, min(len(line), hint.end - row_start)),
                )
        self._style_whole_cursor(line_index, line)
        return line

    def _style_whole_cursor(self, line_index: int, line: Text) -> None:
        """The cursor's style on its whole grapheme: a style that changes inside an emoji makes
        the terminal draw it in two, and the rest of the row moves."""
        row, column = self.cursor_location
        if row != line_index or not self.has_focus or column >= len(line):
            return
        end = steps.after(line.plain, column)
        if end > column + 1:
            line.stylize(self.get_component_rich_style("text-area--cursor"), column, end)

    def render_line(self, y: int) -> Strip:
        return super().render_line(y).simplify()


def _moved(hints: Iterable[HintShown], start: int, end: int, inserted: int) -> Iterable[HintShown]:
    """The hints after the text from `start` to `end` became `inserted` characters long."""
    by = inserted - (end - start)
    for hint in hints:
        if hint.end <= start:
            yield hint
        elif hint.start >= end:
            yield replace(
                hint,
                start=hint.start + by,
                end=hint.end + by,
                fix_start=None if hint.fix_start is None else hint.fix_start + by,
                fix_end=None if hint.fix_end is None else hint.fix_end + by,
            )
