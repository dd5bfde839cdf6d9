"""Every hint there is: its severity, its group, and its place in the pane."""

from __future__ import annotations

from typing import Literal

import msgspec

from console.core.tone.hint import Severity

Group = Literal[
    "privacy", "risk", "tone", "empathy", "substance", "structure", "style", "surface", "workflow"
]


class Entry(msgspec.Struct, frozen=True):
    """What holds for a hint in every language."""

    severity: Severity
    group: Group


# In the order of the pane: privacy and risk, then tone, then the missing parts
# in the order a reply is written, then style and surface.
CATALOGUE: dict[str, Entry] = {
    "wrong_language": Entry("error", "surface"),
    "unresolved_placeholder": Entry("error", "surface"),
    "over_limit": Entry("error", "surface"),
    "pii_payment": Entry("error", "privacy"),
    "pii_email": Entry("error", "privacy"),
    "pii_phone": Entry("error", "privacy"),
    "pii_order": Entry("error", "privacy"),
    "intrusive_personalisation": Entry("error", "privacy"),
    "legal_admission": Entry("error", "risk"),
    "incentivised_review": Entry("error", "risk"),
    "wrong_name": Entry("error", "surface"),
    "over_promise": Entry("warn", "risk"),
    "promo_in_complaint": Entry("warn", "risk"),
    "anger": Entry("error", "tone"),
    "blames_customer": Entry("error", "tone"),
    "defensive": Entry("error", "tone"),
    "condescending": Entry("error", "tone"),
    "sarcasm": Entry("warn", "tone"),
    "passive_aggressive": Entry("warn", "tone"),
    "non_apology": Entry("warn", "tone"),
    "policy_shield": Entry("warn", "tone"),
    "humour_on_complaint": Entry("warn", "tone"),
    "emoji_misfit": Entry("warn", "tone"),
    "too_short": Entry("warn", "surface"),
    "missing_greeting": Entry("info", "structure"),
    "missing_name": Entry("info", "structure"),
    "missing_thanks": Entry("warn", "structure"),
    "missing_acknowledgement": Entry("warn", "empathy"),
    "missing_apology": Entry("error", "empathy"),
    "missing_solution": Entry("error", "substance"),
    "missing_time_frame": Entry("warn", "substance"),
    "missing_private_channel": Entry("info", "substance"),
    "missing_close": Entry("info", "structure"),
    "formality_mix": Entry("warn", "style"),
    "too_informal": Entry("warn", "style"),
    "over_formal": Entry("warn", "style"),
    "boilerplate": Entry("warn", "style"),
    "mixed_language": Entry("warn", "surface"),
    "all_caps": Entry("warn", "surface"),
    "exclamation_density": Entry("info", "surface"),
    "script_hygiene": Entry("info", "surface"),
    "too_long": Entry("info", "surface"),
    "hard_to_read": Entry("info", "style"),
    "too_similar": Entry("info", "style"),
    "reply_overdue": Entry("warn", "workflow"),
    "follow_up_due": Entry("info", "workflow"),
    "voice_drift": Entry("info", "workflow"),
    "reply_optional": Entry("info", "workflow"),
}

ORDER: dict[str, int] = {name: place for place, name in enumerate(CATALOGUE)}

ASKS = frozenset({"unresolved_placeholder", "anger", "legal_admission"}) | {
    name for name in CATALOGUE if name.startswith("pii_")
}
"""The hints that ask for a confirmation, once for each text of the draft."""

CHECKLIST = tuple(name for name in CATALOGUE if name.startswith("missing_"))
"""The parts of a reply, in the order they are written."""
