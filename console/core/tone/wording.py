"""What the words themselves say: blame, mockery, anger, risk. The lexicons decide."""

from __future__ import annotations

import re
from collections.abc import Iterator

from console.core.tone.hint import Finding
from console.core.tone.pack import Rule
from console.core.tone.reading import Reading, found

# hints whose words are harmless in an answer to a happy customer.
_COMPLAINTS_ONLY = frozenset({"non_apology", "promo_in_complaint", "policy_shield"})
_UNHAPPY_ONLY = frozenset({"humour_on_complaint"})
_NEVER_HAPPY = frozenset({"sarcasm"})
_RESCUED_WITHIN = 3
"""How many sentences, its own included, may hold the alternative."""

# laughing, partying, in love, on fire: 🙏, 🙂 and 😊 are left alone.
_CHEERFUL = re.compile(
    "[\U0001f602\U0001f923\U0001f639\U0001f606\U0001f604\U0001f601\U0001f603\U0001f600\U0001f605"
    "\U0001f61d\U0001f61c\U0001f61b\U0001f92a\U0001f60e\U0001f973\U0001f389\U0001f38a\U0001f525"
    "\U0001f60d\U0001f970\U0001f618\U0001f929\U0001f483\U0001f57a\U0001f37e\U0001f942\U0001f37b"
    "\U0001f388\U0001f46f\U0001f4af\U0001f60b\U0001f64c\U0001f609\U0001f61a\U0001f63b\U0001f680"
    "\U0001f911\U0001f92d\U0001f917\U0001f60f\U0001f643\U0001f381\U0001f386\U0001f929\u2728]"
)


def find(reading: Reading) -> Iterator[Finding]:
    """The tone, risk and register hints that a lexicon can see."""
    if reading.pack is None:
        return
    for name, rule in reading.pack.wording.items():
        if _applies(name, reading):
            yield from _rule(name, rule, reading)
    if reading.item.mood == "negative":
        yield from _emoji(reading)
    yield from _boilerplate(reading)


def _applies(name: str, reading: Reading) -> bool:
    if name in _UNHAPPY_ONLY:
        return reading.item.mood == "negative"
    if name in _NEVER_HAPPY and reading.item.mood == "positive":
        # delight and congratulations are meant as they stand.
        return False
    if name in _COMPLAINTS_ONLY:
        return reading.item.complains or (name == "policy_shield" and reading.item.asks)
    return name != "boilerplate"


def _rule(name: str, rule: Rule, reading: Reading) -> Iterator[Finding]:
    for place, sentence in enumerate(reading.sentences):
        span = found(rule.match, sentence.text)
        if span is None or found(rule.unless, sentence.text):
            continue
        after = reading.sentences[place : place + _RESCUED_WITHIN]
        if any(found(rule.rescue, near.text) for near in after):
            continue
        yield reading.finding(name, sentence.start + span[0], sentence.start + span[1])
        return


def _emoji(reading: Reading) -> Iterator[Finding]:
    match = _CHEERFUL.search(reading.draft)
    if match:
        # the draft's offsets are wanted, and emoji fold to themselves.
        yield Finding("emoji_misfit", *match.span())


def _boilerplate(reading: Reading) -> Iterator[Finding]:
    """A stock phrase, in a reply that names nothing the customer wrote about."""
    pack = reading.pack
    rule = pack.wording.get("boilerplate") if pack else None
    if rule is None or reading.shared_stems(reading.folded.text):
        return
    yield from _rule("boilerplate", rule, reading)
