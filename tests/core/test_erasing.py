"""What leads to a person is taken out of others' words, and nothing else is."""

from __future__ import annotations

import pytest

from console.core.erasing import ERASED, Leads, leads_to
from console.core.model import Customer
from console.core.people import Known

SARA = leads_to(
    Known(
        Customer(7, "Sara Whitfield", handles=("mast: @sarahandle", "mail: sara@example.org")),
        ("Call me: 0171 2345678, order 471188.", "Or write to support@ourshop.example"),
    ),
    ["Sarabande"],
    ours=["support@ourshop.example"],
)


@pytest.mark.parametrize(
    ("care", "text", "left"),
    [
        ("passing", "Sara calls back, 471188.", f"{ERASED} calls back, {ERASED}."),
        ("passing", "ask sara@example.org or @sarahandle", f"ask {ERASED} or {ERASED}"),
        ("passing", "+49 171 234-5678 is hers", f"{ERASED} is hers"),
        ("team", "sara  whitfield wrote as Sarabande", f"{ERASED} wrote as {ERASED}"),
        ("team", "Sara is another one; order 471188", "Sara is another one; order 471188"),
        ("others", "Sarabande is a dance", "Sarabande is a dance"),
        ("others", "I am with Sara Whitfield", f"I am with {ERASED}"),
        ("passing", "Whitfields and sarahandles stay", "Whitfields and sarahandles stay"),
        ("passing", "support@ourshop.example stays", "support@ourshop.example stays"),
    ],
)
def test_what_leads_to_a_person_is_erased(care: str, text: str, left: str) -> None:
    """The more surely the words are about them, the less it takes; whole words alone."""
    assert left == SARA.without(text, care)  # type: ignore[arg-type]


def test_a_name_that_somebody_else_bears_stays_with_them() -> None:
    """In the conversation of another Sarabande a note means that one."""
    apart = SARA.besides("Sarabande")

    assert "Sarabande called" == apart.without("Sarabande called", "team")
    assert ERASED == apart.without("@sarahandle", "team")


def test_short_numbers_are_nobodys_id() -> None:
    """A platform that calls a customer 17 does not empty every seventeen."""
    leads = leads_to(Known(Customer(7, "", handles=("play: 17",))), [])

    assert Leads() == leads
    assert "at 17:00" == leads.without("at 17:00", "passing")
