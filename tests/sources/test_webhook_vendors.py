"""Seven vendors, each in its own shape and with its own proof."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sources.net import Net
from sources.parsing import Parser
from sources.tools import Tools
from tests.sources.conftest import NOW
from tests.sources.webhook_house import SECRET, House


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with Net() as net, Parser() as parser:
        yield House(Tools(net, parser), tmp_path)


AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SHAPES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "trustpilot": (
        {"events": [{"eventName": "service-review-created", "version": "1.0", "eventData": {
            "id": "t1", "stars": 2, "title": "Hm", "text": "Slow", "language": "en",
            "createdAt": "2026-11-24T09:00:00Z", "link": "https://www.trustpilot.com/reviews/t1",
            "consumer": {"id": "c1", "name": "Dana"}}}]},
        ("t1", "review", "Slow", "Dana", 2, 5, AT),
    ),
    "judgeme": (
        {"review": {"id": 7, "title": "Hm", "body": "Slow", "rating": 2,
            "reviewer": {"name": "Dana", "email": "d@mail.example"},
            "created_at": "2026-11-24T09:00:00+00:00"}},
        ("7", "review", "Slow", "Dana", 2, 5, AT),
    ),
    "yotpo": (
        {"event": "review_create", "data": {"id": "219", "title": "Hm", "content": "Slow",
            "score": "2", "deleted": "false", "reviewer_display_name": "Dana",
            "created_at": "2026-11-24 09:00:00 UTC"}},
        ("219", "review", "Slow", "Dana", 2, 5, AT),
    ),
    "hubspot": (
        {"hs_object_id": 9, "hs_survey_type": "NPS", "hs_value": 2, "hs_content": "Slow",
            "hs_submission_name": "Dana", "hs_submission_timestamp": 1795510800000},
        ("9", "survey", "Slow", "Dana", 2, 10, AT),
    ),
    "hotjar": (
        {"event": "survey_response", "version": 1, "data": {"id": 11, "created_at":
            "2026-11-24T09:00:00Z", "user_attributes": {"name": "Dana"},
            "answers": [{"question": "How likely", "answer": "2"},
                        {"question": "Why", "answer": "Slow"}]}},
        ("11", "survey", "Slow", "Dana", 2, 10, AT),
    ),
    "churnzero": (
        {"responseId": "z1", "score": 2, "comment": "Slow", "contactName": "Dana",
            "submittedAt": "2026-11-24T09:00:00Z"},
        ("z1", "survey", "Slow", "Dana", 2, 10, AT),
    ),
    "typeform": (
        {"event_id": "e1", "event_type": "form_response", "form_response": {
            "token": "tk1", "submitted_at": "2026-11-24T09:00:00Z", "hidden": {"name": "Dana"},
            "definition": {"title": "How was it", "fields": [{"id": "f1", "type": "nps"}]},
            "answers": [{"type": "number", "number": 2, "field": {"id": "f1", "type": "nps"}},
                        {"type": "text", "text": "Slow", "field": {"type": "long_text"}}]}},
        ("tk1", "survey", "Slow", "Dana", 2, 10, AT),
    ),
}  # fmt: skip
PUBLIC = "https://hooks.shop.example/hook"


def as_vendor(vendor: str, body: bytes, secret: str = SECRET) -> tuple[dict[str, str], str]:
    """Headers and query, as that vendor signs."""
    key = secret.encode()
    digest = hmac.new(key, body, hashlib.sha256)
    match vendor:
        case "judgeme":
            return {"JUDGEME-HMAC-SHA256": digest.hexdigest()}, ""
        case "typeform":
            told = base64.b64encode(digest.digest()).decode()
            return {"Typeform-Signature": f"sha256={told}"}, ""
        case "hubspot":
            at = str(int(NOW.timestamp() * 1000))
            whole = b"POST" + PUBLIC.encode() + b"?to=a,b&x=%20" + body + at.encode()
            made = base64.b64encode(hmac.new(key, whole, hashlib.sha256).digest()).decode()
            return {
                "X-HubSpot-Signature-v3": made,
                "X-HubSpot-Request-Timestamp": at,
            }, "?to=a%2Cb&x=%20"
        case _:
            return {}, f"?token={secret.replace(' ', '%20')}"


@pytest.mark.parametrize("vendor", SHAPES)
async def test_each_vendor_in_its_own_form(house: House, vendor: str) -> None:
    """Its shape, its signature; a wrong secret is refused."""
    found, expected = SHAPES[vendor]
    body = json.dumps(found).encode()
    more = {"public_url": PUBLIC} if vendor == "hubspot" else {}
    async with house.listening(recipe=vendor, **more):
        forged = await house.post(body, *as_vendor(vendor, body, "another secret"))
        status = await house.post(body, *as_vendor(vendor, body))
    (post,) = house.desk.posts

    assert (401, 200) == (forged, status)
    assert expected == (
        post.id, post.kind, post.text, post.author, post.rating, post.rating_max, post.occurred_at,
    )  # fmt: skip


async def test_a_deleted_review_says_so(house: House) -> None:
    """Trustpilot tells of deletions."""
    found = {"events": [{"eventName": "service-review-deleted", "eventData": {"id": "t1"}}]}
    body = json.dumps(found).encode()
    async with house.listening(recipe="trustpilot"):
        await house.post(body, *as_vendor("trustpilot", body))

    assert [("t1", True)] == [(post.id, post.deleted) for post in house.desk.posts]


@pytest.mark.parametrize(
    ("kind", "steps", "given", "expected"),
    [("nps", None, 0, (0, 10)), ("opinion_scale", 11, 9, (9, 10)), ("rating", 7, 6, (6, 7))],
)
async def test_survey_scales(
    house: House, kind: str, steps: int | None, given: int, expected: tuple[int, int]
) -> None:
    """A score keeps its scale: 6 of 7 is no 6 of 10, and 0 is a score."""
    found = {"form_response": {
        "token": "a", "definition": {"fields": [{"type": kind, "properties": {"steps": steps}}]},
        "answers": [{"type": "number", "number": given, "field": {"type": kind}}]}}  # fmt: skip
    body = json.dumps(found).encode()
    async with house.listening(recipe="typeform"):
        await house.post(body, *as_vendor("typeform", body))

    assert [expected] == [(post.rating, post.rating_max) for post in house.desk.posts]


async def test_our_own_shape_needs_no_mapping(house: House) -> None:
    """A program of the team posts an object, or several."""
    ours = [{"id": "1", "text": "Slow", "rating": 2, "kind": "question"}, {"id": "2", "text": "Ok"}]
    async with house.listening(recipe="shiftdesk"):
        await house.deliver(ours)

    assert [("1", "question"), ("2", "review")] == [(p.id, p.kind) for p in house.desk.posts]


async def test_a_field_of_a_recipe_can_be_corrected(house: House) -> None:
    """The vendor's names changed: one line, the rest of the recipe stays."""
    body = json.dumps({"review": {"id": 1, "words": "Slow", "rating": 1}}).encode()
    async with house.listening(recipe="judgeme", fields={"text": "words"}):
        await house.post(body, *as_vendor("judgeme", body))

    assert [("Slow", 1)] == [(post.text, post.rating) for post in house.desk.posts]
