"""Which writing a text uses: confidence is calibrated, and the labels weighed, for each apart."""

import re

WRITINGS = ("latin", "english", "cyrillic", "arabic", "persian", "none")
"""`latin` is every language in Latin letters but English; `none` has no letters: emoji, numbers, marks."""

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
# Small words of English, and of the other languages in Latin letters that the model knows.
_ENGLISH = """
    the and is it you my this that of to i i'm not was with have are they your what how can on be
    for it's don't just so at we but all get good great love like app very please no thanks
"""
_OTHERS = """
    der die das ich und ist nicht zu mit auf wir du wie sie es ein eine den war für von mir wenn was
    le la les des est je pas que et un une vous nous pour dans ce qui sur mais avec tu il elle ça
    el los por con muy lo para del se al como más pero mi te su una esto hay no y
    de do da em um uma não os isso ele você meu na com o e a seu foi
    il che di per non sono è ho mi ma si con questo come della cosa ti i gli
    bir ve bu çok için ama ne ben da mi var sen değil güzel ürün kadar gibi o iyi
    het een en van ik dat niet je op te zijn voor met hij wat ze
"""
_ENGLISH_OWN, _OTHERS_OWN = frozenset(_ENGLISH.split()), frozenset(_OTHERS.split())
_EDGES = re.compile(r"[.,!?:;()\"]+")
_LOOKED_AT = 1000


def writing(text: str) -> int:
    """Index into `WRITINGS` of the letters that a text, as typed, mostly uses."""
    text = text[:_LOOKED_AT]
    counts = [len(letters.findall(text)) for letters in (_LATIN, _CYRILLIC, _ARABIC)]
    if not any(counts):
        return WRITINGS.index("none")
    most = counts.index(max(counts))
    if most == 0:
        words = _EDGES.sub(" ", text.lower()).split()
        english = sum(word in _ENGLISH_OWN for word in words)
        others = sum(word in _OTHERS_OWN for word in words) + (not text.isascii())
        return WRITINGS.index("english" if english >= others else "latin")
    if most == 1:
        return WRITINGS.index("cyrillic")
    persian = len(_PERSIANS_OWN.findall(text)) > len(_ARABS_OWN.findall(text))
    return WRITINGS.index("persian" if persian else "arabic")
