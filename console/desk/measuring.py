"""Whether a reply fits its channel, counted as the channel counts."""

from __future__ import annotations

from console.core import limits
from console.core.i18n import _
from console.errors import ShiftdeskError
from sources.base import Channel, Limit

_SHORT_LINK = 23
"""What X and Mastodon count a link as."""


def check_length(text: str, channel: Channel) -> None:
    """Raises `ShiftdeskError` with both figures if the channel would refuse the length."""
    limit = channel.limit
    if limit is None:
        return
    used, size = limits.count(text, as_counted(limit))
    if used > size:
        raise ShiftdeskError(
            _("The reply is too long for this channel: {used} of {size}.").format(
                used=used, size=size
            )
        )
    size_bytes = len(text.encode("utf-8", "replace"))
    if limit.size_bytes and size_bytes > limit.size_bytes:
        raise ShiftdeskError(
            _("The reply is too long for this channel: {used} of {size} bytes.").format(
                used=size_bytes, size=limit.size_bytes
            )
        )


def as_counted(limit: Limit) -> limits.Limit:
    """The channel's limit in the terms of `console.core.limits`."""
    return limits.Limit(limit.size, _unit(limit))


def _unit(limit: Limit) -> limits.Unit:
    if limit.unit == "weighted":
        return "x"
    if limit.unit == "characters" and limit.link_size == _SHORT_LINK:
        return "mastodon"
    return limit.unit
