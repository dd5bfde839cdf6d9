"""The characters of a document whose encoding is declared wrongly, twice, or not at all."""

from __future__ import annotations

import codecs
import re
from email.message import Message

_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']\s*([A-Za-z0-9._:-]{1,40})")
_DECLARATION = re.compile(r"\A(\s*(?:<!--.*?-->\s*)*)<\?xml[^>]*\?>", re.DOTALL)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SHAPES = (
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
    (b"{\0", "utf-16-le"),
    (b"\0{", "utf-16-be"),
    (b"\x4c\x6f\xa7\x94", "cp037"),
)
# What the declared name means in practice: supersets that browsers use in its place.
_MEANT = {
    "gb2312": "gb18030", "gbk": "gb18030", "iso8859-1": "cp1252", "ascii": "cp1252",
    "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874", "euc_kr": "cp949",
    "shift_jis": "cp932", "big5": "big5hkscs",
}  # fmt: skip
_SEVEN_BIT = frozenset(("iso2022_jp", "iso2022_kr", "hz", "utf-7"))
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def decoded(data: bytes, content_type: str) -> str:
    """The document's text, without its encoding declaration and without illegal characters.

    A byte order mark counts most, then UTF-8 wherever the bytes are UTF-8 (text in another
    encoding hardly ever is by chance), then the document's own declaration, the HTTP header,
    and a guess. Never raises.
    """
    text = _decoded(data, content_type)
    return _ILLEGAL.sub("", _DECLARATION.sub(r"\1", text.lstrip("\ufeff"), count=1))


def _decoded(data: bytes, content_type: str) -> str:
    for mark, name in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace")
    for shape, name in _SHAPES:
        if data.startswith(shape):
            return data.decode(name, "replace")
    declared = _declared(data)
    charset = _charset(content_type)
    for name in (declared, charset):
        if name in _SEVEN_BIT and (text := _strictly(data, name)) is not None:
            return text
    if (text := _strictly(data, "utf-8")) is not None:
        return text
    if "utf-8" in (declared, charset):
        # One damaged byte does not make a UTF-8 document a Latin one.
        text = data.decode("utf-8", "replace")
        if text.count("\ufffd") * 20 < sum(byte > 127 for byte in data) + 40:
            return text
    for name in (declared, charset, _guess(data), "cp1252"):
        if name and name != "utf-8" and (text := _strictly(data, name)) is not None:
            return text
    return data.decode(declared or "cp1252", "replace")


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (ValueError, LookupError):
        return None


def _declared(data: bytes) -> str:
    match = _DECLARED.search(data[:2000])
    return _known(match.group(1).decode("ascii")) if match else ""


def _charset(content_type: str) -> str:
    message = Message()
    message["Content-Type"] = content_type.encode("ascii", "replace").decode()
    return _known(str(message.get_param("charset") or ""))


def _known(name: str) -> str:
    """Python's name of the encoding, or empty for what is no encoding of text."""
    try:
        found = codecs.lookup(name).name
        b"x".decode(found)
    except (LookupError, ValueError):
        return ""
    # A document that could be read this far is not in UTF-16 or UTF-32, whatever it says.
    return "" if found.startswith(("utf-16", "utf-32")) else _MEANT.get(found, found)


def _guess(data: bytes) -> str:
    """The likeliest encoding of undeclared bytes. A statistic: right for most longer texts."""
    from charset_normalizer import from_bytes  # 30 ms, for the few documents that need it

    # Markup is ASCII and says nothing; only what stands around it does.
    words = b" ".join(re.findall(rb"[^\x00-\x7f][^<>]*", data[:100_000]))
    best = from_bytes(words).best()
    return _known(best.encoding) if best else ""
