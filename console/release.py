"""Which release this is, for the first line of the wire and for logs."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def _installed() -> str:
    try:
        return version("shiftdesk")
    except PackageNotFoundError:
        return "unreleased"


RELEASE = _installed()
