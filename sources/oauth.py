"""Keys that have to be fetched: service accounts, client credentials, refresh tokens, signed keys."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, cast

import jwt

from sources.base import Doubt, Refused, SourceError
from sources.net import How, Net, Sending
from sources.said import say

_EARLY = timedelta(seconds=60)
"""A key is renewed so long before it runs out."""

Clock = Callable[[], datetime]
Fetch = Callable[[], Awaitable[tuple[str, timedelta]]]
"""A new key, and how long it lives."""


class Bearer:
    """A bearer token kept until shortly before its end. Callable as an `Api`'s token."""

    def __init__(self, fetch: Fetch, clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._token = ""
        self._ends: datetime | None = None
        self._turn = asyncio.Lock()

    async def __call__(self, fresh: bool) -> Mapping[str, str]:
        async with self._turn:
            if fresh or self._ends is None or self._clock() >= self._ends - _EARLY:
                self._token, life = await self._fetch()
                self._ends = self._clock() + life
        return {"Authorization": f"Bearer {self._token}"}


async def granted(
    net: Net, url: str, form: Mapping[str, str], how: How, token_header: Mapping[str, str] = {}
) -> tuple[str, timedelta]:
    """The access token that the platform gives for `form`, and its life.

    Raises `SourceError` that stops: a key that is not accepted stays so until a person acts.
    """
    for secret in ("assertion", "client_secret", "refresh_token", "password"):
        net.secrets.add(form.get(secret, ""))
    sending = cast(Sending, {**how, "form": form, "token_header": token_header})
    try:
        found = (await net.post(url, **sending)).json()
    except Refused as error:
        raise SourceError(
            say("{error}; the key is not accepted, make a new one", error=error), stop=True
        ) from error
    except Doubt as error:
        raise SourceError(say("{error}; no key was given", error=error)) from error
    token = found.get("access_token") if isinstance(found, dict) else None
    if not isinstance(token, str) or not token:
        raise SourceError(say("{url} gave no access token; check the address", url=url))
    net.secrets.add(token)
    try:
        life = timedelta(seconds=min(max(float(found.get("expires_in", 3600)), 0), 86_400))
    except (TypeError, ValueError):
        life = timedelta(hours=1)
    return token, life


def service_account(
    net: Net, path: Callable[[], str], scope: str, how: How, clock: Clock
) -> Bearer:
    """A Google service account; `path` gives the content of its key file (JSON)."""

    async def fetch() -> tuple[str, timedelta]:
        try:
            key = json.loads(path())
            url, private = key["token_uri"], key["private_key"]
            net.secrets.add(private)
            claims = _claims(
                clock(), timedelta(hours=1), iss=key["client_email"], scope=scope, aud=url
            )
            headers = {"kid": key["private_key_id"]} if "private_key_id" in key else None
            signed = await asyncio.to_thread(jwt.encode, claims, private, "RS256", headers)
        except (ValueError, KeyError, TypeError, jwt.PyJWTError) as error:
            raise SourceError(
                say(
                    "the key file is no service account's (JSON with token_uri, client_email and "
                    "private_key): {fault}; download it again",
                    fault=type(error).__name__,
                ),
                stop=True,
            ) from error
        form = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": signed}
        return await granted(net, url, form, how)

    return Bearer(fetch, clock)


def signed_key(
    net: Net, private: Callable[[], str], key_id: str, issuer: str, audience: str, clock: Clock
) -> Bearer:
    """A key that we sign ourselves with ES256 (App Store Connect); it lives 15 minutes."""

    async def fetch() -> tuple[str, timedelta]:
        life = timedelta(minutes=15)
        claims = _claims(clock(), life, iss=issuer, aud=audience)
        try:
            token = await asyncio.to_thread(jwt.encode, claims, private(), "ES256", {"kid": key_id})
        except (ValueError, TypeError, jwt.PyJWTError) as error:
            raise SourceError(
                say(
                    "the key file holds no private key for ES256 ({fault}); download it again",
                    fault=type(error).__name__,
                ),
                stop=True,
            ) from error
        net.secrets.add(token)
        return token, life

    return Bearer(fetch, clock)


def basic(net: Net, user: str, password: str) -> Mapping[str, str]:
    """The header of HTTP Basic authentication, its password remembered as a secret."""
    from aiohttp import BasicAuth

    net.secrets.add(password)
    return {"Authorization": BasicAuth(user, password, "utf-8").encode()}


def _claims(now: datetime, life: timedelta, **more: Any) -> dict[str, Any]:
    issued = int(now.timestamp())
    return {"iat": issued, "exp": issued + int(life.total_seconds()), **more}
