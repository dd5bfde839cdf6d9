"""The reply as its readers will see it."""

import pytest
from textual.app import App, ComposeResult

from console.ui.preview import Preview


class Showing(App[None]):
    def compose(self) -> ComposeResult:
        yield Preview(id="preview")


@pytest.fixture
async def preview():
    app = Showing()
    async with app.run_test(size=(22, 20)) as pilot:
        found = app.query_one(Preview)
        found.pilot = pilot
        yield found


async def shown(preview):
    await preview.pilot.pause()
    return [preview.render_line(y).text for y in range(preview.content_size.height)]


async def caret_text(preview):
    await preview.pilot.pause()
    strips = [preview.render_line(y) for y in range(preview.content_size.height)]
    return [s.text for strip in strips for s in strip if s.style and s.style.reverse]


async def test_it_stays_away_from_left_to_right_drafts(preview):
    """English, Russian and Chinese read the same in the editor."""
    preview.show("Здравствуйте, 你好!", 3)
    await preview.pilot.pause()

    assert not preview.display


async def test_it_appears_with_right_to_left_text(preview):
    """One Arabic word is enough."""
    preview.show("Hello سلام", 0)

    assert ["Hello " + "\ufee1\ufefc\ufeb3" + " " * 11] == await shown(preview)


async def test_it_goes_when_the_last_such_word_goes(preview):
    """The room is given back."""
    preview.show("سلام", 0)
    preview.show("Salam", 0)
    await preview.pilot.pause()

    assert not preview.display


async def test_the_caret_is_on_the_letter_that_it_is_before(preview):
    """Through the map: the second letter stands left of the first."""
    preview.show("שלום", 1)

    assert ["ל"] == await caret_text(preview)


async def test_the_caret_at_the_end_is_left_of_a_right_to_left_line(preview):
    """Where the next letter will stand."""
    preview.show("שלום", 4)
    (line,) = await shown(preview)

    assert " " * 16 + "םולש" == line
    assert (0, 15) == preview.caret_place(20)


async def test_the_caret_after_a_blank_stands_where_the_next_word_will(preview):
    """A blank at the end is not lost."""
    preview.show("של ", 3)

    assert (0, 16) == preview.caret_place(20)


async def test_the_caret_at_a_line_end_stays_on_its_line(preview):
    """Before the newline is not the next line."""
    preview.show("של\nab", 2)

    assert (0, 17) == preview.caret_place(20)


async def test_a_long_draft_scrolls_to_its_caret(preview):
    """More lines than the preview is high: the caret's is among them."""
    draft = "\n".join(f"שורה {n}" for n in range(30))
    preview.show(draft, draft.index("17"))

    assert ["1"] == await caret_text(preview)


async def test_what_the_channel_publishes_is_shown_instead(preview):
    """A shortened link appears in any script, without a caret in a text that nobody types."""
    preview.show("see https://example.com/long", 2, published="see example.com/…")

    assert ["see example.com/…   "] == await shown(preview)
    assert [] == await caret_text(preview)


async def test_markup_of_a_draft_is_shown_as_typed(preview):
    """A quoted tag neither styles nor ends the console."""
    preview.show("שלום [/red] [b]", 0)

    assert ["     [b] [red/] םולש"] == await shown(preview)
