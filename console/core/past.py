"""A conversation's history in words: what the store notes as a verb and a detail, as people say it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from console.core.i18n import _, mark

_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}\+00:00")

_WORDS = {
    "arrived": mark("arrived"),
    "wrote": mark("wrote again"),
    "edited": mark("edited the post"),
    "deleted": mark("the post is gone from its site"),
    "restored": mark("the post is back on its site"),
    "answered_outside": mark("was answered on the site itself"),
    "answered_elsewhere": mark("answered elsewhere"),
    "reopened": mark("opened it again"),
    "claimed": mark("took it"),
    "assigned": mark("gave it back to the team"),
    "handed_back": mark("handed it back at the end of the shift"),
    "noted": mark("wrote a note"),
    "queued": mark("wrote a reply"),
    "awaiting_approval": mark("wrote a reply that waits for approval"),
    "held": mark("let the reply go"),
    "sending": mark("the reply is being sent"),
    "retry_at": mark("the reply will be tried again"),
    "sent": mark("the reply was sent"),
    "refused": mark("the platform refused the reply"),
    "unsure": mark("nobody knows whether the reply was published"),
    "taken_back": mark("took the reply back"),
    "published": mark("the reply is published"),
    "draft_discarded": mark("discarded the draft"),
    "asked_in_private": mark("asked them to go on in private"),
    "parted": mark("parted it from another customer"),
}
"""Verbs whose detail, if there is one, stands behind a colon."""

_WITH_DETAIL = {
    "assigned": mark("gave it to {detail}"),
    "claimed": mark("took it {detail}"),
    "snoozed": mark("snoozed it until {detail}"),
    "tagged": mark("tags: {detail}"),
    "follow_up": mark("wants to ask on {detail} whether it helped"),
    "snoozed_again": mark("snoozed it again until {detail}"),
    "joined": mark("joined it with {detail}"),
    "snippet": mark("used the snippet {detail}"),
    "begun": mark("began it in private, from conversation {detail}"),
    "went_private": mark("went on in private, in conversation {detail}"),
}

_EXACTLY = {
    ("snoozed", "until reply"): mark("snoozed it until the customer writes"),
    ("snoozed_again", "until reply"): mark("snoozed it again until the customer writes"),
    ("thanks", "only"): mark("said that it was only thanks"),
    ("thanks", "more"): mark("said that it was more than thanks"),
    ("woke", "by hand"): mark("woke it"),
    ("woke", "time"): mark("its snooze is over"),
    ("woke", "reply"): mark("woke: the customer wrote"),
    ("priority", "0"): mark("priority: low"),
    ("priority", "1"): mark("priority: normal"),
    ("priority", "2"): mark("priority: high"),
    ("priority", "3"): mark("priority: urgent"),
    ("mood", "negative"): mark("corrected the mood: negative"),
    ("mood", "neutral"): mark("corrected the mood: neutral"),
    ("mood", "positive"): mark("corrected the mood: positive"),
    ("sent", "pending"): mark("the reply was sent; the site has not shown it yet"),
    ("status", "new"): mark("status: new"),
    ("status", "open"): mark("status: open"),
    ("status", "waiting"): mark("status: waiting for the customer"),
    ("status", "on_hold"): mark("status: on hold"),
    ("status", "solved"): mark("status: solved"),
    ("status", "closed"): mark("status: closed"),
}


Tell = Callable[[datetime], str]
"""How a reader is told an instant: in their own zone."""


def happened(verb: str, detail: str = "", when: Tell | None = None) -> str:
    """What happened, in the reader's language; an unknown verb stays as it was noted.

    `when` tells the instants that a detail may be; they were noted in UTC.
    """
    if verb == "undone":
        return _("took back: {what}").format(what=said(detail, when))
    if when is not None and _INSTANT.fullmatch(detail):
        detail = when(datetime.fromisoformat(detail))
    if words := _EXACTLY.get((verb, detail)):
        return _(words)
    if verb == "status":
        status, _colon, reason = detail.partition(": ")
        return f"{happened(verb, status)} ({reason})" if reason else f"{verb} {detail}"
    if detail and verb in _WITH_DETAIL:
        return _(_WITH_DETAIL[verb]).format(detail=detail)
    words = _(_WORDS[verb]) if verb in _WORDS else verb
    return f"{words}: {detail}" if detail and verb in _WORDS else f"{words} {detail}".strip()


def said(what: str, when: Tell | None = None) -> str:
    """The same of a verb and its detail in one text, as an action is remembered for `undo`."""
    action, semicolon, rest = what.partition(";")
    verb, _blank, detail = action.partition(" ")
    return happened(verb, detail, when) + semicolon + rest
