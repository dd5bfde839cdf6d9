"""Letters as posts: a customer's message, or an answer of our own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sources.base import Post
from sources.mail_grammar import Fetched
from sources.mail_letter import Letter
from sources.mail_quotes import joined
from sources.mail_recipes import is_disproved
from sources.text import BODY_LIMIT, clip

_PERSONS_DATE = timedelta(days=1)
"""A sender's clock is believed when it is at most this much before the arrival."""


def message(letter: Letter, mail: Fetched, root: str, note: str, our_address: str) -> Post:
    """What a customer wrote, in the conversation that began with `root`.

    `note` says why it looks like a notification and is read as a message.
    """
    # A form on our own site writes from our own address: the customer is whom to answer.
    ours = letter.address == our_address
    # A name can be anybody's; where the answer will go must stand beside it.
    extra = {"from": letter.address} if letter.address and letter.author else {}
    if letter.automatic and not note:
        extra["automatic"] = letter.automatic
    if note:
        extra["notification"] = note
    if letter.attachments:
        extra["attachments"] = ", ".join(letter.attachments)
    if letter.reply_to and not ours:
        extra["reply_to"] = letter.reply_to
    if is_disproved(letter):
        extra["sender"] = "not proven (DMARC)"
    if mail.size_bytes > len(mail.raw):
        extra["cut"] = f"the first {len(mail.raw) // 1024} of {mail.size_bytes // 1024} kB"
    return Post(
        id=letter.message_id,
        text=clip(joined(letter.text, letter.quoted), BODY_LIMIT),
        kind="message",
        title=letter.subject,
        author=(letter.reply_name or letter.reply_to)
        if ours
        else (letter.author or letter.address),
        author_id=letter.reply_to if ours else letter.address,
        thread=root,
        occurred_at=occurred(mail, letter),
        private=True,
        automatic=bool(letter.automatic) and not note,
        extra=extra,
    )


def own_answer(letter: Letter, mail: Fetched, root: str) -> Post:
    """An answer that stands in Sent: ours, or one that was given in a mail program.

    Its id begins otherwise than a customer's mail could: theirs may bear any Message-ID.
    """
    return Post(
        id=f"sent:{letter.message_id}",
        text=letter.text,
        kind="message",
        title=letter.subject,
        author=letter.author or letter.address,
        author_id=letter.address,
        thread=root,
        parent=letter.in_reply_to,
        occurred_at=occurred(mail, letter),
        private=True,
        own=True,
        automatic=bool(letter.automatic),
    )


def occurred(mail: Fetched, letter: Letter) -> datetime | None:
    """When it was written: by the sender's clock where that can be, else when it arrived."""
    if mail.arrived is None:
        return letter.sent_at
    said = letter.sent_at
    if said and mail.arrived - _PERSONS_DATE <= said <= mail.arrived:
        return said.astimezone(UTC)
    return mail.arrived
