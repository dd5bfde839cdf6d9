"""Which writing a text uses: confidence is calibrated, and the labels weighed, for each apart."""

import re

WRITINGS = ("latin", "cyrillic", "arabic", "persian", "none")
"""`none` is for texts without letters: emoji, numbers, marks."""

_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_ARABIC = re.compile(r"[\u0620-\u06ff\ufb50-\ufdff\ufe70-\ufefc]")
# What only one of the two languages has: letters and the smallest words. Some Persians type
# on Arabic keyboards, so their ي and ك prove little, and are not looked at.
_ARABS_OWN = re.compile(r"[\u0629\u0649\u0623\u0625\u0624]|\b(?:في|على|عن|هذا|مش|ال\w{3,})\b")
_PERSIANS_OWN = re.compile(
    r"[\u067e\u0686\u0698\u06af\u06cc\u06a9]"
    r"|\b(?:است|اين|از|به|را|براي|خيلي|بود|هم|ولي|مي|هاي|نداره|داره|عالي)\b"
)
_LOOKED_AT = 1000


def writing(text: str) -> int:
    """Index into `WRITINGS` of the letters that a text, as typed, mostly uses."""
    text = text[:_LOOKED_AT]
    counts = [len(letters.findall(text)) for letters in (_LATIN, _CYRILLIC, _ARABIC)]
    if not any(counts):
        return WRITINGS.index("none")
    most = counts.index(max(counts))
    if most < 2:
        return most
    persian = len(_PERSIANS_OWN.findall(text)) > len(_ARABS_OWN.findall(text))
    return WRITINGS.index("persian" if persian else "arabic")
