"""Telegram: updates taken once, answers in their chat."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from sources.base import Channel, Cursor, Doubt, Limit, Outgoing, Receipt, Refused, SourceError
from sources.telegram import TelegramSource
from sources.tools import Tools
from tests.sources.conftest import NOW
from tests.sources.vendors.telegram import TOKEN, Telegram

REPLY = Outgoing("k1", "Danke!", "77:1", "77")


@pytest.fixture
async def gram() -> AsyncIterator[Telegram]:
    async with Telegram().running() as gram:
        yield gram


def _source(tools: Tools, gram: Telegram, tmp_path: Path, token: str = TOKEN) -> TelegramSource:
    (tmp_path / "token").write_text(token)
    given = {"token_file": str(tmp_path / "token"), "url": gram.base, "allow_private": True}
    return TelegramSource("gram", given, tools)


async def test_a_message_becomes_a_post(tools: Tools, gram: Telegram, tmp_path: Path) -> None:
    """In the conversation of its chat, private where that is."""
    gram.message("kaputt")
    gram.message("auch", chat=-88)

    private, group = (await _source(tools, gram, tmp_path).poll(Cursor(), NOW)).posts

    assert (private.id, private.thread, private.private) == ("77:1", "77", True)
    assert (private.author, private.author_id, private.kind) == ("Ana B", "@ana", "message")
    assert (group.thread, group.private, group.occurred_at) == ("-88", False, NOW)


async def test_what_was_taken_in_is_forgotten_there(
    tools: Tools, gram: Telegram, tmp_path: Path
) -> None:
    """Only after it was kept: a poll that is repeated brings the same once more."""
    source = _source(tools, gram, tmp_path)
    gram.message("one")
    first = await source.poll(Cursor(), NOW)
    again = await source.poll(Cursor(), NOW)
    gram.message("two")
    second = await source.poll(first.cursor, NOW)
    third = await source.poll(second.cursor, NOW)

    assert [post.text for post in again.posts] == ["one"]
    assert [post.text for post in second.posts] == ["two"]
    assert (third.posts, third.cursor) == ([], second.cursor)
    assert gram.updates == []


async def test_a_full_page_is_not_the_last(tools: Tools, gram: Telegram, tmp_path: Path) -> None:
    """A hundred at once, the rest at once after."""
    for number in range(130):
        gram.message(str(number))
    source = _source(tools, gram, tmp_path)
    first = await source.poll(Cursor(), NOW)
    second = await source.poll(first.cursor, NOW)

    assert (len(first.posts), first.more) == (100, True)
    assert (len(second.posts), second.more) == (30, False)


async def test_an_edit_keeps_its_id(tools: Tools, gram: Telegram, tmp_path: Path) -> None:
    """New words under the same message."""
    gram.message(
        "new words", kind="edited_message", message_id=1, edit_date=int(NOW.timestamp()) + 60
    )

    (post,) = (await _source(tools, gram, tmp_path).poll(Cursor(), NOW)).posts

    assert (post.id, post.edited_at) == ("77:1", NOW + timedelta(minutes=1))


async def test_a_sticker_says_what_it_is(tools: Tools, gram: Telegram, tmp_path: Path) -> None:
    """A message without words is no empty one."""
    gram.message("", sticker={"emoji": "😡"})

    (post,) = (await _source(tools, gram, tmp_path).poll(Cursor(), NOW)).posts

    assert post.text == "[sticker] 😡"


async def test_an_answer_in_its_chat(tools: Tools, gram: Telegram, tmp_path: Path) -> None:
    """Under the message it answers."""
    receipt = await _source(tools, gram, tmp_path).send(REPLY)

    assert receipt == Receipt("77:501")
    assert gram.sent[0]["reply_parameters"]["message_id"] == 1


async def test_a_lost_answer_stays_a_doubt(tools: Tools, gram: Telegram, tmp_path: Path) -> None:
    """No key, no history: a person decides."""
    source = _source(tools, gram, tmp_path)
    gram.lose_answers = 1

    assert source.channel == Channel(limit=Limit(4096, "utf16"), public=False)
    with pytest.raises(Doubt):
        await source.send(REPLY)
    with pytest.raises(SourceError, match="no history"):
        await source.find(REPLY)


async def test_what_telegram_refuses(tools: Tools, gram: Telegram, tmp_path: Path) -> None:
    """Its words reach the agent."""
    source = _source(tools, gram, tmp_path)

    with pytest.raises(Refused, match="blocked by the user"):
        await source.send(Outgoing("k", "x", "-1:1", "-1"))
    with pytest.raises(Refused, match="too long"):
        await source.send(Outgoing("k", "x" * 4097, "77:1", "77"))


async def test_a_busy_telegram_says_when_in_its_body(
    tools: Tools, gram: Telegram, tmp_path: Path
) -> None:
    """For polls and for answers, which surely did not go."""
    source = _source(tools, gram, tmp_path)
    gram.busy = 2

    with pytest.raises(SourceError) as poll:
        await source.poll(Cursor(), NOW)
    with pytest.raises(SourceError) as sent:
        await source.send(REPLY)
    assert poll.value.retry_at == sent.value.retry_at == NOW + timedelta(seconds=17)
    assert type(sent.value) is SourceError


async def test_a_webhook_in_the_way(tools: Tools, gram: Telegram, tmp_path: Path) -> None:
    """The message says what to remove."""
    gram.webhook = True

    with pytest.raises(SourceError, match="remove its webhook") as caught:
        await _source(tools, gram, tmp_path).poll(Cursor(), NOW)
    assert caught.value.stop


async def test_a_wrong_token_stops_and_is_not_shown(
    tools: Tools, gram: Telegram, tmp_path: Path
) -> None:
    """It stands in the address, and the address in no message."""
    with pytest.raises(SourceError, match="check the token") as caught:
        await _source(tools, gram, tmp_path, "9:canary-secret").poll(Cursor(), NOW)
    assert caught.value.stop
    assert "canary" not in str(caught.value)
