"""Notification mails turned into reviews: what to look for stands in small TOML files.

A platform without an open interface still writes a mail for each review. A recipe says whose mail
it is, and where stars, author, text and address stand in it; `recipes/README.md` shows how.
"""

from __future__ import annotations

import html
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, cast, get_args

from sources.base import Kind, OptionError, Post
from sources.mail_letter import Letter
from sources.options import Options, is_address
from sources.ratings import read_rating
from sources.said import say
from sources.text import AUTHOR_LIMIT, BODY_LIMIT, TITLE_LIMIT, URL_LIMIT, clean, clip

OURS = Path(__file__).parent / "recipes" / "mail"
_FIELDS = ("id", "stars", "author", "title", "text", "url", "place")
_HREF = re.compile(r"""\bhref\s*=\s*["']?(https?://[^\s"'<>]{1,2000})""", re.I)
_BARE = re.compile(r"https?://[^\s\"'<>()]{1,2000}")
_LINKS = 200
_SEARCHED = 20_000
"""Characters looked through: expressions take their time on text that was written against them."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """One platform's notification."""

    name: str
    senders: tuple[str, ...]
    """Domains that the platform writes from; their subdomains count too."""
    subject: re.Pattern[str]
    find: Mapping[str, tuple[re.Pattern[str], ...]]
    """For each field the expressions that are tried in turn; the first group is the value."""
    kind: Kind = "review"
    rating_max: int = 5
    ratings: Mapping[str, float] = field(default_factory=dict)
    """The platform's own words for ratings, in small letters."""
    needs: tuple[str, ...] = ("text", "stars")
    """One of these must be found, else the mail's form is one that nobody knew."""
    answer: str = "site"
    """`site`: the answer is given there; `mail`: an answer to the mail reaches the customer."""

    def is_from(self, domain: str) -> bool:
        return any(domain == one or domain.endswith(f".{one}") for one in self.senders)

    def read(self, letter: Letter) -> Post | None:
        """The review in the letter, or None where its form is unknown."""
        words = f"{letter.subject}\n{letter.text}\n{letter.quoted}"[:_SEARCHED]
        links = "\n".join(_links(letter))
        found = {
            name: _first(self.find.get(name, ()), links if name == "url" else words)
            for name in _FIELDS
        }
        found["id"] = _first(self.find.get("id", ()), f"{links}\n{words}")
        if not any(found[name] for name in self.needs):
            return None
        rating, rating_max = self._rating(found["stars"])
        told = clip(clean(found["id"]).strip(), 200)
        id = f"{self.name.lower()}:{told}" if told else letter.message_id
        url = clip(found["url"], URL_LIMIT)
        return Post(
            id=id,
            text=clip(clean(found["text"]).strip().strip('"“”«»'), BODY_LIMIT),
            kind=self.kind,
            title=clip(_line(found["title"]), TITLE_LIMIT),
            author=clip(_line(found["author"]), AUTHOR_LIMIT),
            author_id=letter.reply_to or letter.address if self.answer == "mail" else "",
            url=url if is_address(url) else "",
            thread=letter.root if self.answer == "mail" else id,
            rating=rating,
            rating_max=rating_max,
            private=self.answer == "mail",
            extra={"platform": self.name}
            | ({"place": clip(_line(found["place"]), TITLE_LIMIT)} if found["place"] else {}),
        )

    def _rating(self, told: str) -> tuple[float | None, int]:
        word = _line(told).lower()
        if word in self.ratings:
            return self.ratings[word], self.rating_max
        return read_rating(word, self.rating_max) or (None, self.rating_max)


def recipes(folder: str) -> tuple[Recipe, ...]:
    """The recipes of `folder` (empty for none), then ours.

    Raises `OptionError` that names the file and what is wrong with it.
    """
    given = _folder(Path(folder).expanduser()) if folder else ()
    return given + _shipped()


@cache
def _shipped() -> tuple[Recipe, ...]:
    return _folder(OURS)


def _folder(folder: Path) -> tuple[Recipe, ...]:
    if not folder.is_dir():
        raise OptionError({"recipes": say("{folder} is no folder", folder=folder)})
    return tuple(_load(path) for path in sorted(folder.glob("*.toml")))


def _load(path: Path) -> Recipe:
    try:
        table = tomllib.loads(path.read_text("utf-8"))
        read = Options(table)
        recipe = _built(read)
        read.done()
    except OptionError as error:
        raise OptionError({"recipes": f"{path.name}: {error}"}) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise OptionError({"recipes": f"{path.name}: {error}"}) from None
    return recipe


def _built(read: Options) -> Recipe:
    find = read.inner("find")
    ratings = read.table("ratings")
    if not all(isinstance(value, int | float) for value in ratings.values()):
        read.wrong("ratings", say("expected a table of numbers"))
        ratings = {}
    return Recipe(
        name=read.text("name"),
        senders=tuple(one.lower() for one in read.texts("senders")),
        subject=_expressions(read, "subject")[0],
        find={name: _expressions(find, name) for name in _FIELDS if find.has(name)},
        kind=cast(Kind, read.choice("kind", get_args(Kind), "review")),
        rating_max=read.whole("rating_max", 5, 1, 1000),
        ratings={word.lower(): float(value) for word, value in ratings.items()},
        needs=read.texts("needs", ("text", "stars")),
        answer=read.choice("answer", ("site", "mail"), "site"),
    )


def _expressions(read: Options, key: str) -> tuple[re.Pattern[str], ...]:
    found = []
    for written in read.texts(key) or (".",):
        try:
            found.append(re.compile(written, re.IGNORECASE | re.MULTILINE))
        except re.error as error:
            read.wrong(key, say("expected a regular expression; {error}", error=error))
    return tuple(found) or (re.compile("."),)


def is_genuine(letter: Letter, trusted: str) -> bool:
    """Whether the sender's domain is vouched for, as far as anybody checked it.

    `trusted` is the name of our own mail server in Authentication-Results (empty: the first such
    header, which the nearest server wrote, counts). With a name, a mail that it did not check is
    not genuine; without one, a mail that nobody checked is taken at its word.
    """
    domain = letter.address.rpartition("@")[2]
    if not domain or letter.from_many:
        return False
    results = [_comments_gone(one) for one in letter.results]
    if trusted:
        results = [one for one in results if one.partition(";")[0].split()[:1] == [trusted]]
        if not results:
            return False
    if not results:
        return True
    checks = [check.strip().lower() for check in results[0].split(";")[1:]]
    return any(_vouches(check, domain) for check in checks)


def is_disproved(letter: Letter) -> bool:
    """Whether our mail server found that the sender's domain did not send this."""
    return bool(letter.results) and "dmarc=fail" in _comments_gone(letter.results[0]).lower()


def _vouches(check: str, domain: str) -> bool:
    method = re.match(r"(dmarc|dkim)\s*=\s*pass\b", check)
    if method is None:
        return False
    keys = "header.from" if method[1] == "dmarc" else r"header\.(?:d|i)"
    named = re.search(rf"\b{keys}\s*=\s*\"?([^\s;\"]+)", check)
    signer = named[1].rpartition("@")[2] if named else ""
    # A signature of "platform.com" vouches for "mail.platform.com", and the other way round.
    return bool(signer.count(".")) and (
        domain == signer or domain.endswith(f".{signer}") or signer.endswith(f".{domain}")
    )


def _comments_gone(header: str) -> str:
    return re.sub(r"\([^()]*\)", " ", header)


def recognised(letter: Letter, known: Sequence[Recipe], trusted: str) -> tuple[Post | None, str]:
    """The review that a notification tells of, and a note where it looks like one but is none."""
    domain = letter.address.rpartition("@")[2]
    theirs = [one for one in known if one.is_from(domain) and one.subject.search(letter.subject)]
    if not theirs:
        return None, ""
    if not is_genuine(letter, trusted):
        return None, say("says {name}, not proven", name=theirs[0].name)
    for recipe in theirs:
        if post := recipe.read(letter):
            return post, ""
    return None, say("{name}, form unknown", name=theirs[0].name)


def _links(letter: Letter) -> list[str]:
    found = [html.unescape(link) for link in _HREF.findall(letter.html)]
    found += _BARE.findall(letter.text)
    return found[:_LINKS]


def _first(expressions: Sequence[re.Pattern[str]], words: str) -> str:
    for expression in expressions:
        if match := expression.search(words):
            return str((match[1] if expression.groups else match[0]) or "")
    return ""


def _line(text: Any) -> str:
    return " ".join(clean(str(text)).split())
