"""Whose certificates are trusted: the system's authorities, and one more where a source names it."""

from __future__ import annotations

import asyncio
import ssl

from sources.said import say


class BadAuthority(Exception):
    """The file with a certificate authority cannot be used."""


class Trust:
    """TLS settings by authority file, each made once. Verification is never off."""

    def __init__(self) -> None:
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._making = asyncio.Lock()

    async def context(self, ca_file: str) -> ssl.SSLContext:
        """The settings that trust the system and `ca_file` (empty for none).

        Raises `BadAuthority` where the file holds no certificate.
        """
        if ca_file not in self._contexts:
            async with self._making:  # fifty sources start at once; one of them makes it
                if ca_file not in self._contexts:
                    # Reading the system's authorities takes some 20 ms: not on the loop.
                    self._contexts[ca_file] = await asyncio.to_thread(_context, ca_file)
        return self._contexts[ca_file]


def _context(ca_file: str) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if ca_file:
        try:
            context.load_verify_locations(ca_file)
        except OSError as error:
            raise BadAuthority(
                say(
                    "ca_file {ca_file} cannot be used ({reason})",
                    ca_file=ca_file,
                    reason=error.strerror or error.reason,
                )
                if isinstance(error, ssl.SSLError)
                else say(
                    "ca_file {ca_file} cannot be read ({reason})",
                    ca_file=ca_file,
                    reason=error.strerror,
                )
            ) from error
    return context
