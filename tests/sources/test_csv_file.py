"""Import from files: guessed columns, odd encodings, bad rows by line, the same ids again."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sources.base import Post, SourceError
from sources.csv_file import BadRow, Mapped, guess, read_header, read_posts
from sources.ratings import read_rating


def file(tmp_path: Path, content: str | bytes, name: str = "rows.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def posts(path: Path, **options: object) -> list[Post | BadRow]:
    return list(read_posts(path, Mapped(guess(read_header(path)), **options)))  # type: ignore[arg-type]


def test_usual_columns_are_recognised(tmp_path: Path) -> None:
    """A marketplace's export needs no mapping."""
    path = file(
        tmp_path, "Date,Rating,Comments,Order ID,Rater Email\n5/1/2027,2,Late again,77,x@y.z\n"
    )

    assert {
        "occurred_at": "Date",
        "rating": "Rating",
        "text": "Comments",
        "thread": "Order ID",
        "author": "Rater Email",
    } == guess(read_header(path))


def test_a_row_becomes_a_post(tmp_path: Path) -> None:
    """Text, stars, name and time in the file's zone."""
    path = file(tmp_path, "name;stars;comment;date\nМарина;4,5;Хорошо;2027-05-05 12:00\n")

    (post,) = posts(path, zone=ZoneInfo("Europe/Moscow"))

    assert isinstance(post, Post)
    assert ("Марина", 4.5, "Хорошо") == (post.author, post.rating, post.text)
    assert datetime(2027, 5, 5, 9, tzinfo=UTC) == post.occurred_at
    assert post.assumed_zone


def test_bad_rows_are_reported_by_line_and_the_rest_goes_on(tmp_path: Path) -> None:
    """Nothing is lost for one broken row."""
    path = file(
        tmp_path, 'text,stars,date\n"two\nlines",5,\nok,eleven,\n,,\nfine,1,yesterdayish\nlast,2,\n'
    )

    found = posts(path)

    assert ["two\nlines", "last"] == [one.text for one in found if isinstance(one, Post)]
    assert [(4, "no rating: 'eleven'"), (5, "neither text nor rating")] == [
        (one.line, one.problem) for one in found if isinstance(one, BadRow)
    ][:2]
    assert "no date: 'yesterdayish'" in str(found)


def test_the_same_file_gives_the_same_ids(tmp_path: Path) -> None:
    """An import can be repeated: rows without an id are known by what they say."""
    path = file(tmp_path, "text,author\nhello,ana\nhello,bo\n")

    first, again = posts(path), posts(path)

    assert first == again
    assert 2 == len({one.id for one in first if isinstance(one, Post)})


def test_json_lines_and_their_broken_lines(tmp_path: Path) -> None:
    """One object a line; a line that is none is a bad row."""
    path = file(tmp_path, '{"id": 7, "text": "hi", "nps": 9}\n[1]\n{"id": 8, "text": "yo"}\n')

    found = posts(path, rating_max=10, kind="survey")

    assert ["7", "8"] == [one.id for one in found if isinstance(one, Post)]
    assert [2] == [one.line for one in found if isinstance(one, BadRow)]


@pytest.mark.parametrize("encoding", ["cp1251", "utf-16", "utf-8-sig"])
def test_old_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    """Exports of old tools come in their own letters."""
    path = file(tmp_path, "текст,имя\nНе пришёл заказ,Ольга\n".encode(encoding))

    (post,) = posts(path)

    assert isinstance(post, Post)
    assert ("Не пришёл заказ", "Ольга") == (post.text, post.author)


def test_controls_never_come_in(tmp_path: Path) -> None:
    """What a terminal would obey is removed."""
    path = file(tmp_path, '{"id": "1", "text": "a\\u001b]0;x\\u0007b \\u202egnp"}\n')

    (post,) = posts(path)

    assert isinstance(post, Post)
    assert not {"\x1b", "\x07", "\u202e"} & set(post.text)


def test_a_missing_column_and_an_empty_file_are_sentences(tmp_path: Path) -> None:
    """Wrong use is told before anything is read."""
    with pytest.raises(SourceError, match="no column 'body'"):
        list(read_posts(file(tmp_path, "text\nx\n"), Mapped({"text": "body"})))
    with pytest.raises(SourceError, match="there are no rows"):
        read_header(file(tmp_path, ""))


@pytest.mark.parametrize(
    ("written", "scale", "expected"),
    [
        ("★★★☆☆", 5, (3.0, 5)),
        ("4/5", 5, (4.0, 5)),
        ("8 out of 10", 5, (8.0, 10)),
        ("FOUR", 5, (4.0, 5)),
        ("9", 10, (9.0, 10)),
        ("۴", 5, (4.0, 5)),
        ("👍", 5, (1.0, 1)),
        (True, 5, (1.0, 1)),
        ("satisfied", 5, (4.0, 5)),
        ("7", 5, None),
        ("-1", 5, None),
        ("n/a", 5, None),
    ],
)
def test_ratings_of_every_kind(written: object, scale: int, expected: object) -> None:
    """Stars, words, scores and thumbs are read; nonsense is none."""
    assert expected == read_rating(written, scale)
