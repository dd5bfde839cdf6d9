"""An answer of the web, and what its status means for a reader and for a writer."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Never

from multidict import CIMultiDictProxy
from yarl import URL

from sources.base import Cursor, Doubt, Refused, SourceError
from sources.retry import Gone, wait_until
from sources.said import say
from sources.secrets import Secrets
from sources.text import clean, clip

_LONGEST_QUOTE = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer, unpacked."""

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes
    url: str
    """Where it came from in the end."""
    known_as: str = ""
    """What a cursor keeps: the moved address if there is one, and a mark of the configured one."""
    moved_to: str = ""
    """Where permanent redirects alone led, worth remembering; empty for none."""

    @property
    def unchanged(self) -> bool:
        """True for 304: nothing is new since the validators on the cursor."""
        return self.status == 304

    @property
    def content_type(self) -> str:
        return self.headers.get("Content-Type", "")

    def json(self) -> Any:
        """The body as JSON. Raises `SourceError` where it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            start = clip(clean(self.body[:80].decode("utf-8", "replace")), 60)
            raise SourceError(
                say(
                    "{host} answered something that is not JSON ({start}); check the address",
                    host=URL(self.url).host,
                    start=repr(start),
                )
            ) from error

    def onto(self, cursor: Cursor) -> Cursor:
        """`cursor` with this answer's validators and, after a permanent move, its address."""
        kept = replace(cursor, url=self.known_as or cursor.url)
        if self.unchanged:
            # A 304 may leave validators out; the old ones still hold then.
            return replace(
                kept,
                etag=self.headers.get("ETag", cursor.etag),
                last_modified=self.headers.get("Last-Modified", cursor.last_modified),
            )
        return replace(
            kept,
            etag=self.headers.get("ETag", ""),
            last_modified=self.headers.get("Last-Modified", ""),
        )


def check_read(answer: Answer, accept: Collection[int], now: datetime, secrets: Secrets) -> None:
    """Raises `SourceError` for an answer that is no document; `Gone` for 410.

    `accept` names the statuses that the caller reads itself.
    """
    if answer.status < 300 or answer.unchanged or answer.status in accept:
        return
    _fail(answer, now, secrets)


def check_write(answer: Answer, accept: Collection[int], now: datetime, secrets: Secrets) -> None:
    """Raises what became of a change.

    `SourceError`: it surely had no effect. `Refused`: the platform said no. `Doubt`: nobody
    knows (the server failed, or led elsewhere after taking it).
    """
    host, status = URL(answer.url).host, answer.status
    if status < 300 or status in accept:
        return
    if status in (301, 307, 308):
        place = clip(clean(secrets.hide(answer.headers.get("Location", "?"))), 100)
        raise SourceError(
            say(
                "{host} has moved to {place}; change the address, nothing was sent",
                host=host,
                place=place,
            ),
            stop=True,
        )
    if status < 400:
        raise Doubt(
            say("{host} answered with a redirect; look whether the reply stands there", host=host)
        )
    if status in (401, 429) or (status == 503 and answer.headers.get("Retry-After")):
        _fail(answer, now, secrets)
    place = (host or "") + _words(answer, secrets)
    if status >= 500 or status == 408:
        raise Doubt(
            say(
                "HTTP {status} from {place}; nobody knows whether it was published",
                status=status,
                place=place,
            )
        )
    raise Refused(say("HTTP {status} from {place}", status=status, place=place))


def _fail(answer: Answer, now: datetime, secrets: Secrets) -> Never:
    host, status = URL(answer.url).host, answer.status
    if status == 410:
        raise Gone(
            say("HTTP 410 from {host}: this address is gone for good; remove the source", host=host)
        )
    at = wait_until(answer.headers, now) if _is_throttled(answer) else None
    if status == 429 or at:
        raise SourceError(_asked_to_wait(status, host, at), retry_at=at)
    place = (host or "") + _words(answer, secrets)
    if status in (401, 403):
        raise SourceError(
            say(
                "HTTP {status} from {place}; check the token and what it may read",
                status=status,
                place=place,
            ),
            stop=True,
        )
    if status in (400, 404, 405):
        raise SourceError(
            say("HTTP {status} from {place}; check the address", status=status, place=place)
        )
    raise SourceError(
        say("HTTP {status} from {place}; it is tried again later", status=status, place=place)
    )


def _asked_to_wait(status: int, host: str | None, at: datetime | None) -> str:
    if at is None:
        return say("HTTP {status} from {host}: asked to wait", status=status, host=host)
    return say(
        "HTTP {status} from {host}: asked to wait until {time} UTC",
        status=status,
        host=host,
        time=f"{at:%H:%M}",
    )


def _is_throttled(answer: Answer) -> bool:
    """True for 429 and 503, and for a 403 that means the same.

    Some platforms (GitHub) say 403 for a spent quota, and name its reset on every answer.
    """
    if answer.status == 403:
        left = answer.headers.get("X-RateLimit-Remaining", "")
        return "Retry-After" in answer.headers or left == "0"
    return answer.status in (429, 503)


def _words(answer: Answer, secrets: Secrets) -> str:
    """The platform's own words about an error, cleaned, short, without our secrets."""
    text = answer.body[:4000].decode("utf-8", "replace")
    try:
        text = _message(json.loads(answer.body)) or text
    except (ValueError, RecursionError):
        if "<" in text:
            return ""
    text = " ".join(clean(secrets.hide(text)).split())
    return f" ({clip(text, _LONGEST_QUOTE)})" if text else ""


def _message(body: Any) -> str:
    """The sentence inside a JSON error of any of the usual shapes."""
    if isinstance(body, str):
        return body
    if isinstance(body, list):
        return _message(body[0]) if body else ""
    if isinstance(body, dict):
        for name in ("message", "error_description", "detail", "error", "errors", "title"):
            if body.get(name) and (found := _message(body[name])):
                return found
    return ""
