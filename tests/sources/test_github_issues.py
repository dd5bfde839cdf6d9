"""GitHub: issues and comments, changes, answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sources.base import Cursor, Doubt, OptionError, Outgoing, Refused, SourceError
from sources.github_issues import GitHubIssuesSource
from sources.tools import Tools
from tests.sources.conftest import NOW
from tests.sources.vendors.github import REPOSITORY, TOKEN, GitHub

REPLY = Outgoing("k1", "Thank **you**!", "issue:1", "issue:1")


@pytest.fixture
async def hub() -> AsyncIterator[GitHub]:
    async with GitHub().running() as hub:
        yield hub


def _source(
    tools: Tools, hub: GitHub, tmp_path: Path, token: str = TOKEN, **options: Any
) -> GitHubIssuesSource:
    given: dict[str, Any] = {"repository": REPOSITORY, "url": hub.base, "allow_private": True}
    if token:
        (tmp_path / "token").write_text(token)
        given["token_file"] = str(tmp_path / "token")
    return GitHubIssuesSource("hub", {**given, **options}, tools)


async def test_an_issue_and_its_comments_are_one_conversation(
    tools: Tools, hub: GitHub, tmp_path: Path
) -> None:
    """What we wrote is ours, what a program wrote starts no clock."""
    number = hub.issue("It broke")
    hub.comment(number, "me too", at=NOW + timedelta(minutes=1))
    hub.comment(number, "looking", login="support", at=NOW + timedelta(minutes=2))
    hub.comment(number, "stale", login="bot", kind="Bot", at=NOW + timedelta(minutes=3))

    batch = await _source(tools, hub, tmp_path).poll(Cursor(), NOW + timedelta(hours=1))

    posts = {post.text: post for post in batch.posts}
    assert (posts["It broke"].id, posts["It broke"].kind) == ("issue:1", "question")
    assert posts["me too"].thread == "issue:1"
    assert (posts["looking"].own, posts["me too"].own) == (True, False)
    assert posts["stale"].automatic
    assert batch.quota_left == "4999 of 5000"


async def test_pull_requests_are_left_out_unless_wanted(
    tools: Tools, hub: GitHub, tmp_path: Path
) -> None:
    """They stand in the same list, with their comments."""
    number = hub.issue("a change", pull=True)
    hub.comment(number, "nice")

    assert (await _source(tools, hub, tmp_path).poll(Cursor(), NOW)).posts == []
    assert len((await _source(tools, hub, tmp_path, pulls=True).poll(Cursor(), NOW)).posts) == 2


async def test_only_what_changed(tools: Tools, hub: GitHub, tmp_path: Path) -> None:
    """An edited comment comes again, an old one does not."""
    first = hub.issue("old", at=NOW - timedelta(days=3))
    id = hub.comment(hub.issue("new"), "one")
    source = _source(tools, hub, tmp_path)
    batch = await source.poll(Cursor(), NOW)
    later = NOW + timedelta(hours=1)
    hub.comments[id] |= {"body": "two", "updated_at": later.strftime("%Y-%m-%dT%H:%M:%SZ")}

    changed = await source.poll(batch.cursor, later)

    assert f"issue:{first}" not in {post.id for post in changed.posts}
    assert "two" in {post.text for post in changed.posts}


async def test_a_long_list_takes_several_polls(tools: Tools, hub: GitHub, tmp_path: Path) -> None:
    """Twelve hundred issues, each once."""
    for number in range(1200):
        hub.issue("x", at=NOW - timedelta(minutes=number))
    source = _source(tools, hub, tmp_path)
    first = await source.poll(Cursor(), NOW)
    second = await source.poll(first.cursor, NOW)

    assert (first.more, second.more) == (True, False)
    assert len({post.id for post in (*first.posts, *second.posts)}) == 1200


async def test_without_a_token_issues_are_read_alone(
    tools: Tools, hub: GitHub, tmp_path: Path
) -> None:
    """Public ones need none."""
    hub.issue("It broke")
    source = _source(tools, hub, tmp_path, token="")

    assert len((await source.poll(Cursor(), NOW)).posts) == 1
    assert source.channel is None


async def test_a_comment_is_published_and_found(tools: Tools, hub: GitHub, tmp_path: Path) -> None:
    """A lost answer ends by reading."""
    hub.issue("It broke")
    source = _source(tools, hub, tmp_path)
    assert await source.find(REPLY) is None
    hub.lose_answers = 1

    with pytest.raises(Doubt):
        await source.send(REPLY)
    found = await source.find(REPLY)

    assert found is not None
    assert found.id.startswith("comment:")
    assert len(hub.comments) == 1


async def test_other_peoples_words_are_not_ours(tools: Tools, hub: GitHub, tmp_path: Path) -> None:
    """The same words by a customer prove nothing."""
    hub.comment(hub.issue("It broke"), REPLY.text)

    assert await _source(tools, hub, tmp_path).find(REPLY) is None


async def test_an_issue_that_is_gone(tools: Tools, hub: GitHub, tmp_path: Path) -> None:
    """GitHub's words reach the agent."""
    with pytest.raises(Refused, match="Not Found"):
        await _source(tools, hub, tmp_path).send(REPLY)


async def test_a_spent_quota_says_when(tools: Tools, hub: GitHub, tmp_path: Path) -> None:
    """GitHub says 403 and an instant; it is no wrong key."""
    hub.busy = 1

    with pytest.raises(SourceError) as caught:
        await _source(tools, hub, tmp_path).poll(Cursor(), NOW)
    assert caught.value.retry_at == NOW + timedelta(minutes=7)
    assert not caught.value.stop


async def test_a_forbidden_list_is_no_spent_quota(
    tools: Tools, hub: GitHub, tmp_path: Path
) -> None:
    """GitHub names the reset on every answer; only an empty quota is one to wait for."""
    hub.forbid = True

    with pytest.raises(SourceError, match="check the token") as caught:
        await _source(tools, hub, tmp_path).poll(Cursor(), NOW)
    assert (caught.value.retry_at, caught.value.stop) == (None, True)


async def test_a_wrong_token_stops(tools: Tools, hub: GitHub, tmp_path: Path) -> None:
    """And is not shown."""
    with pytest.raises(SourceError, match="Bad credentials") as caught:
        await _source(tools, hub, tmp_path, "canary-secret").poll(Cursor(), NOW)
    assert caught.value.stop
    assert "canary" not in str(caught.value)


def test_a_repository_is_an_owner_and_a_name(tools: Tools) -> None:
    """Nothing else gets into an address."""
    with pytest.raises(OptionError, match="owner/name"):
        GitHubIssuesSource("hub", {"repository": "../x/y"}, tools)
