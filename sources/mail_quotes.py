"""Where the new words of a mail end and the repeated ones begin, in the ways mail programs write it."""

from __future__ import annotations

import re

_SAYS = (
    r"wrote|writes|schrieb|a écrit|escribió|ha scritto|escreveu|schreef|skrev|napisał\(a\)|пишет"
    r"|написал\(а\)|написала?|كتب|نوشت|yazdı"
)
_ATTRIBUTION = re.compile(rf"(?=.{{0,400}}[\d@]).{{0,400}}\b(?:{_SAYS})\b.{{0,60}}[:：]\s*\Z", re.I)
"""The line before a quote: a date or an address, a word for "wrote", a colon."""
_SEPARATOR = re.compile(
    r"\s*(?:-{2,}\s*(?:original message|forwarded message|ursprüngliche nachricht|message d'origine"
    r"|исходное сообщение|пересылаемое сообщение|الرسالة الأصلية|پیام اصلی)\s*-{2,})\s*",
    re.I,
)
_HEADER_LINE = re.compile(r"\*?(?:from|von|de|от|من|از)\s*\*?\s*:\s*\S", re.I)
_SECOND_LINE = re.compile(
    r"\*?(?:sent|date|to|gesendet|datum|an|envoyé|à|отправлено|дата|кому|التاريخ|إلى|تاریخ|به)"
    r"\s*\*?\s*:",
    re.I,
)
_HTML_QUOTE = re.compile(
    r"<div[^>]{0,300}(?:gmail_quote|gmail_extra|yahoo_quoted|moz-cite-prefix|protonmail_quote"
    r"|divRplyFwdMsg|appendonsend|mail-editor-reference-message-container)"
    r"|<blockquote[^>]{0,300}type=[\"']?cite",
    re.I,
)
_MARK = "> "


def apart(text: str) -> tuple[str, str]:
    """The newly written words, and the repeated ones at the end.

    Quotes between new words stay where they are: they are what the words answer.
    """
    lines = text.split("\n")
    start = _start_of_quote(lines)
    new, old = lines[:start], lines[start:]
    return "\n".join(new).strip(), "\n".join(old).strip()


def apart_in_html(markup: str) -> tuple[str, str]:
    """The markup before the first quotation a mail program marked, and the rest."""
    match = _HTML_QUOTE.search(markup)
    return (markup[: match.start()], markup[match.start() :]) if match else (markup, "")


def joined(text: str, quoted: str) -> str:
    """New words, then the repeated ones, each line of them marked: nothing is lost."""
    if not quoted:
        return text
    marked = [line if line.startswith(">") else _MARK + line for line in quoted.split("\n")]
    return f"{text}\n\n" + "\n".join(line.rstrip() for line in marked)


def _start_of_quote(lines: list[str]) -> int:
    for at, line in enumerate(lines):
        if _SEPARATOR.fullmatch(line[:200]) and _only_quote_follows(lines, at + 1, loose=True):
            return at
        if _HEADER_LINE.match(line[:200]) and _is_header_block(lines, at):
            ruled = at > 0 and len(lines[at - 1]) > 9 and not lines[at - 1].strip(" _-")
            return at - ruled
        if not line.startswith(">") and _attributes(lines, at):
            return at
    # A quote that nothing introduces, at the very end.
    end = len(lines)
    while end and (lines[end - 1].startswith(">") or not lines[end - 1].strip()):
        end -= 1
    return end


def _attributes(lines: list[str], at: int) -> bool:
    """Whether the line, or it and the next, say who wrote what is quoted below to the end."""
    for height in (1, 2):
        said = " ".join(lines[at : at + height])
        if _ATTRIBUTION.match(said[:500]):
            return _only_quote_follows(lines, at + height, loose=False)
    return False


def _only_quote_follows(lines: list[str], start: int, *, loose: bool) -> bool:
    rest = [line for line in lines[start:] if line.strip()]
    return bool(rest) and (loose or all(line.startswith(">") for line in rest))


def _is_header_block(lines: list[str], at: int) -> bool:
    """Whether the headers of an earlier mail stand here, as one program repeats them."""
    following = [line for line in lines[at + 1 : at + 6] if line.strip()]
    return sum(bool(_SECOND_LINE.match(line[:200])) for line in following) >= 2
