"""An answer by mail: its headers, and the one moment after which nobody may send it again."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.charset import QP, Charset
from email.header import Header
from email.mime.nonmultipart import MIMENonMultipart
from email.utils import format_datetime, formataddr

import aiosmtplib

from sources.base import Doubt, Outgoing, Refused, SourceError
from sources.mail_letter import Letter
from sources.mail_place import MailPlace
from sources.said import say
from sources.text import clean, clip

_WITHIN_S = 20.0
"""For each answer of the server; the desk gives the whole delivery a minute."""
_LONGEST_CHAIN = 20


@dataclass(frozen=True, slots=True)
class Outbound:
    """A mail ready to go."""

    sender: str
    recipient: str
    raw: bytes


def answer_to(
    original: Letter | None,
    reply: Outgoing,
    *,
    sender: tuple[str, str],
    message_id: str,
    now: datetime,
) -> Outbound:
    """The mail that answers `original`, or what the desk still knows of it where it is gone.

    Without either it is a first mail, about `reply.subject`.

    Raises `Refused` where there is no address to write to.
    """
    recipient = reply.extra.get("reply_to") or reply.author_id
    if original and not recipient:
        recipient = original.reply_to or original.address
    recipient = _on_the_wire(recipient)
    answered = original.message_id if original else reply.post_id
    chain = [*(original.references if original else (reply.thread,)), answered]
    chain = [one for one in dict.fromkeys(chain) if one.startswith("<")]
    if len(chain) > _LONGEST_CHAIN:
        # The first and the last ones are what mail programs thread by.
        chain = chain[:1] + chain[1 - _LONGEST_CHAIN :]
    subject = original.subject if original else reply.subject
    if original or reply.post_id or reply.thread:
        subject = _answering(subject)
    message = MIMENonMultipart("text", "plain", policy=policy.compat32)
    body = Charset("utf-8")
    body.body_encoding = QP
    message["From"] = formataddr((_line(sender[0]), _on_the_wire(sender[1])))
    message["To"] = formataddr((_line(reply.author), recipient))
    message["Subject"] = Header(_line(subject), "utf-8").encode()
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id
    if answered.startswith("<"):
        message["In-Reply-To"] = answered
    if chain:
        message["References"] = " ".join(chain)
    message["Auto-Submitted"] = "no"
    message.set_payload(clean(reply.text) + "\n", body)
    form = policy.compat32.clone(linesep="\r\n")
    return Outbound(_on_the_wire(sender[1]), recipient, message.as_bytes(policy=form))


async def hand_over(place: MailPlace, secret: str, mail: Outbound) -> None:
    """Give the mail to the server.

    Raises `Refused` for a lasting no, `SourceError` where it surely did not go, and `Doubt` where
    the server may have it.
    """
    client = aiosmtplib.SMTP(
        hostname=place.host,
        port=place.port,
        use_tls=place.tls == "implicit",
        start_tls=place.tls == "starttls",
        tls_context=await place.context(),
        timeout=_WITHIN_S,
    )
    try:
        await _get_ready(client, place, secret, mail)
        # From here on a lost answer may mean that the mail went.
        try:
            await client.data(mail.raw)
        except aiosmtplib.SMTPResponseException as error:
            raise _said_no(place, error) from error
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            raise Doubt(
                say("{host} fell silent; nobody knows whether the mail went", host=place.host)
            ) from error
    finally:
        await _hang_up(client)


async def _get_ready(
    client: aiosmtplib.SMTP, place: MailPlace, secret: str, mail: Outbound
) -> None:
    """Everything before the mail itself. Only a no to the recipient is a no to this mail."""
    try:
        try:
            await client.connect()
            await _log_in(client, place, secret)
            await client.mail(mail.sender)
        except aiosmtplib.SMTPResponseException as error:
            if error.code < 500:
                raise
            raise SourceError(
                say(
                    "{host} does not let {user} send ({code} {words}); check user, secret and address",
                    host=place.host,
                    user=place.user,
                    code=error.code,
                    words=_told(error),
                ),
                stop=True,
            ) from error
        await client.rcpt(mail.recipient)
    except aiosmtplib.SMTPResponseException as error:
        raise _said_no(place, error) from error
    except aiosmtplib.SMTPNotSupported as error:
        raise SourceError(
            say(
                "{host} does not do that ({words}); check smtp_tls",
                host=place.host,
                words=_line(str(error)),
            ),
            stop=True,
        ) from error
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        cause = error.__cause__ if isinstance(error.__cause__, Exception) else error
        raise place.unreachable(cause) from error


async def _log_in(client: aiosmtplib.SMTP, place: MailPlace, secret: str) -> None:
    await client.ehlo()
    if not client.supports_extension("auth"):
        return  # a relay that knows us by our address; one that does not will say so
    if place.token:
        await client.auth_xoauth2(place.user, secret)
    else:
        await client.login(place.user, secret)


async def _hang_up(client: aiosmtplib.SMTP) -> None:
    try:
        async with asyncio.timeout(2.0):
            await client.quit()
    except (aiosmtplib.SMTPException, OSError, TimeoutError):
        client.close()


def _said_no(place: MailPlace, error: aiosmtplib.SMTPResponseException) -> SourceError:
    """5xx is for good, 4xx for now."""
    words = say("{host} says: {code} {words}", host=place.host, code=error.code, words=_told(error))
    return Refused(words) if error.code >= 500 else SourceError(words)


def _told(error: aiosmtplib.SMTPResponseException) -> str:
    return clip(_line(error.message), 200)


def _answering(subject: str) -> str:
    subject = _line(subject)
    return subject if subject[:3].lower() == "re:" else f"Re: {subject}".strip()


def _on_the_wire(address: str) -> str:
    """The address in ASCII. Raises `Refused` for one that cannot be written to."""
    local, _, domain = address.strip().rpartition("@")
    try:
        told = f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:
        told = ""
    if not local or not domain or not told.isascii() or not told.isprintable() or " " in told:
        raise Refused(
            say(
                "{address} is no address that mail can be sent to",
                address=repr(clip(_line(address), 60)),
            )
        )
    return told


def _line(text: str) -> str:
    return " ".join(clean(text).split())
