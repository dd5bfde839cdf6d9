"""Why a request got no whole answer, in words: what a reader and a writer must know of it."""

from __future__ import annotations

import os

import aiohttp

from sources.base import Doubt, SourceError
from sources.certificates import BadAuthority
from sources.decoding import Undecodable
from sources.said import say
from sources.sockets import Forbidden


def no_answer(method: str, host: str | None, error: Exception, connect_s: float) -> SourceError:
    """What became of a request: `Doubt` for a change that may have been carried out.

    `connect_s` is how long a connection may take, in seconds.
    """
    if early := _before_it_left(host, error, connect_s):
        return early
    if isinstance(error, TimeoutError):
        problem = say("took too long to answer")
    elif isinstance(error, Undecodable):
        problem = say("answered, but {error}", error=error)
    else:
        problem = say("broke the connection or answered nonsense")
    if method == "GET":
        return SourceError(
            say("{host} {problem}; it is tried again later", host=host, problem=problem)
        )
    return Doubt(
        say(
            "{host} {problem}; nobody knows whether the request was carried out",
            host=host,
            problem=problem,
        )
    )


def _before_it_left(host: str | None, error: Exception, connect_s: float) -> SourceError | None:
    """What kept the request from leaving; None where it left."""
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return SourceError(
            say("{host} cannot be found; check the address or the network", host=host)
        )
    if isinstance(error, aiohttp.ClientSSLError):
        return SourceError(
            say(
                "{host} has no certificate that can be trusted; a private authority is named by "
                "ca_file",
                host=host,
            ),
            stop=True,
        )
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return SourceError(
            say("{host} cannot be reached within {n} s", host=host, n=f"{connect_s:g}")
        )
    if isinstance(error, aiohttp.ClientConnectorError):
        return _not_connected(host, error.os_error)
    if isinstance(error, BadAuthority):
        return SourceError(str(error), stop=True)
    if isinstance(error, ValueError) and not isinstance(error, aiohttp.ClientError):
        return SourceError(
            say("the request to {host} cannot be made: a header is malformed", host=host)
        )
    return None


def _not_connected(host: str | None, error: OSError) -> SourceError:
    if isinstance(error, Forbidden):
        return SourceError(
            say(
                "{host} is a private or special address; allow_private = true lets this source "
                "reach it",
                host=host,
            ),
            stop=True,
        )
    # asyncio's own words name a call and a tuple; the system's are for people
    why = os.strerror(error.errno) if error.errno else error.strerror
    return SourceError(say("{host} cannot be reached ({why})", host=host, why=why))
