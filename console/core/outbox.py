"""What a reply's next state is after each outcome: a table, not code.

The states and what they mean for clocks stand in the design's decisions: provisional while held,
sending or retrying; running again in awaiting_approval, refused, unsure and taken_back.
"""

from __future__ import annotations

from typing import Literal

from console.core.model import ReplyState

Outcome = Literal[
    "approved",
    "unapproved",
    "returned",
    "taken_back",
    "started",
    "accepted",
    "pending",
    "refused",
    "not_sent",
    "doubtful",
    "found",
    "absent",
    "was_sent",
    "send_again",
    "give_up",
]

NEXT: dict[tuple[ReplyState, Outcome], ReplyState] = {
    ("awaiting_approval", "approved"): "held",
    ("awaiting_approval", "returned"): "taken_back",
    ("awaiting_approval", "taken_back"): "taken_back",
    ("held", "taken_back"): "taken_back",
    # a lead takes back their own yes
    ("held", "unapproved"): "awaiting_approval",
    ("retry_at", "unapproved"): "awaiting_approval",
    ("held", "started"): "sending",
    ("retry_at", "started"): "sending",
    ("retry_at", "taken_back"): "taken_back",
    ("sending", "accepted"): "sent",
    ("sending", "pending"): "sent",
    ("sending", "refused"): "refused",
    # the request surely never left, or the platform surely did not take it
    ("sending", "not_sent"): "retry_at",
    ("sending", "doubtful"): "unsure",
    # read back after a doubt
    ("sending", "found"): "sent",
    ("sending", "absent"): "retry_at",
    ("unsure", "found"): "sent",
    # the poller saw it on the platform while we believed that it had not gone
    ("retry_at", "found"): "sent",
    ("unsure", "was_sent"): "sent",
    ("unsure", "send_again"): "held",
    ("unsure", "give_up"): "taken_back",
    ("refused", "send_again"): "held",
    ("refused", "give_up"): "taken_back",
}

PROVISIONAL: frozenset[ReplyState] = frozenset({"held", "sending", "retry_at"})
"""While a reply is here the reply clock is frozen, not met."""


def next_state(state: ReplyState, outcome: Outcome) -> ReplyState:
    """The state after `outcome`. Raises `ValueError` for a pair that cannot happen."""
    try:
        return NEXT[state, outcome]
    except KeyError:
        raise ValueError(f"a reply that is {state} cannot be {outcome}") from None
