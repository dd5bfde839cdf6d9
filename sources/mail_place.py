"""Where a mail server is, how it is reached safely, and who we are there."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Literal, cast

from sources.base import SourceError
from sources.certificates import BadAuthority, Trust
from sources.options import Options
from sources.said import say

Tls = Literal["implicit", "starttls", "none"]
_BY_PORT: dict[int, Tls] = {143: "starttls", 587: "starttls", 25: "starttls"}
"""What a port means where the configuration does not say; any other begins with TLS at once."""


@dataclass(frozen=True, slots=True)
class MailPlace:
    """One server of a mailbox."""

    host: str
    port: int
    tls: Tls
    user: str
    token: bool
    """True where the secret is an OAuth access token."""
    ca_file: str
    trust: Trust

    async def context(self) -> ssl.SSLContext | None:
        """The TLS settings, None for a server on this machine that has none.

        Raises `OSError` where the authority file cannot be used.
        """
        if self.tls == "none":
            return None
        try:
            return await self.trust.context(self.ca_file)
        except BadAuthority as error:
            raise SourceError(str(error), stop=True) from error

    def unreachable(self, error: Exception) -> SourceError:
        """Why there is no connection, in words."""
        if isinstance(error, ssl.SSLCertVerificationError):
            return SourceError(
                say(
                    "{host} has no certificate that can be trusted; a private authority is named by "
                    "ca_file",
                    host=self.host,
                ),
                stop=True,
            )
        if isinstance(error, ssl.SSLError):
            return SourceError(
                say(
                    "{host}:{port} does not begin with TLS; check the port",
                    host=self.host,
                    port=self.port,
                )
            )
        if isinstance(error, TimeoutError):
            return SourceError(
                say("{host} cannot be reached in time; it is tried again later", host=self.host)
            )
        reason = getattr(error, "strerror", None) or say("check the address or the network")
        return SourceError(
            say(
                "{host}:{port} cannot be reached ({reason})",
                host=self.host,
                port=self.port,
                reason=reason,
            )
        )


def read_place(
    read: Options, key: str, port: int, *, user: str, token: bool, ca_file: str, trust: Trust
) -> MailPlace | None:
    """The server that `KEY` (host or host:port) and `KEY_tls` name; None without one."""
    told = read.text(key, "")
    host, _, number = told.rpartition(":") if told.count(":") == 1 else (told, "", "")
    if number and not (number.isdecimal() and 0 < int(number) < 65_536):
        read.wrong(key, say("expected a server such as imap.example.com or imap.example.com:993"))
        return None
    at = int(number) if number else port
    tls = read.choice(f"{key}_tls", ("", "implicit", "starttls", "none"), "")
    tls = tls or _BY_PORT.get(at, "implicit")
    if tls == "none" and host and not _is_here(host):
        read.wrong(f"{key}_tls", say("only a server on this machine may be used without TLS"))
    if not host:
        return None
    return MailPlace(host, at, cast(Tls, tls), user, token, ca_file, trust)


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
