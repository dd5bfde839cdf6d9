"""The reply as its readers will see it, below the editor, with the caret in its place."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from console.ui.text import Line, display_lines, has_rtl
from sources.text import clean


class Preview(Widget):
    """Shows a draft in visual order, letters joined, while the editor holds it in logical order.

    It shows itself when the draft holds right-to-left text, or when what will be published
    is not what was typed, and hides again without either.
    """

    COMPONENT_CLASSES = {"preview--caret"}

    DEFAULT_CSS = """
    Preview {
        display: none;
        height: auto;
        max-height: 8;
        padding: 0 1;
        &.-needed { display: block; }
        .preview--caret { text-style: reverse; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._text = ""
        self._caret: int | None = None

    def show(self, draft: str, caret: int | None = None, published: str | None = None) -> None:
        """Shows a draft with the caret before its character `caret`.

        `published` is what the channel makes of it, if that is another text: then it is shown,
        without a caret.
        """
        if published is not None and published != draft:
            draft, caret = published, None
            needed = True
        else:
            needed = has_rtl(draft)
        self._text, self._caret = clean(draft), caret
        self.set_class(needed, "-needed")
        self.refresh(layout=needed)

    def lines(self, width: int) -> tuple[Line, ...]:
        """The draft's lines in a region of `width` columns."""
        return display_lines(self._text, width)

    def caret_place(self, width: int) -> tuple[int, int] | None:
        """Row and column of the caret's cell in a region of `width` columns."""
        if self._caret is None:
            return None
        lines = self.lines(width)
        for row, line in enumerate(lines):
            last = row + 1 == len(lines) or self._caret < lines[row + 1].start
            if not last:
                continue
            for cell in line.cells:
                if cell.start <= self._caret < cell.end and cell.width:
                    return row, cell.column
            return row, _end_column(line, width)
        return None

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        return len(self.lines(width))

    def render_line(self, y: int) -> Strip:
        width = self.content_size.width
        lines = self.lines(width)
        caret = self.caret_place(width)
        first = self._first_row(caret, len(lines))
        style = self.rich_style
        if first + y >= len(lines):
            return Strip.blank(width, style)
        line = lines[first + y]
        strip = Strip([Segment(line.text, style)], line.width).adjust_cell_length(width, style)
        if caret is not None and caret[0] == first + y:
            return self._with_caret(strip, line, caret[1], width)
        return strip

    def _first_row(self, caret: tuple[int, int] | None, rows: int) -> int:
        """The first row shown, so that the caret's is: a long reply scrolls by itself."""
        height = self.content_size.height
        if rows <= height or caret is None:
            return 0
        return min(max(0, caret[0] - height // 2), rows - height)

    def _with_caret(self, strip: Strip, line: Line, column: int, width: int) -> Strip:
        taken = next((c.width for c in line.cells if c.column == column and c.width), 1)
        style: Style = self.get_component_rich_style("preview--caret", partial=True)
        return Strip.join(
            [
                strip.crop(0, column),
                strip.crop(column, column + taken).apply_style(style),
                strip.crop(column + taken, width),
            ]
        )


def _end_column(line: Line, width: int) -> int:
    """Where the next letter would stand: left of a right-to-left line, right of others."""
    if line.rtl:
        first = min((cell.column for cell in line.cells if cell.width), default=width)
        return max(0, first - 1)
    return min(line.width, width - 1)
