"""Personal data that a reply must not show: addresses, numbers, cards, private facts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from console.core.tone.fold import key
from console.core.tone.hint import Finding
from console.core.tone.pack import Pack
from console.core.tone.reading import Reading, found

# only an address that is written out in words has blanks in it: after a plain one there may
# stand a full stop and the next sentence.
_EMAIL = re.compile(
    r"(?<![\w.+%-])[\w.+%-]{1,64}(?:@[\w-]+(?:\.[\w-]+)+"
    r"|\s?(?:\(at\)|\[at\])\s?[\w-]+(?:\s?(?:\.|\(dot\)|\[dot\])\s?[\w-]+)+)"
)
_DIGITS = re.compile(r"(?:\+|\+?\()?\d(?:[\s().\-/–·_]{0,3}\d){0,40}")
_IBAN = re.compile(r"(?<!\w)[a-z]{2}\d{2}(?:[ \-]?[a-z0-9]{2,4}){3,8}(?!\w)")
_REFERENCE = re.compile(
    r"(?<![a-z])(?:[a-z]{1,5}[-–/]?)?\d[\d\-–/._a-z]{0,40}(?:\s\d[\d\-–/.]{0,20}){0,6}"
)
_DATE = re.compile(r"\d{1,4}[./\-]\d{1,2}[./\-]\d{2,4}")
_AMERICAN = re.compile(r"\(?\d{3}\)?[-. ]{1,2}\d{3}[-. ]\d{4}")
# with the prefix that a country dials inside, as numbers are given between neighbours.
_MOBILE = re.compile(r"0[1-9]\d{8,9}|8[3489]\d{9}")
_CARD_DIGITS = range(13, 20)
_IBAN_LENGTHS = range(15, 35)
_PHONE_DIGITS = range(7, 16)
_ORDER_DIGITS = 5
_NEAR = 32
"""How many characters before a number its name may stand."""


def find(reading: Reading) -> Iterator[Finding]:
    """Personal data: cards and accounts anywhere, the rest where everybody reads it."""
    text = _without_links(reading.folded.text)
    payments = list(_payments(text))
    for start, end in payments:
        finding = reading.finding(
            "pii_payment", start, end, _masked(reading.original(start, end), 4)
        )
        yield finding if reading.context.public else _milder(finding)
    if not reading.context.public:
        yield from _intrusions(reading)
        return
    text = _blanked(text, payments)
    mails = list(_emails(text, reading))
    for start, end in mails:
        yield reading.finding("pii_email", start, end, _masked_email(reading.original(start, end)))
    text = _EMAIL.sub(lambda match: " " * len(match.group()), text)
    phones = list(_phones(text, reading))
    for start, end in phones:
        yield reading.finding("pii_phone", start, end, _masked(reading.original(start, end), 2))
    for start, end in _orders(_blanked(text, phones), reading.pack):
        yield reading.finding("pii_order", start, end, "")
    yield from _intrusions(reading)


def _milder(finding: Finding) -> Finding:
    return Finding(finding.id, finding.start, finding.end, finding.fix, "warn")


def _without_links(text: str) -> str:
    return re.sub(r"https?://\S+", lambda match: " " * len(match.group()), text)


def _blanked(text: str, spans: list[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _payments(text: str) -> Iterator[tuple[int, int]]:
    """Card numbers by their check digit, accounts by theirs."""
    for match in _IBAN.finditer(text):
        span = _account(text, match.start(), match.end())
        if span:
            yield span
    for match in re.finditer(r"(?<![\w+])\d(?:[ \-–·]?\d){12,18}(?![\w])", text):
        digits = _digits(match.group())
        if len(digits) in _CARD_DIGITS and _luhn(digits) and len(set(digits)) > 1:
            yield match.span()


def _account(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The longest stretch from here that passes the account's checksum."""
    while end > start:
        candidate = re.sub(r"[ \-]", "", text[start:end]).upper()
        if len(candidate) not in _IBAN_LENGTHS and len(candidate) < _IBAN_LENGTHS.start:
            return None
        if len(candidate) in _IBAN_LENGTHS and _mod97(candidate):
            return start, end
        end -= 1
    return None


def _luhn(digits: str) -> bool:
    doubled = [int(d) * (1 + place % 2) for place, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def _mod97(account: str) -> bool:
    """ISO 13616: four characters moved behind, letters as 10 to 35, remainder 1."""
    moved = account[4:] + account[:4]
    return int("".join(str(int(c, 36)) for c in moved)) % 97 == 1


def _emails(text: str, reading: Reading) -> Iterator[tuple[int, int]]:
    allowed = [key(contact).strip() for contact in reading.context.brand_contacts]
    domains = {contact.partition("@")[2] for contact in allowed if "@" in contact}
    for match in _EMAIL.finditer(text):
        plain = re.sub(r"\s", "", re.sub(r"\(at\)|\[at\]", "@", match.group()))
        plain = re.sub(r"\(dot\)|\[dot\]", ".", plain).strip(".-")
        if plain not in allowed and plain.partition("@")[2] not in domains:
            yield match.span()


def _phones(text: str, reading: Reading) -> Iterator[tuple[int, int]]:
    allowed = {_digits(key(contact))[-9:] for contact in reading.context.brand_contacts} - {""}
    for match in _DIGITS.finditer(text):
        digits = _digits(match.group())
        if len(digits) not in _PHONE_DIGITS or digits[-9:] in allowed:
            continue
        if _DATE.fullmatch(match.group()) or "*" in text[match.start() - 1 : match.end() + 1]:
            continue
        if _is_phone(text, match, digits, reading.pack) and not _free_call(match.group(), reading):
            yield match.span()


def _is_phone(text: str, match: re.Match[str], digits: str, pack: Pack | None) -> bool:
    shown = match.group()
    if shown.startswith("+") or _AMERICAN.fullmatch(shown):
        return True
    if _amount(text, match.end(), pack):
        return False
    if _MOBILE.fullmatch(digits):
        return True
    before = text[max(0, match.start() - _NEAR) : match.start()]
    if pack and _last(pack, "order", before) > _last(pack, "phone", before):
        return False
    named = bool(pack and pack.cue("phone").find(before))
    local = digits[0] in "08" and len(digits) in range(9, 13) and digits[:2] != "00"
    abroad = digits.startswith("00") and len(digits) > 9
    return named or local or abroad or _valid(shown, pack)


def _valid(shown: str, pack: Pack | None) -> bool:
    """Whether a long unmarked number is one of the language's countries' numbers."""
    import phonenumbers

    if len(_digits(shown)) < 9:
        return False
    for region in pack.file.regions if pack else []:
        try:
            if phonenumbers.is_valid_number(phonenumbers.parse(shown, region)):
                return True
        except phonenumbers.NumberParseException:
            continue
    return False


def _free_call(shown: str, reading: Reading) -> bool:
    """A number that is free to call belongs to a company, never to a customer."""
    import phonenumbers

    companies = {
        phonenumbers.PhoneNumberType.TOLL_FREE,
        phonenumbers.PhoneNumberType.SHARED_COST,
        phonenumbers.PhoneNumberType.UAN,
    }
    regions = reading.pack.file.regions if reading.pack else []
    for region in ["US"] if _AMERICAN.fullmatch(shown) else regions:
        try:
            number = phonenumbers.parse(shown, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.number_type(number) in companies:
            return True
    return False


def _orders(text: str, pack: Pack | None) -> Iterator[tuple[int, int]]:
    if pack is None:
        return
    for match in _REFERENCE.finditer(text):
        start, end = match.start(), match.start() + len(match.group().rstrip(".-–/_"))
        if sum(c.isdigit() for c in match.group()) < _ORDER_DIGITS or _DATE.fullmatch(
            match.group()
        ):
            continue
        if "*" in text[max(0, start - 1) : end + 1] or _amount(text, end, pack):
            continue
        before = text[max(0, start - _NEAR) : start]
        before = re.split(r"[.!?؟]\s", before)[-1]
        if pack.cue("order").find(before) or re.search(r"[#№]\s*(?:[a-z]{0,4}-)?$", before):
            yield start, end


def _last(pack: Pack, cue: str, before: str) -> int:
    return max((start for start, _ in pack.cue(cue).spans(before)), default=-1)


def _amount(text: str, end: int, pack: Pack | None) -> bool:
    """Whether money or a measure follows: such a number names nobody."""
    after = text[end : end + 12].lstrip()
    if after[:1] in tuple("$€£₽₺%﷼٪"):
        return True
    return bool(pack and (span := pack.cue("amount").find(after)) and span[0] == 0)


def _masked(shown: str, kept: int) -> str:
    """Every digit and letter but the last few as a star."""
    hidden = sum(c.isalnum() for c in shown) - kept
    out = []
    for character in shown:
        if character.isalnum() and hidden > 0:
            hidden -= 1
            character = "*"
        out.append(character)
    return "".join(out)


def _masked_email(shown: str) -> str:
    name, _, domain = shown.partition("@")
    return f"{name[:1]}***@{domain[:1]}***"


def _intrusions(reading: Reading) -> Iterator[Finding]:
    """Facts about the person that the customer did not tell."""
    if reading.pack is None:
        return
    told = key(reading.item.text)
    for sentence in reading.sentences:
        span = found(reading.pack.part("looked_up"), sentence.text)
        if span is None and found(reading.pack.part("knows"), sentence.text):
            span = next(_untold(reading.pack, sentence.text, told), None)
        if span:
            start = sentence.start
            yield reading.finding("intrusive_personalisation", start + span[0], start + span[1])
            return


def _untold(pack: Pack, sentence: str, told: str) -> Iterator[tuple[int, int]]:
    for topic in pack.sensitive:
        span = found(topic, sentence)
        if span and not topic.find(told):
            yield span
