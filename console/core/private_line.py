"""The public line that asks a customer to go on in private, in the languages that we ship."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct


class Line(Struct, frozen=True):
    """One language's line for each way into private."""

    message: str
    """For a platform on which the customer can write to us privately."""
    contact: str
    """With `{contact}`, an address or number of ours."""
    bare: str
    """Where we know of no way in."""
    begun: str
    """Where we write to them first."""
    subject: str
    """What our first message is about, where messages say so."""


LINES: Mapping[str, Line] = {
    "en": Line(
        "So that your details stay private, please send us a direct message here.",
        "So that your details stay private, please write to us at {contact}.",
        "So that your details stay private, please write to our support team.",
        "So that your details stay private, we are writing to you directly now.",
        "About what you wrote to us",
    ),
    "ru": Line(
        "Чтобы ваши данные остались между нами, пожалуйста, напишите нам здесь личным сообщением.",
        "Чтобы ваши данные остались между нами, пожалуйста, напишите нам: {contact}.",
        "Чтобы ваши данные остались между нами, пожалуйста, напишите в нашу поддержку.",
        "Чтобы ваши данные остались между нами, мы сейчас напишем вам лично.",
        "О вашем обращении",
    ),
    "ar": Line(
        "حفاظًا على خصوصية بياناتكم، نرجو مراسلتنا هنا برسالة خاصة.",
        "حفاظًا على خصوصية بياناتكم، نرجو مراسلتنا عبر {contact}.",
        "حفاظًا على خصوصية بياناتكم، نرجو مراسلة فريق الدعم لدينا.",
        "حفاظًا على خصوصية بياناتكم، نراسلكم الآن برسالة خاصة.",
        "بخصوص ما كتبتم إلينا",
    ),
    "fa": Line(
        "برای این‌که اطلاعات شما خصوصی بماند، لطفاً همین‌جا به ما پیام خصوصی بدهید.",
        "برای این‌که اطلاعات شما خصوصی بماند، لطفاً از راه {contact} به ما پیام بدهید.",
        "برای این‌که اطلاعات شما خصوصی بماند، لطفاً به تیم پشتیبانی ما پیام بدهید.",
        "برای این‌که اطلاعات شما خصوصی بماند، همین حالا پیامی خصوصی برایتان می‌فرستیم.",
        "درباره‌ی نوشته‌ی شما",
    ),
}


def private_line(
    language: str, *, own: Mapping[str, str], contact: str, message: bool
) -> tuple[str, bool]:
    """The line for a customer's language, and whether it is written in that language.

    `own` holds the team's lines by language, with `{contact}` where they like; `message` says
    that the platform takes private messages.
    """
    primary = language.casefold().split("-")[0]
    if ours := own.get(primary) or (not LINES.get(primary) and own.get("en")) or "":
        # replace, not format: a team's line may hold other braces.
        return ours.replace("{contact}", contact), primary in own
    line = LINES.get(primary, LINES["en"])
    known = primary in LINES
    if message:
        return line.message, known
    return (line.contact.replace("{contact}", contact) if contact else line.bare), known


def begun_line(language: str) -> tuple[str, str, bool]:
    """The public line where we write first, what that message is about, and whether both are
    written in the customer's language."""
    primary = language.casefold().split("-")[0]
    line = LINES.get(primary, LINES["en"])
    return line.begun, line.subject, primary in LINES
