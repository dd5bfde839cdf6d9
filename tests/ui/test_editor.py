"""Where a reply is typed."""

import pytest
from textual import events
from textual.app import App, ComposeResult

from console.core.asks import HintShown
from console.ui.editor import ReplyEditor

FAMILY = "👨\u200d👩\u200d👧"
SAMPLES = {
    "family": f"a{FAMILY}b",
    "flag": "a🇮🇷b",
    "skin tone": "a👍🏽b",
    "accent": "ae\u0301b",
    "Arabic with harakat": "مُحَمَّد",
    "Hebrew with points": "שָׁלוֹם",
    "Thai": "สวัสดี",
    "Hindi": "नमस्ते",
}


class Typing(App[None]):
    def compose(self) -> ComposeResult:
        yield ReplyEditor(id="editor")

    @property
    def editor(self) -> ReplyEditor:
        return self.query_one(ReplyEditor)


@pytest.fixture
async def app():
    app = Typing()
    async with app.run_test(size=(40, 10)) as pilot:
        app.pilot = pilot
        app.editor.focus()
        yield app


@pytest.fixture
def editor(app):
    return app.editor


def graphemes_by_right_key(editor):
    places = []
    while editor.cursor_location != editor.document.end:
        editor.action_cursor_right()
        places.append(editor.cursor_index)
    return places


@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("family", [1, 6, 7]),
        ("flag", [1, 3, 4]),
        ("skin tone", [1, 3, 4]),
        ("Arabic with harakat", [2, 4, 7, 8]),
        ("Hebrew with points", [3, 4, 6, 7]),
        ("Thai", [1, 3, 4, 6]),
        ("Hindi", [1, 2, 6]),
    ],
)
async def test_the_cursor_moves_by_graphemes(editor, name, places):
    """One key, one letter, in every script."""
    editor.load_text(SAMPLES[name])

    assert places == graphemes_by_right_key(editor)


@pytest.mark.parametrize("name", SAMPLES)
async def test_moving_left_visits_the_same_places(editor, name):
    """The way back is the way there."""
    editor.load_text(SAMPLES[name])
    there = [0, *graphemes_by_right_key(editor)]
    back = [editor.cursor_index]
    while editor.cursor_index:
        editor.action_cursor_left()
        back.append(editor.cursor_index)

    assert there == back[::-1]


@pytest.mark.parametrize("name", ["family", "flag", "skin tone", "accent"])
async def test_backspace_takes_a_whole_grapheme(editor, name):
    """No half flag, no stray accent, no lone parent stays behind."""
    editor.load_text(SAMPLES[name])
    editor.move_cursor((0, len(editor.text) - 1))
    editor.action_delete_left()

    assert "ab" == editor.text


@pytest.mark.parametrize("name", ["family", "flag", "skin tone", "accent"])
async def test_delete_takes_a_whole_grapheme(editor, name):
    """Forwards as well."""
    editor.load_text(SAMPLES[name])
    editor.move_cursor((0, 1))
    editor.action_delete_right()

    assert "ab" == editor.text


async def test_no_click_lands_inside_a_grapheme(editor):
    """A place inside a family becomes the end of it."""
    editor.load_text(SAMPLES["family"])
    editor.move_cursor((0, 3))

    assert (0, 6) == editor.cursor_location


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("می\u200cخواهیم کمک کنیم", ["می\u200cخواهیم", "کمک", "کنیم"]),
        ("مُحَمَّدٌ رَسُولٌ", ["مُحَمَّدٌ", "رَسُولٌ"]),
        ("नमस्ते दुनिया", ["नमस्ते", "दुनिया"]),
        ("don't stop", ["don't", "stop"]),
        ("шаг вперёд", ["шаг", "вперёд"]),
        ("so good ❤️!", ["so", "good", "❤️!"]),
        ("שָׁלוֹם עולם", ["שָׁלוֹם", "עולם"]),
    ],
)
async def test_words_of_every_script_are_whole(editor, text, words):
    """Ctrl+right stops at the end of each word, not at its joiners, points or vowels."""
    editor.load_text(text)
    found, last = [], 0
    while editor.cursor_location != editor.document.end:
        editor.action_cursor_word_right()
        found.append(editor.text[last : editor.cursor_index].strip())
        last = editor.cursor_index

    assert words == [word for word in found if word]


async def test_deleting_a_word_leaves_the_ones_around_it(editor):
    """Ctrl+W takes the Persian word with its ZWNJ."""
    editor.load_text("سلام می\u200cخواهیم")
    editor.move_cursor(editor.document.end)
    editor.action_delete_word_left()

    assert "سلام " == editor.text


async def test_a_zero_width_non_joiner_can_be_typed(editor):
    """Shift+Space of a Persian keyboard arrives in the text."""
    editor.load_text("می")
    editor.move_cursor(editor.document.end)
    await editor.on_event(events.Key("zero_width_non_joiner", "\u200c"))
    await editor.on_event(events.Key("خ", "خ"))

    assert "می\u200cخ" == editor.text


async def test_what_is_pasted_is_cleaned(editor, app):
    """No escape, no override, one kind of line end; the cursor stands behind it."""
    editor.post_message(events.Paste("one\r\n\x1b[201~two\u202e"))
    await app.pilot.pause()

    assert "one\n[201~two" == editor.text
    assert editor.document.end == editor.cursor_location


async def test_loaded_and_inserted_text_is_cleaned(editor):
    """Drafts and snippets pass the same door."""
    editor.load_text("a\x1bb")
    editor.insert("\x9bc", editor.document.end)

    assert "abc" == editor.text


async def test_one_undo_takes_back_a_paste(editor, app):
    """What came in one piece goes in one piece."""
    await app.pilot.press("h", "i")
    editor.post_message(events.Paste(" there and more"))
    await app.pilot.pause()
    editor.undo()

    assert "hi" == editor.text


def hint(start, end, fix=None, **more):
    return HintShown("x", "warn", start, end, "careful", fix, **more)


async def test_a_hint_is_underlined(editor):
    """The words that a hint speaks of, and no others."""
    editor.load_text("this is bad")
    editor.hints = (hint(8, 11),)
    line = editor.get_line(0)

    assert [(8, 11)] == [(s.start, s.end) for s in line.spans if s.style.underline]


async def test_a_hint_reaches_the_screen(editor, app):
    """Setting hints alone is enough to see them."""
    editor.load_text("this is bad")
    await app.pilot.pause()
    editor.hints = (hint(8, 11),)
    strip = editor.render_line(0)

    assert ["bad"] == [s.text for s in strip if s.style and s.style.underline]


async def test_hints_move_with_their_words(editor):
    """Typing before a hint shifts it; typing into it takes it away."""
    editor.load_text("this is bad and sad")
    editor.hints = (hint(8, 11), hint(16, 19))
    editor.insert("so ", (0, 8))
    editor.insert("d", (0, 20))

    assert [(11, 14)] == [(h.start, h.end) for h in editor.hints]


async def test_a_quick_fix_is_one_undo(editor):
    """The remedy replaces the words, and undo brings them back."""
    editor.load_text("one two")
    editor.hints = (hint(4, 7, "three"),)

    assert editor.quick_fix()
    assert "one three" == editor.text
    editor.undo()
    assert "one two" == editor.text


async def test_a_fix_may_go_elsewhere_than_its_hint(editor):
    """A missing greeting is put at the start."""
    editor.load_text("thanks")
    editor.hints = (hint(0, 0, "Hello,\n", fix_start=0, fix_end=0),)
    editor.quick_fix()

    assert "Hello,\nthanks" == editor.text


async def test_without_a_fix_nothing_changes(editor):
    """The key does nothing where no hint has a remedy."""
    editor.load_text("fine")
    editor.hints = (hint(0, 4),)

    assert not editor.quick_fix()
    assert "fine" == editor.text


async def test_the_cursor_never_splits_an_emoji_on_screen(editor, app):
    """The whole family is in one piece of one style."""
    editor.load_text(f"a{FAMILY}b")
    editor.move_cursor((0, 1))
    await app.pilot.pause()

    assert FAMILY in [segment.text for segment in editor.render_line(0)]


async def test_indices_and_places_agree(editor):
    """Over several lines, both ways."""
    editor.load_text("ab\n\ncd")

    assert list(range(7)) == [editor.index_of(editor.location_of(i)) for i in range(7)]


async def test_a_fix_with_a_blank_selects_it(editor):
    """What the team does is not known: the agent writes it at once."""
    editor.load_text("thanks")
    editor.hints = (hint(6, 6, " We {?what we do}.", fix_start=6, fix_end=6),)
    editor.quick_fix()

    assert "{?what we do}" == editor.selected_text


async def test_blanks_are_visited_in_turn(editor):
    """After the last one comes the first."""
    editor.load_text("{?a} and {?b}")
    editor.move_cursor((0, 0))
    seen = []
    for _ in range(3):
        editor.go_to_blank()
        seen.append(editor.selected_text)

    assert ["{?a}", "{?b}", "{?a}"] == seen


async def test_a_hint_without_a_remedy_is_gone_to(editor):
    """Its words are selected, to be written over."""
    editor.load_text("this is bad")
    editor.hints = (hint(8, 11),)

    assert editor.go_to_hint()
    assert "bad" == editor.selected_text
