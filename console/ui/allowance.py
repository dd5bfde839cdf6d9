"""How much of a channel's limit a reply takes, from what the desk says about the channel."""

from __future__ import annotations

from console.core.asks import ConversationPage
from console.core.limits import Limit, Unit, count


def used(text: str, page: ConversationPage) -> tuple[int, int | None]:
    """What the text takes and what there is, in the channel's own unit; None for no limit."""
    if page.limit is None:
        return len(text), None
    return count(text, Limit(size=page.limit, unit=_unit(page)))


def _unit(page: ConversationPage) -> Unit:
    """A second cap in bytes is Bluesky's way, links of one length Mastodon's."""
    match page.limit_unit:
        case "weighted":
            return "x"
        case "utf16":
            return "utf16"
        case "bytes":
            return "bytes"
        case "graphemes" if page.limit_bytes:
            return "bluesky"
        case _ if page.link_size:
            return "mastodon"
        case "graphemes":
            return "graphemes"
        case _:
            return "characters"
