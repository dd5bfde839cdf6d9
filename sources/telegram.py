"""Messages to a Telegram bot, private or in groups, and answers to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from urllib.parse import quote

import msgspec

from sources.answers import Answer
from sources.api import dict_of, dicts_of, line_of, text_of
from sources.base import (
    Batch,
    Channel,
    Cursor,
    Limit,
    Outgoing,
    Post,
    Receipt,
    Refused,
    SourceError,
)
from sources.net import How, Sending
from sources.options import Options
from sources.said import say
from sources.setup import Question, Setup
from sources.tools import Tools

_AT_ONCE = 100
_KINDS = ("message", "edited_message", "channel_post", "edited_channel_post")


class TelegramSource:
    """One bot.

    Options: `token_file` or `token_env` (BotFather's), `url`, `allow_private`, `ports`,
    `ca_file`. A bot cannot write first, and sees a group's messages only as its privacy mode
    allows.
    """

    setup = Setup(
        say("Telegram: messages to a bot, and answers to them"),
        say(
            "A bot made with @BotFather. Customers write to it first; in groups it sees what its "
            "privacy mode allows."
        ),
        (Question("token", say("The bot's token"), form="secret"),),
    )

    def __init__(self, name: str, options: Mapping[str, Any], tools: Tools) -> None:
        given = Options(options)
        self.name = name
        self._tools = tools
        self._token = given.secret(required=True)
        self._base = given.url("url", "https://api.telegram.org").rstrip("/")
        self._how = given.reach()
        given.done()
        # Telegram honours no key and shows no history: a lost answer stays a doubt.
        self.channel: Channel | None = Channel(limit=Limit(4096, "utf16"), public=False)

    async def poll(self, cursor: Cursor, now: datetime) -> Batch:
        """Messages that the bot has not been given yet.

        Asking for later ones tells Telegram to forget the earlier: the position moves only with
        what was taken in.
        """
        last = int(cursor.position) if cursor.position.isdecimal() else 0
        told: dict[str, Any] = {"limit": _AT_ONCE, "timeout": 0, "allowed_updates": list(_KINDS)}
        if last:
            told["offset"] = last + 1
        updates = dicts_of(await self._call("getUpdates", told, now))
        posts = [post for update in updates if (post := _post(update)) is not None]
        ids = [one["update_id"] for one in updates if isinstance(one.get("update_id"), int)]
        newest = max((post.occurred_at for post in posts if post.occurred_at), default=None)
        after = replace(
            cursor,
            position=str(max([last, *ids])) if ids else cursor.position,
            last_post_at=newest or cursor.last_post_at,
        )
        return Batch(posts, after, more=len(updates) >= _AT_ONCE)

    async def send(self, reply: Outgoing) -> Receipt:
        """Answer the message in its chat."""
        chat, _, message = reply.post_id.rpartition(":")
        if not message.isdecimal():
            raise Refused(say("{post_id} is no message of this bot", post_id=repr(reply.post_id)))
        told = {
            "chat_id": chat,
            "text": reply.text,
            "reply_parameters": {"message_id": int(message), "allow_sending_without_reply": True},
        }
        found = dict_of(await self._call("sendMessage", told, self._tools.clock(), writing=True))
        return Receipt(f"{chat}:{line_of(found.get('message_id'))}")

    async def find(self, reply: Outgoing) -> Receipt | None:
        raise SourceError(
            say("Telegram shows a bot no history; look into the chat {thread}", thread=reply.thread)
        )

    async def _call(
        self, method: str, told: Mapping[str, Any], now: datetime, *, writing: bool = False
    ) -> Any:
        """The result of a method. Telegram puts the token into the address."""
        token = self._token()
        self._tools.net.secrets.add(token)
        url = f"{self._base}/bot{token}/{method}"
        how: How = {**self._how, "accept": (400, 401, 403, 404, 409, 429)}
        if writing:
            sending = cast(Sending, {**how, "json": dict(told)})
            answer = await self._tools.net.post(url, **sending)
        else:
            query = "&".join(f"{name}={_written(value)}" for name, value in told.items())
            answer = await self._tools.net.get(f"{url}?{query}", **how)
        return self._result(answer, now, writing=writing)

    def _result(self, answer: Answer, now: datetime, *, writing: bool) -> Any:
        try:
            found = dict_of(answer.json())
        except SourceError:
            if writing and answer.status < 300:
                return {}
            raise
        if found.get("ok") is True:
            return found.get("result")
        words = line_of(self._tools.net.secrets.hide(line_of(found.get("description"), 400)))
        if answer.status == 429:
            wait = dict_of(found.get("parameters")).get("retry_after")
            seconds = min(wait, 86_400) if isinstance(wait, int) and wait > 0 else 30
            at = now + timedelta(seconds=seconds)
            raise SourceError(say("Telegram asks to wait {n} s", n=seconds), retry_at=at)
        if answer.status in (401, 404):
            raise SourceError(
                say("Telegram does not know this bot ({words}); check the token", words=words),
                stop=True,
            )
        if answer.status == 409:
            raise SourceError(
                say(
                    "Telegram hands the bot's messages to somebody else ({words}); remove its "
                    "webhook, or the other program",
                    words=words,
                ),
                stop=True,
            )
        if writing:
            raise Refused(say("Telegram refused the answer: {words}", words=words))
        raise SourceError(
            say("HTTP {status} from Telegram ({words})", status=answer.status, words=words)
        )


def _post(update: Mapping[str, Any]) -> Post | None:
    """A message's words; pictures and stickers without any say what they are."""
    name = next((name for name in _KINDS if isinstance(update.get(name), dict)), "")
    message = dict_of(update.get(name))
    chat, sender = dict_of(message.get("chat")), dict_of(message.get("from"))
    chat_id, id = line_of(chat.get("id")), line_of(message.get("message_id"))
    if not chat_id or not id:
        return None
    text = text_of(message.get("text")) or text_of(message.get("caption"))
    person = f"{line_of(sender.get('first_name'))} {line_of(sender.get('last_name'))}".strip()
    user, edited = line_of(sender.get("username")), message.get("edit_date")
    return Post(
        id=f"{chat_id}:{id}",
        text=text or _attached(message),
        title=line_of(chat.get("title")),
        kind="message",
        author=person or user or line_of(chat.get("title")),
        author_id=f"@{user}" if user else line_of(sender.get("id")),
        url=f"https://t.me/{line_of(chat.get('username'))}/{id}" if chat.get("username") else "",
        thread=chat_id,
        occurred_at=_instant(message.get("date")),
        edited_at=_instant(edited) if edited else None,
        language=line_of(sender.get("language_code"), 35),
        private=chat.get("type") == "private",
        automatic=sender.get("is_bot") is True,
    )


def _attached(message: Mapping[str, Any]) -> str:
    for name in ("photo", "video", "voice", "audio", "document", "sticker", "location", "contact"):
        if name in message:
            emoji = line_of(dict_of(message[name]).get("emoji"))
            return f"[{name}] {emoji}".strip()
    return ""


def _instant(value: Any) -> datetime | None:
    if not isinstance(value, int) or not 0 < value < 4_102_444_800:
        return None
    return datetime.fromtimestamp(value, UTC)


def _written(value: Any) -> str:

    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return quote(text, safe="")
