"""How a delivery proves where it comes from: our own form, and the forms that vendors use.

Every comparison takes the same time whatever is compared.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal, get_args

from sources.options import Options
from sources.said import say
from sources.webhook_server import Delivery

Scheme = Literal["shiftdesk", "hex", "base64", "hubspot", "token"]
"""`shiftdesk`: hex over `TIMESTAMP.BODY`; `hex` and `base64`: over the body; `hubspot`: version 3
of theirs; `token`: the secret itself, in a header or in the address, for those who sign nothing."""

WINDOW = timedelta(minutes=5)
"""A signed time that differs more from ours is a replay, or a clock that is wrong."""

_HEADERS: Mapping[Scheme, str] = {
    "shiftdesk": "X-Shiftdesk-Signature",
    "hex": "X-Signature",
    "base64": "X-Signature",
    "hubspot": "X-HubSpot-Signature-v3",
    "token": "Authorization",
}
# HubSpot signs the address with these characters as they are, whatever was sent.
_BARE = ":/?@!$'()*,;"


class Proof:
    """One source's way of telling a delivery from a forgery.

    Options: `signature` (the scheme), `signature_header`, `timestamp_header`, `secret_file` or
    `secret_env`, and `old_secret_file` or `old_secret_env` while a secret is replaced;
    `public_url`, the address that the vendor was given, where it is signed too.
    """

    def __init__(self, read: Options, clock: Callable[[], datetime]) -> None:
        self.scheme: Scheme = read.choice("signature", get_args(Scheme), "shiftdesk")  # type: ignore[assignment]
        self._header = read.text("signature_header", "") or _HEADERS[self.scheme]
        usual = {"shiftdesk": "X-Shiftdesk-Timestamp", "hubspot": "X-HubSpot-Request-Timestamp"}
        self._timestamp = read.text("timestamp_header", "") or usual.get(self.scheme, "")
        self._public_url = read.url("public_url", "")
        if self.scheme == "hubspot" and not self._public_url:
            read.wrong("public_url", say("missing; HubSpot signs the address that it was given"))
        self._secrets = (read.secret("secret", required=True), read.secret("old_secret"))
        self._clock = clock

    def secrets(self) -> list[str]:
        """The secret in force, and the one before it. Raises `SourceError` where it is missing."""
        return [secret for read in self._secrets if (secret := read())]

    def holds(self, delivery: Delivery, secrets: Sequence[str]) -> bool:
        """Whether one of the secrets made this delivery, just now where it says when."""
        given = delivery.headers.get(self._header, "").strip()
        if self.scheme == "token":
            given = given.removeprefix("Bearer ").strip() or delivery.query.get("token", "")
            return any(_same(given, secret) for secret in secrets)
        at = delivery.headers.get(self._timestamp, "").strip() if self._timestamp else ""
        if not given or (self._timestamp and not self._is_now(at)):
            return False
        signed = self._signed(at, delivery)
        return any(_same(given, made) for secret in secrets for made in self._made(secret, signed))

    def _signed(self, at: str, delivery: Delivery) -> bytes:
        if self.scheme == "shiftdesk":
            return at.encode() + b"." + delivery.body
        if self.scheme == "hubspot":
            address = self._public_url
            if delivery.raw_query:
                address += f"?{delivery.raw_query}"
            return b"POST" + _partly_decoded(address).encode() + delivery.body + at.encode()
        return delivery.body

    def _made(self, secret: str, signed: bytes) -> tuple[str, ...]:
        digest = hmac.new(secret.encode(), signed, hashlib.sha256).digest()
        told = base64.b64encode(digest).decode()
        if self.scheme in ("shiftdesk", "hex"):
            told = digest.hex()
        # Some write the method's name before it.
        return told, f"sha256={told}"

    def _is_now(self, told: str) -> bool:
        if not told.isascii() or not told.isdecimal() or len(told) > 13:
            return False
        number = int(told) / (1000 if len(told) == 13 else 1)
        return abs(self._clock() - datetime.fromtimestamp(number, UTC)) <= WINDOW


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode("utf-8", "replace"))


def _partly_decoded(address: str) -> str:
    for sign in _BARE:
        address = address.replace(f"%{ord(sign):02X}", sign)
    return address
