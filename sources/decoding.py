"""A body's bytes as they were before the server packed them, never more than asked for.

aiohttp's own decoding is switched off: it takes a cut gzip stream for a whole one, and unpacks
a bomb before anybody has counted.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from sources.said import say

_PIECE = 256 * 1024
"""Most bytes unpacked at once: below a millisecond, so that the loop stays alive."""
_GZIP = b"\x1f\x8b"


class Undecodable(Exception):
    """The body is cut, broken, or packed in a way nobody asked for."""


class Decoder:
    """Unpacks one body, piece by piece. One layer only: what comes out is not looked at again."""

    def __init__(self, encoding: str) -> None:
        """`encoding` is the Content-Encoding header. Raises `Undecodable` for an unknown one."""
        names = {name.strip().lower() for name in encoding.split(",")} - {"", "identity"}
        if len(names) > 1 or names - {"gzip", "x-gzip", "deflate"}:
            raise Undecodable(
                say(
                    "the body is packed as {encoding}, which was not asked for",
                    encoding=repr(encoding),
                )
            )
        self._deflate = names == {"deflate"}
        self._head = b""
        self._started = False
        self._unpack: zlib._Decompress | None = None
        self._packed = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The unpacked bytes of `data`, in pieces; the caller counts, and may stop asking."""
        if not self._started:
            # Two bytes say what the body really is: some servers send gzip without saying so,
            # others say gzip and send plain text.
            self._head += data
            if len(self._head) < 2:
                return
            data, self._head = self._head, b""
            self._start(data)
        if not self._packed:
            yield data
            return
        yield from self._unpacked(data)

    def finish(self) -> bytes:
        """What is left at the end of the body. Raises `Undecodable` where the packing has no end."""
        if self._packed and self._unpack is not None and not self._unpack.eof:
            raise Undecodable(say("the packed body ends in the middle"))
        return self._head

    def _start(self, data: bytes) -> None:
        self._started = True
        if data.startswith(_GZIP):
            self._unpack = zlib.decompressobj(16 + zlib.MAX_WBITS)
        elif self._deflate:
            # "deflate" means zlib's wrapping by the standard and none by habit.
            wrapped = data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0
            self._unpack = zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)
        self._packed = self._unpack is not None

    def _unpacked(self, data: bytes) -> Iterator[bytes]:
        while self._unpack is not None:
            try:
                piece = self._unpack.decompress(data, _PIECE)
            except zlib.error as error:
                raise Undecodable(say("the packed body is broken")) from error
            if piece:
                yield piece
            data = self._unpack.unconsumed_tail
            if self._unpack.eof:
                data = self._unpack.unused_data
                if not data.startswith(_GZIP):
                    return  # padding after the end is harmless
                self._unpack = zlib.decompressobj(16 + zlib.MAX_WBITS)
            elif not data and len(piece) < _PIECE:
                return
