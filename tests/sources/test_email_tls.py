"""Mail over TLS: certificates are always checked, at once or after STARTTLS."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

from sources.base import Cursor, SourceError
from sources.email import EmailSource
from sources.tools import Tools
from tests.sources.conftest import NOW
from tests.sources.mail_world import PASSWORD, MailWorld, answering, mail


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that only itself vouches for, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail on loopback")])
    day, now = timedelta(days=1), datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - day)
        .not_valid_after(now + day)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "mail.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + made.public_bytes(Encoding.PEM))
    return path


class TlsWorld(MailWorld):
    """The same servers over TLS: IMAP and SMTP at once, or SMTP after STARTTLS with a log-in."""

    def __init__(self, certificate: Path) -> None:
        super().__init__()
        self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.context.load_cert_chain(certificate)
        self.logins: list[bytes] = []
        self.later_port = 0

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        imap = await asyncio.start_server(self._imap, "127.0.0.1", 0, ssl=self.context)
        smtp = await loop.create_server(
            lambda: SMTP(self, hostname="mx", loop=loop), "127.0.0.1", 0, ssl=self.context
        )
        later = await loop.create_server(
            lambda: SMTP(
                self,
                hostname="mx",
                loop=loop,
                tls_context=self.context,
                require_starttls=True,
                auth_required=True,
                authenticator=self._log_in,
            ),
            "127.0.0.1",
            0,
        )
        self._servers = [imap, smtp, later]
        self.imap_port, self.smtp_port, self.later_port = (
            one.sockets[0].getsockname()[1] for one in self._servers
        )

    def _log_in(self, *told: object) -> AuthResult:
        login = told[-1]
        self.logins.append(login.password)  # type: ignore[attr-defined]
        known = login.password == PASSWORD.encode()  # type: ignore[attr-defined]
        return AuthResult(success=known, handled=False)


@pytest.fixture
async def world(certificate: Path) -> AsyncIterator[TlsWorld]:
    world = TlsWorld(certificate)
    await world.start()
    yield world
    await world.stop()


def mailbox(
    world: TlsWorld, tools: Tools, folder: Path, certificate: Path | None, *, later: bool = False
) -> EmailSource:
    secret = folder / "password"
    secret.write_text(PASSWORD)
    options = world.options(
        str(secret), imap_tls="implicit", smtp_tls="starttls" if later else "implicit"
    )
    if later:
        options["smtp"] = f"127.0.0.1:{world.later_port}"
    if certificate:
        options["ca_file"] = str(certificate)
    return EmailSource("mail", options, tools)


async def test_over_tls_with_an_authority_of_our_own(
    world: TlsWorld, tools: Tools, tmp_path: Path, certificate: Path
) -> None:
    """`ca_file` is trusted for both servers."""
    world.inbox.add(mail())
    source = mailbox(world, tools, tmp_path, certificate)
    (post,) = (await source.poll(Cursor(), NOW)).posts
    await source.send(answering(post))

    assert 1 == len(world.outbox)


async def test_after_starttls_with_a_password(
    world: TlsWorld, tools: Tools, tmp_path: Path, certificate: Path
) -> None:
    """The password goes over the wire only after it is encrypted."""
    world.inbox.add(mail())
    source = mailbox(world, tools, tmp_path, certificate, later=True)
    (post,) = (await source.poll(Cursor(), NOW)).posts
    await source.send(answering(post))

    assert ([PASSWORD.encode()], 1) == (world.logins, len(world.outbox))


async def test_a_strange_certificate_is_never_taken(
    world: TlsWorld, tools: Tools, tmp_path: Path
) -> None:
    """There is no option to look away; the sentence names the way out."""
    with pytest.raises(SourceError, match="ca_file") as caught:
        await mailbox(world, tools, tmp_path, None).poll(Cursor(), NOW)

    assert caught.value.stop


async def test_a_wrong_password_of_smtp_stops(
    world: TlsWorld, tools: Tools, tmp_path: Path, certificate: Path
) -> None:
    """Reading works, sending does not: said as such, and Sent keeps no copy."""
    world.inbox.add(mail())
    source = mailbox(world, tools, tmp_path, certificate, later=True)
    (post,) = (await source.poll(Cursor(), NOW)).posts
    world._log_in = lambda *told: AuthResult(success=False, handled=False)  # type: ignore[method-assign]

    with pytest.raises(SourceError, match="does not let support@shop") as caught:
        await source.send(answering(post))
    assert caught.value.stop
    assert [] == world.sent.mails
