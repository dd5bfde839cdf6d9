"""The one HTTP client: bounded in time, size and reach, polite to hosts, silent about secrets.

Every adapter asks through `Net`. What fails comes back as a `SourceError` whose words name the
host, the problem and the way out; a write whose answer was lost comes back as `Doubt`.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self, TypedDict, Unpack, cast

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from sources.answers import Answer, check_read, check_write
from sources.base import Cursor, SourceError
from sources.certificates import BadAuthority, Trust
from sources.decoding import Decoder, Undecodable
from sources.overhearing import hear
from sources.said import say
from sources.secrets import Secrets
from sources.sockets import Lookup, guarded_socket
from sources.text import clean, clip
from sources.unreachable import no_answer

MAX_BYTES = 8 * 1024 * 1024
MAX_REDIRECTS = 10
MAX_AT_ONCE = 32
"""Requests in flight over all hosts; one at a time to each."""

_PORTS = frozenset((80, 443))
_PERMANENT = frozenset((301, 308))
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_CHUNK = 64 * 1024
_FAILURES = (aiohttp.ClientError, Undecodable, BadAuthority, ValueError, OSError)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long each part of a request may take, in seconds."""

    connect_s: float = 10.0
    read_s: float = 15.0
    """Between two pieces of the answer."""
    total_s: float = 30.0


class How(TypedDict, total=False):
    """What a source says about its requests, the same for each of them."""

    headers: Mapping[str, str]
    token_header: Mapping[str, str]
    """Headers that carry a secret: never sent to another origin, struck out of every message."""
    allow_private: bool
    """True lets the source reach private and loopback addresses, on any port."""
    ports: Collection[int]
    """Ports besides 80 and 443."""
    ca_file: str
    """A certificate authority to trust besides the system's own."""
    max_bytes: int
    """Cap on the unpacked body, 8 MB."""
    accept: Collection[int]
    """Statuses from 400 on that the caller reads itself instead of getting an error."""


class Sending(How, total=False):
    """A request with a body."""

    json: Any
    form: Mapping[str, str]
    data: bytes


@dataclass(slots=True)
class _Turnstile:
    """One host's lock, dropped when nobody holds or awaits it."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0


class _Lost(aiohttp.ClientError):
    """The connection broke after the request had left."""


async def _only_once(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    # aiohttp sends a PUT or DELETE again when the connection breaks; only the desk may decide that.
    try:
        return await handler(request)
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise _Lost from error


class Net:
    """The HTTP client of every source. An async context manager; the session is made when needed."""

    def __init__(
        self,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        limits: Limits = Limits(),
        secrets: Secrets | None = None,
        user_agent: str = "Shiftdesk/1 (customer support desk)",
    ) -> None:
        """`secrets` collects every token that passes; share it with the log's filter."""
        self.secrets = secrets or Secrets()
        self._clock = clock
        self._limits = limits
        self._user_agent = user_agent
        self._sessions: dict[tuple[bool, bool], aiohttp.ClientSession] = {}
        self._hosts: dict[str, _Turnstile] = {}
        self._at_once = asyncio.Semaphore(MAX_AT_ONCE)
        self._trust = Trust()
        self._lookup = Lookup()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        sessions, self._sessions = list(self._sessions.values()), {}
        for session in sessions:
            await session.close()

    async def get(self, url: str, *, cursor: Cursor | None = None, **how: Unpack[How]) -> Answer:
        """Read `url`, or the place a permanent redirect once led to, if it changed since `cursor`.

        Follows redirects. Raises `SourceError`, `Gone` for 410, and both with the instant the
        platform allows the next try.
        """
        start = self._url(url)
        cursor = cursor if cursor and is_of(cursor, url) else Cursor()
        moved = self._moved(cursor, start, how)
        answer = await self._follow("GET", moved or start, cursor, cast(Sending, how))
        if moved and answer.status in (404, 410):
            # The new place is gone; the one in the configuration may live again.
            answer = await self._follow("GET", start, cursor, cast(Sending, how))
        check_read(answer, how.get("accept", ()), self._clock(), self.secrets)
        kept = answer.moved_to or (str(moved.with_user(None)) if moved else "")
        return replace(answer, known_as=f"{kept}#{mark_of(url)}")

    async def post(self, url: str, **how: Unpack[Sending]) -> Answer:
        """As `request("POST", …)`."""
        return await self.request("POST", url, **how)

    async def put(self, url: str, **how: Unpack[Sending]) -> Answer:
        """As `request("PUT", …)`."""
        return await self.request("PUT", url, **how)

    async def delete(self, url: str, **how: Unpack[Sending]) -> Answer:
        """As `request("DELETE", …)`."""
        return await self.request("DELETE", url, **how)

    async def request(self, method: str, url: str, **how: Unpack[Sending]) -> Answer:
        """Change something at `url`. Never follows a redirect, never repeats itself.

        Raises `SourceError` where the request surely had no effect (not connected, 429, 401),
        `Refused` where the platform said no, `Doubt` where nobody knows (the answer was lost,
        or the server failed).
        """
        answer = await self._once(method, self._url(url), how, {})
        check_write(answer, how.get("accept", ()), self._clock(), self.secrets)
        return answer

    # -- one request ----------------------------------------------------------------------

    async def _follow(self, method: str, url: URL, cursor: Cursor, how: Sending) -> Answer:
        conditions = {"If-None-Match": cursor.etag, "If-Modified-Since": cursor.last_modified}
        conditions = {name: value for name, value in conditions.items() if value}
        moved_to, permanent = "", True
        for _ in range(MAX_REDIRECTS + 1):
            answer = await self._once(method, url, how, conditions)
            place = answer.headers.get("Location", "")
            if answer.status not in _REDIRECTS or not place:
                return replace(answer, moved_to=moved_to if answer.status < 400 else "")
            following = self._next(url, place, how)
            # Only an unbroken chain of permanent redirects is the platform's word for good.
            permanent = permanent and answer.status in _PERMANENT
            moved_to = str(following.with_user(None)) if permanent else moved_to
            url = following
        raise SourceError(
            say(
                "{host} redirects more than {n} times; check the address",
                host=url.host,
                n=MAX_REDIRECTS,
            )
        )

    async def _once(
        self, method: str, url: URL, how: Sending, conditions: Mapping[str, str]
    ) -> Answer:
        self._check_reach(url, how)
        token = dict(how.get("token_header", {}))
        if url.user is not None or url.password is not None:
            token["Authorization"] = aiohttp.BasicAuth(url.user or "", url.password or "").encode()
            self.secrets.add(url.password or "")
            url = url.with_user(None)
        self.secrets.add_headers(token)
        headers = CIMultiDict(
            {"User-Agent": self._user_agent, "Accept-Encoding": "gzip, deflate", "Accept": "*/*"}
        )
        for more in (conditions, how.get("headers", {}), token):
            headers.update(more)
        session = self._session(how.get("allow_private", False), method != "GET")
        async with self._turn(url):
            try:
                async with (
                    asyncio.timeout(self._limits.total_s),
                    session.request(
                        method,
                        url,
                        headers=headers,
                        json=how.get("json"),
                        data=how.get("data") or how.get("form"),
                        ssl=await self._trust.context(how.get("ca_file", "")),
                        allow_redirects=False,
                    ) as response,
                ):
                    hear(response.status)
                    body = await self._body(response, how.get("max_bytes", MAX_BYTES))
                    return Answer(response.status, response.headers, body, str(url))
            except _FAILURES as error:
                raise no_answer(method, url.host, error, self._limits.connect_s) from None

    async def _body(self, response: aiohttp.ClientResponse, max_bytes: int) -> bytes:
        decoder = Decoder(response.headers.get("Content-Encoding", ""))
        pieces: list[bytes] = []
        size = 0
        async for chunk in response.content.iter_chunked(_CHUNK):
            for piece in decoder.feed(chunk):
                size += len(piece)
                if size > max_bytes:
                    raise Undecodable(
                        say("the body is larger than {n} bytes unpacked", n=f"{max_bytes:,}")
                    )
                pieces.append(piece)
            await asyncio.sleep(0)
        # A bodiless answer (304, 204) may still carry the header that names the packing.
        pieces.append(decoder.finish())
        return b"".join(pieces)

    @asynccontextmanager
    async def _turn(self, url: URL) -> AsyncIterator[None]:
        host = url.host or ""
        if url.port not in _PORTS:
            host = f"{host}:{url.port}"
        turnstile = self._hosts.setdefault(host, _Turnstile())
        turnstile.users += 1
        try:
            async with turnstile.lock, self._at_once:
                yield
        finally:
            turnstile.users -= 1
            if not turnstile.users:
                del self._hosts[host]

    def _session(self, private: bool, writes: bool) -> aiohttp.ClientSession:
        # Private connections have a pool of their own: one made for a source that allows them
        # must not be found again by a source that does not. Writes take a fresh connection
        # each: one that the server just closed would turn a sure failure into a doubt.
        session = self._sessions.get((private, writes))
        if session is None:
            connector = aiohttp.TCPConnector(
                resolver=self._lookup,
                limit=MAX_AT_ONCE,
                force_close=writes,
                socket_factory=None if private else guarded_socket,
            )
            session = self._sessions[private, writes] = aiohttp.ClientSession(
                connector=connector,
                middlewares=(_only_once,) if writes else (),
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(
                    total=None,
                    connect=self._limits.connect_s,
                    sock_connect=self._limits.connect_s,
                    sock_read=self._limits.read_s,
                ),
            )
        return session

    # -- where a request may go -------------------------------------------------------------

    def _url(self, url: str) -> URL:
        try:
            parsed = URL(url.strip())
            if parsed.scheme in ("http", "https") and parsed.host and parsed.port:
                return parsed
        except ValueError:
            pass
        shown = clip(clean(url), 100)
        raise SourceError(
            say("{shown} is not an http or https address; correct it", shown=repr(shown)),
            stop=True,
        )

    def _moved(self, cursor: Cursor, start: URL, how: How) -> URL | None:
        place = cursor.url.partition("#")[0]
        if not place:
            return None
        moved = self._url(place)
        if moved.origin() == start.with_user(None).origin():
            return moved.with_user(start.user).with_password(start.password)
        # A token configured after the move was seen stays with the address it was meant for.
        return None if how.get("token_header") or start.user else moved

    def _next(self, url: URL, place: str, how: How) -> URL:
        try:
            following = url.join(URL(place))
        except ValueError:
            raise SourceError(
                say("{host} redirects to an address that cannot be read", host=url.host)
            ) from None
        following = self._url(str(following.with_fragment(None)))
        secret = bool(how.get("token_header")) or url.user is not None
        if secret and following.origin() != url.origin():
            raise SourceError(
                say(
                    "{host} redirects to {place}; the token is not sent there, so change the address "
                    "if that is right",
                    host=url.host,
                    place=following.host,
                ),
                stop=True,
            )
        return following.with_user(url.user).with_password(url.password) if secret else following

    def _check_reach(self, url: URL, how: How) -> None:
        if how.get("allow_private", False) or url.port in _PORTS | frozenset(how.get("ports", ())):
            return
        raise SourceError(
            say(
                "port {port} of {host} is not allowed; add ports = [{port}] to the source",
                port=url.port,
                host=url.host,
            ),
            stop=True,
        )


def is_of(cursor: Cursor, url: str) -> bool:
    """True where the cursor was made for this address, or for none yet.

    Its address ends with a mark of the one in the configuration, which may have been corrected
    since: validators and moves of another address would keep the new one from ever being read.
    """
    return not cursor.url or cursor.url.endswith(f"#{mark_of(url)}")


def mark_of(url: str) -> str:
    """A short digest of an address."""
    # A digest, since an address may hold a secret, and a cursor lies in the database.
    return hashlib.blake2b(url.strip().encode(), digest_size=6).hexdigest()


def read_token(path: str) -> str:
    """The secret in the file at `path`, without its line end. Raises `SourceError` if unreadable."""
    try:
        return Path(path).expanduser().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not text"
        raise SourceError(
            say("the token file {path} cannot be read: {reason}", path=path, reason=reason),
            stop=True,
        ) from error
