"""Hostile feed documents of our own: each one broke some reader, or was written to.

`DOCUMENTS` maps a name to bytes. None of them may take the parse process's limits with it
further than itself, and none may bring a control character or an override into an item.
"""

from __future__ import annotations

import gzip
import random
from collections.abc import Iterator

_RSS = (
    '<?xml version="1.0"?>{head}<rss version="2.0"><channel><title>t</title>{items}</channel></rss>'
)
_ATOM = (
    '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>t</title>{items}</feed>'
)


def rss(items: str, head: str = "") -> bytes:
    """An RSS 2.0 document around `items`."""
    return _RSS.format(items=items, head=head).encode("utf-8", "surrogatepass")


def atom(items: str) -> bytes:
    """An Atom document around `items`."""
    return _ATOM.format(items=items).encode("utf-8", "surrogatepass")


def _item(text: str, **fields: str) -> str:
    more = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    return f"<item><guid>1</guid><title>{text}</title>{more}</item>"


def entity_chain(length: int) -> bytes:
    """Entities that each name the one before: 30,000 of them end an interpreter (CVE-2024-8176)."""
    links = "".join(f'<!ENTITY e{n} "&e{n - 1};">' for n in range(1, length))
    return rss(_item(f"&e{length - 1};"), f'<!DOCTYPE rss [<!ENTITY e0 "x">{links}]>')


def laughs(levels: int) -> bytes:
    """Entities that multiply by ten at each level."""
    rows = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, levels))
    return rss(_item(f"&l{levels - 1};"), f'<!DOCTYPE rss [<!ENTITY l0 "lol">{rows}]>')


def many_attributes(count: int) -> bytes:
    """One tag with so many attributes: quadratic time in the loose reader."""
    attributes = " ".join(f'a{n}="x"' for n in range(count))
    return f"<rss><channel><item {attributes}><title>x</title></item></channel>".encode()


_CONTROLS = "".join(map(chr, (*range(1, 9), 11, 12, *range(14, 32), *range(127, 160))))
_BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_ESCAPES = (
    "\x1b]52;c;cm0gLXJm\x07", "\x1b[2J\x1b[H", "\x9b31m", "\x1bP+q\x1b\\", "\x1b_Gx\x1b\\",
    "\x1b[201~", "\x1bc", "\u2028[SENT by Ann]\u2029",
)  # fmt: skip

DOCUMENTS: dict[str, bytes] = {
    "empty": b"",
    "blank": b" \n\t ",
    "nul": b"\0" * 1000,
    "text": b"just words",
    "html": b"<!doctype html><html><body>hello</body></html>",
    "gzip": gzip.compress(rss(_item("x"))),
    "half": rss(_item("x") * 3)[:-60],
    "cut in a guid": rss(_item("x") + "<item><title>y</title><guid>http://example.com/12")[:-16],
    "no end": b"<rss version='2.0'><channel><item>" * 500,
    "deep": b"<a>" * 20_000,
    "deep html": atom(f"<entry><content type='html'>{'&lt;div&gt;' * 20_000}</content></entry>"),
    "external entity": rss(_item("&x;"), '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
    "external dtd": rss(_item("x"), '<!DOCTYPE r SYSTEM "http://127.0.0.1:1/x.dtd">'),
    "parameter entity": rss(
        _item("x"), '<!DOCTYPE r [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x"> %p;]>'
    ),
    "chain": entity_chain(30_000),
    "chain in utf-16": entity_chain(2_000).decode().encode("utf-16"),
    "chain in lower case": entity_chain(2_000).replace(b"<!ENTITY", b"<!entity"),
    "chain behind the declaration": entity_chain(2_000).replace(b"\n", b""),
    "laughs": laughs(9),
    "few laughs": laughs(6),
    "attributes": many_attributes(2_000),
    "escapes": rss("".join(_item(text) for text in _ESCAPES)),
    "escapes by reference": rss(_item("&#27;[31m&#x9b;31m&#x202e;&amp;#27;[2J&amp;#8238;")),
    "controls": rss(_item(_CONTROLS + _BIDI, description=_CONTROLS, author=_BIDI, link=_CONTROLS)),
    "surrogates": rss(_item("a\ud800b", description="&#55296;&#xDFFF;")),
    "bad references": rss(_item("&#xFFFFFFFF;&#-1;&#x110000;&bogus;&#;&")),
    "bad utf-8": rss(_item("abc")).replace(b"abc", b"a\xff\xfe\xc0\x80b\xed\xa0\x80c"),
    "strange encoding": rss(_item("x"), "").replace(b'"1.0"', b'"1.0" encoding="punycode"'),
    "undefined encoding": rss(_item("x")).replace(b'"1.0"', b'"1.0" encoding="undefined"'),
    "escape encoding": rss(_item("x\\x1b")).replace(
        b'"1.0"', b'"1.0" encoding="unicode_escape"'
    ),
    "utf-7": rss(_item("+ABs-")).replace(b'"1.0"', b'"1.0" encoding="utf-7"'),
    "long title": rss(_item("x" * 2_000_000)),
    "one word": rss(_item("ж" * 200_000, description="\u0301" * 200_000)),
    "zalgo": rss(_item("Z" + "\u0335\u0320" * 5_000)),
    "many items": rss("".join(f"<item><guid>{n}</guid></item>" for n in range(20_000))),
    "same id": rss("".join(_item(f"review {n}") for n in range(200))),
    "no id": rss("<item><description>only words</description></item>" * 3),
    "nothing": rss("<item/>" * 100),
    "nested items": rss("<item><item><item><title>x</title></item></item></item>"),
    "links": rss(
        "".join(
            f"<item><link>{link}</link><guid>{link}</guid></item>"
            for link in (
                "javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "//[::bad",
                "http://", "http://[", "ssh://-oProxyCommand=x", "https://user:pw@example.com/",
                "http://example.com/" + "a" * 5_000, "http://exa\nmple.com/", "\x1b]8;;http://x\x07",
            )
        )
    ),
    "base": rss(_item("x", link="x")).replace(b"<channel>", b'<channel xml:base="file:///etc/x">'),
    "dates": rss(
        "".join(
            f"<item><guid>{date}</guid><pubDate>{date}</pubDate></item>"
            for date in (
                "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "99999999999999", "2024-02-30",
                "-1", "Tue, 99 Nov 2026 99:99:99 +9999", "٢٠٢٦-١١-٢٤", "2026-11-24T12:00:00+99:99",
                "x" * 10_000, "1e999", "nan", "00000000", "24:00",
            )
        )
    ),
    "ratings": atom(
        "".join(
            f'<entry xmlns:im="http://itunes.apple.com/rss"><id>{n}</id><im:rating>{n}</im:rating>'
            "</entry>"
            for n in ("5", "0", "-1", "6", "nan", "inf", "1e999", "five", "٥")
        )
    ),
    "geography": rss(
        '<item xmlns:georss="http://www.georss.org/georss" xmlns:gml="http://www.opengis.net/gml">'
        "<title>x</title><georss:where><gml:Point><gml:pos>a b</gml:pos></gml:Point>"
        "</georss:where><gml:posList>1 2 x</gml:posList></item>"
    ),
    "host": rss(_item("x", link="http://xn--a.com/\u2024", comments="http://[::1")),
    "doctype entity": b"<!DOCTYPE r [<!ENTITY a\\g<9> 'x'>]><rss><channel><item><title>&a;</title>",
    "json": b'{"version": "https://jsonfeed.org/version/1", "items": [1, null, [], {"id": {}}]}',
    "json types": b'{"items": [{"id": 7, "title": ["x"], "url": 1, "author": "me", "authors": 3}]}',
    "json deep": b'{"items": ' + b"[" * 100_000,
    "json escapes": rb'{"items": [{"id": "1", "content_text": "\u001b[31m\u202e\ud800"}]}',
    "json numbers": b'{"items": [{"id": 1e999}, {"id": 123456789012345678901234567890}]}',
    "json list": b"[[[]]]",
    "app store": b'{"feed": {"entry": {"id": 5, "im:rating": {"label": 9}, "author": [], "link": 1}}}',
}  # fmt: skip


def mutations(documents: list[bytes], count: int, seed: int) -> Iterator[bytes]:
    """`count` damaged copies: bytes flipped, runs cut, doubled, moved, tags of others inserted."""
    chance = random.Random(seed)
    pieces = (b"<![CDATA[", b"]]>", b"<!--", b"&#x1b;", b"<item>", b"</rss>", b"\xff", b"\0", b"<?")
    for _ in range(count):
        data = bytearray(chance.choice(documents))
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(data) + 1)
            length = chance.randint(1, 40)
            match chance.randrange(5):
                case 0 if at < len(data):
                    data[at] = chance.randrange(256)
                case 1:
                    del data[at : at + length]
                case 2:
                    data[at:at] = data[at : at + length] * chance.randint(1, 20)
                case 3:
                    data[at:at] = chance.choice(pieces)
                case _:
                    other = chance.choice(documents)
                    start = chance.randrange(len(other) + 1)
                    data[at:at] = other[start : start + length]
        yield bytes(data)
