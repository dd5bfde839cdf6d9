"""The words and signs that screens share: what a status, a mood or a channel is called."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from console.core.asks import ViewCount
from console.core.i18n import _, mark, ngettext
from console.core.model import MoodLabel, QueueRow, ReplyState, Status
from console.ui.dates import clock_time, digits, short_date
from console.ui.text import cell_text

__all__ = [
    "_",
    "ago",
    "brief",
    "channel_name",
    "local_time",
    "mark",
    "minutes_of",
    "mood_word",
    "ngettext",
    "order_words",
    "short_stars",
    "stars",
    "status_word",
    "use_zone",
    "view_title",
]

STATUS_WORDS: dict[Status, str] = {
    "new": mark("new"),
    "open": mark("open"),
    "waiting": mark("waiting for the customer"),
    "on_hold": mark("on hold"),
    "solved": mark("solved"),
    "closed": mark("closed"),
}

MOOD_WORDS: dict[MoodLabel, str] = {
    "negative": mark("neg"),
    "neutral": mark("neu"),
    "positive": mark("pos"),
}

MOOD_LONG: dict[MoodLabel, str] = {
    "negative": mark("negative"),
    "neutral": mark("neutral"),
    "positive": mark("positive"),
}

REPLY_WORDS: dict[ReplyState, str] = {
    "awaiting_approval": mark("waits for approval"),
    "held": mark("about to be sent"),
    "sending": mark("being sent"),
    "retry_at": mark("will be tried again"),
    "sent": mark("sent"),
    "refused": mark("refused by the platform"),
    "unsure": mark("nobody knows whether it was published"),
    "taken_back": mark("taken back"),
}

REPLY_SIGNS: dict[ReplyState, str] = {
    "awaiting_approval": "◌",
    "held": "◐",
    "sending": "◐",
    "retry_at": "◐",
    "sent": "✓",
    "refused": "✗",
    "unsure": "?",
    "taken_back": "↶",
}

KIND_WORDS = {
    "review": mark("review"),
    "mention": mark("mention"),
    "question": mark("question"),
    "message": mark("message"),
    "alert": mark("alert"),
    "survey": mark("survey"),
}

ORDER_WORDS = {
    "due": mark("by due time"),
    "rescue": mark("what can be saved first"),
    "negative-first": mark("negative first"),
    "oldest": mark("oldest first"),
    "newest": mark("newest first"),
    "priority": mark("by priority"),
}
"""What the title of a queue says of its order; filters name the order itself, in English."""

PRIORITY_SIGNS = ("↓", " ", "↑", "⇑")
PRIORITY_WORDS = (mark("low"), mark("normal"), mark("high"), mark("urgent"))


def brief(text: str, width: int) -> str:
    """Foreign text on one line in at most `width` cells, as it reads, not padded."""
    return cell_text(text, max(0, width)).strip()


def status_word(status: Status) -> str:
    """The status as a person says it."""
    return _(STATUS_WORDS[status])


def order_words(order: str) -> str:
    """How a queue is ordered, as a person says it."""
    return _(ORDER_WORDS.get(order, order))


def view_title(view: ViewCount) -> str:
    """What a view is called; the shipped ones in the interface's language."""
    if view.own or not view.title:
        return view.title or view.name
    return _(view.title)


def mood_word(row: QueueRow) -> str:
    """The mood flag in at most four cells: `?` is uncertain, `!` says that stars disagree."""
    if row.mood is None:
        return ""
    sign = "!" if row.contradiction else "?" if row.uncertain else ""
    return _(MOOD_WORDS[row.mood]) + sign


def stars(rating: float | None, most: int) -> str:
    """A rating in full: `★★☆☆☆`, or `7/10` where it is no stars."""
    if rating is None:
        return ""
    if most == 5:
        full = max(0, min(5, round(rating)))
        return "★" * full + "☆" * (5 - full)
    return digits(f"{rating:g}/{most}")


def short_stars(rating: float | None, most: int) -> str:
    """A rating in at most four cells: `★4`, `7/10`, or thumbs."""
    if rating is None:
        return ""
    if most == 5:
        return digits(f"★{rating:g}"[:4])
    return digits(f"{rating:g}/{most}"[:4])


def ago(then: datetime, now: datetime) -> str:
    """How long ago that was, coarsely."""
    span = now - then
    if span < timedelta(minutes=1):
        return _("now")
    minutes = int(span.total_seconds() // 60)
    if minutes < 60:
        return digits(ngettext("{n} min ago", "{n} min ago", minutes).format(n=minutes))
    hours = minutes // 60
    if hours < 48:
        return digits(ngettext("{n} h ago", "{n} h ago", hours).format(n=hours))
    days = hours // 24
    return digits(ngettext("{n} day ago", "{n} days ago", days).format(n=days))


_zone: tzinfo | None = None


def use_zone(name: str) -> None:
    """Tell times in this IANA zone from now on; empty, or one that is not known: the machine's."""
    global _zone
    try:
        _zone = ZoneInfo(name) if name else None
    except (ValueError, ZoneInfoNotFoundError):
        _zone = None


def local_time(at: datetime, now: datetime) -> str:
    """An instant as the person's clock shows it: the time alone today, with its date otherwise."""
    return short_date(at, now, zone=_zone)


def minutes_of(now: datetime) -> str:
    """The time of day, without seconds."""
    return clock_time(now, zone=_zone)


_CHANNELS = {
    "rss": "feed",
    "google_play": "Google Play",
    "app_store": "App Store",
    "app_store_feed": "App Store",
    "trustpilot": "Trustpilot",
    "google_business": "Google",
    "wordpress": "WordPress",
    "mastodon": "Mastodon",
    "bluesky": "Bluesky",
    "email": "e-mail",
    "json_api": "API",
}


def channel_name(source: str, source_type: str) -> str:
    """The source's own name, with the platform behind it where that says more."""
    platform = _CHANNELS.get(source_type, source_type)
    return (
        source if platform.lower() in source.lower() or not platform else f"{source} ({platform})"
    )
