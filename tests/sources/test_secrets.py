"""Secrets are known by value and struck out of everything that is shown."""

from __future__ import annotations

import pytest

from sources.secrets import Secrets


@pytest.mark.parametrize(
    "text",
    [
        "token=canary+secret/1",
        "Authorization: Bearer canary+secret/1",
        "https://example.com/?key=canary%2Bsecret%2F1&x=1",
    ],
)
def test_a_secret_in_any_form(text: str) -> None:
    """Bare, with its scheme, and percent-encoded."""
    secrets = Secrets()
    secrets.add("Bearer canary+secret/1")

    assert "canary" not in secrets.hide(text)


def test_one_secret_inside_another() -> None:
    """The longer one goes first, so that nothing of it stays."""
    secrets = Secrets()
    secrets.add("canary")
    secrets.add("canary-and-more")

    assert secrets.hide("canary-and-more") == "[hidden]"


def test_a_short_value_is_no_secret() -> None:
    """Hiding "on" would eat ordinary words."""
    secrets = Secrets()
    secrets.add("on")

    assert secrets.hide("it goes on") == "it goes on"
