"""Which language a short text is in, without asking anybody.

The script decides first, then letters and small words that only one of the
team's languages has, and only then a model restricted to those languages.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_SCRIPTS = {
    "Arabic": ("ar", "fa", "ur", "ps", "ckb", "ug"),
    "Cyrillic": ("ru", "uk", "bg", "sr", "be", "mk", "kk", "ky", "mn", "tg"),
    "Hebrew": ("he", "yi"),
    "Greek": ("el",),
    "Armenian": ("hy",),
    "Georgian": ("ka",),
    "Devanagari": ("hi", "mr", "ne"),
    "Bengali": ("bn",),
    "Thai": ("th",),
    "Hangul": ("ko",),
    "Hiragana": ("ja",),
    "Katakana": ("ja",),
    "Cjk": ("zh", "ja"),
}
_NOT_WORDS = re.compile(r"https?://\S+|(?<!\S)\S{1,200}@\S+|[@#]\w+|[\d_]+")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")

# letters and small words; a word counts three times a letter, because Persian is
# also typed on Arabic keyboards, with the Arabic yeh and kaf.
_LETTERS = {
    "fa": "پچژگیک\u200c",
    "ar": "ةيكأإىؤئ",
    "ur": "ٹڈڑںےہھ",
    "uk": "іїєґ",
    "ru": "ыэёъ",
}
_SMALL_WORDS = {
    "fa": "است بود نیست خیلی که را رو شما ما من این آن با از برای هم می نمی شد شده کرد کردم کنید "
    "دارد دارم ندارد سلام ممنون بابت لطفا لطفاً هستید هستیم باشید خوب بد اگر ولی اما چرا چقدر کار "
    "ها های تا نه بله یک در به و خواهیم کنیم کردید عزیز جان درود "
    "نمیشه میشه نشد بودم عالی کیفیت اصلا اصلاً هیچ فقط",
    "ar": "في من على إلى الى أن ان هذا هذه لا لم لن ما كان كانت هو هي مع عن قد جدا جدًا جداً شكرا "
    "شكرًا مرحبا مرحبًا أهلا أهلًا السلام عليكم نحن أنت لك لكم كل بعد قبل عند غير التي الذي ثم أو "
    "سوف يا نعم منكم لكن ليس خلال نعتذر وصل مرة",
    "ur": "ہے ہیں کا کی کے میں نے سے کو پر نہیں اور یہ وہ بہت تھا",
    "en": "the a an is are was were to of and in for on with you your we our it this that i my not "
    "have has be at as if so but will can please thank thanks hello hi dear sorry me they from by "
    "no do very good bad great never all just after when what how us out again would could",
    "ru": "и в не на что с я это как но по за вы мы вам нас у из так же все очень бы для к до от "
    "было был была спасибо здравствуйте пожалуйста нет да если уже ваш наш",
    "uk": "та це не що як ви ми дуже дякую вам нас був було для до від якщо вже ще чи також",
    "de": "der die das und ist nicht wir sie ihr ihre ich ein eine für mit auf zu vielen dank sehr "
    "es haben wurde auch bei von",
    "fr": "le la les et est pas nous vous votre vos je un une pour avec de des du merci très en que "
    "qui sur dans",
    "es": "el la los las y es no nosotros usted su un una para con de que gracias muy en por lo se",
    "it": "il lo la gli le e è non noi lei un una per con di che grazie molto in del della sono ci si",
    "pt": "o a os as e é não nós seu sua um uma para com de que obrigado muito em por do da se",
    "nl": "de het een en is niet wij we u uw ik voor met op van dat dank zeer ook bij aan zijn",
    "pl": "i w na nie się jest to z za do że dziękuję bardzo państwa pan pani przez dla ale czy",
    "tr": "ve bir bu için çok değil ile siz biz teşekkür da de ne var yok olarak",
}
_ENOUGH_WORDS = 3
_CONFIDENT = 0.8
_SHARE_OF_SMALL_WORDS = 0.2


@lru_cache(maxsize=2048)
def _seen(text: str, languages: tuple[str, ...]) -> tuple[str | None, bool]:
    words = [word.lower() for word in _WORD.findall(_NOT_WORDS.sub(" ", text))]
    script = _script("".join(words))
    if script is None:
        return None, False
    candidates = [code for code in languages if _writes(code, script)]
    enough = len(words) >= _ENOUGH_WORDS
    if not candidates:
        return _stranger(script), enough
    scores = _scores(text, words, candidates)
    best, second = ([*scores.most_common(2), ("", 0), ("", 0)])[:2]
    if best[1] > second[1] and _telling(script, best[0], best[1], words):
        return best[0], enough and best[1] >= 2 * second[1]
    if len(candidates) == 1 and script != "Latin":
        return candidates[0], enough
    if len(candidates) == 1 and (stranger := _latin_stranger(words, candidates[0])):
        return stranger, True
    guess, probability = _model_says(text, tuple(candidates))
    return guess, enough and probability >= _CONFIDENT and _known(script, candidates, scores)


def detect(text: str, languages: Sequence[str], previous: str | None = None) -> tuple[str, bool]:
    """The text's language among the team's, and whether that is certain.

    Where the text is too short to tell, or has no letters, the language of the
    customer's earlier messages is kept, without certainty. A script that none
    of the team's languages uses gives the language it belongs to.
    """
    guess, confident = _seen(text, tuple(languages))
    if confident and guess:
        return guess, True
    return previous or guess or (languages[0] if languages else "en"), False


def share(text: str, language: str) -> float:
    """How much of the text is in scripts that the language is written in, 0 to 1."""
    letters = "".join(_WORD.findall(_NOT_WORDS.sub(" ", text)))
    counted = Counter(filter(None, map(_script_of, letters)))
    own = sum(count for name, count in counted.items() if _writes(language, name))
    return own / max(1, counted.total())


def writes(language: str, script: str) -> bool:
    """Whether the language is written in this script."""
    return _writes(language, script)


def script(text: str) -> str | None:
    """The script most letters of the text belong to, or None when it has no letters."""
    return _script("".join(_WORD.findall(_NOT_WORDS.sub(" ", text))))


def _script(letters: str) -> str | None:
    found = Counter(filter(None, map(_script_of, letters)))
    return found.most_common(1)[0][0] if found else None


@lru_cache(maxsize=8192)
def _script_of(character: str) -> str | None:
    if not character.isalpha():
        return None
    return unicodedata.name(character, "").partition(" ")[0].capitalize() or None


def _writes(language: str, script: str) -> bool:
    """Whether the language is written so; languages that are not listed use Latin."""
    listed = _SCRIPTS.get(script)
    if listed is not None:
        return language in listed
    return not any(language in others for others in _SCRIPTS.values())


def _stranger(script: str) -> str | None:
    return _SCRIPTS[script][0] if script in _SCRIPTS else None


def _scores(text: str, words: list[str], candidates: list[str]) -> Counter[str]:
    scores: Counter[str] = Counter()
    for code in candidates:
        letters = _LETTERS.get(code, "")
        small = _small_words(code)
        scores[code] = sum(text.count(letter) for letter in letters)
        scores[code] += 3 * sum(word in small for word in words)
    if "ar" in scores:
        scores["ar"] += 2 * sum(word.startswith(("ال", "وال", "بال")) for word in words)
    return scores


@cache
def _small_words(language: str) -> frozenset[str]:
    return frozenset(_SMALL_WORDS.get(language, "").split())


def _telling(script: str, language: str, score: int, words: list[str]) -> bool:
    """Whether small words and letters suffice; Latin words occur in many languages."""
    if script != "Latin":
        return score >= 2
    small = sum(word in _small_words(language) for word in words)
    return small >= max(2, _SHARE_OF_SMALL_WORDS * len(words))


def _latin_stranger(words: list[str], own: str) -> str | None:
    """The Latin language that small words give away, where the team answers in one other alone."""
    counted = Counter(
        {code: sum(word in _small_words(code) for word in words) for code in _SMALL_WORDS}
    )
    at_home = counted.pop(own, 0)
    ((code, count),) = counted.most_common(1)
    telling = count >= max(3, _SHARE_OF_SMALL_WORDS * len(words))
    return code if telling and count > 2 * at_home else None


def _known(script: str, candidates: list[str], scores: Counter[str]) -> bool:
    """One Latin language alone proves nothing: the text may be in a fourth one."""
    return script != "Latin" or len(candidates) > 1 or scores[candidates[0]] > 0


def _model_says(text: str, candidates: tuple[str, ...]) -> tuple[str, float]:
    if len(candidates) == 1:
        return candidates[0], 0.0 if not _scores_any(text, candidates[0]) else _CONFIDENT
    language, probability = _model(candidates).classify(text)
    return str(language), float(probability)


def _scores_any(text: str, language: str) -> bool:
    return any(word.lower() in _small_words(language) for word in _WORD.findall(text))


@cache
def _model(languages: tuple[str, ...]) -> LanguageIdentifier:
    """The shipped model for these languages: 0.7 s and 94 MB at its first use."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    known = set(identifier.labels)
    identifier.set_languages([code for code in languages if code in known] or list(languages))
    return identifier
