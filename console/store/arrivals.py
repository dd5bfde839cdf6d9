"""What the posts of one batch do to conversations: join or open them, wake, reopen, answer."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta
from typing import NamedTuple

from console.core.clocks import Arrived, Happening, Noted, Responded, StatusSet
from console.core.thanks import is_thanks
from console.store.clockwork import record, settle
from console.store.customers import customer_of
from console.store.database import Transaction
from console.store.delivery import proven, reply_shown
from console.store.identity import is_small_change, mark_of, normal
from console.store.instants import from_ms, to_ms
from console.store.turns import add_post
from sources.base import Post

LONG_BEFORE = timedelta(days=30)
"""A post that is older when it is first seen arrived late."""

REOPENS_WITHIN = timedelta(days=14)
"""After that an inbound turn on a solved conversation begins a new one (semantics S11)."""


class Known(NamedTuple):
    """A post that is there already."""

    native_id: str
    turn: int
    digest: bytes


class Arrivals:
    """One batch on its way into the tables."""

    def __init__(
        self,
        tx: Transaction,
        source: str,
        now: datetime,
        *,
        reached: datetime | None,
        backfill: bool,
    ) -> None:
        self._tx = tx
        self._db = tx.db
        self._source = source
        self._now = now
        self._reached = reached
        self._backfill = backfill
        self.happenings: dict[int, list[Happening]] = {}
        """What moves clocks, by conversation; one that was touched otherwise has an empty list."""
        self.new_count = 0
        self.edited_count = 0
        self.reopened: list[int] = []
        self.answered: list[int] = []
        self.small_edits: list[int] = []

    def settle(self) -> None:
        """Derive what was touched again, and move its clocks."""
        for conversation, happenings in self.happenings.items():
            settle(self._tx, conversation, self._now, happenings)

    def new(self, post: Post, digest: bytes, key: bytes | None) -> int | None:
        """A post never seen; its turn, or None for one that belongs to nothing here, or was erased."""
        if self._was_erased(post):
            return None
        turn = self._ours(post) if post.own else self._theirs(post)
        if turn is not None:
            self._db.execute(
                """
                insert into posts (source, native_id, turn, digest, content_key, seen_at)
                values (?, ?, ?, ?, ?, ?)
                on conflict (source, native_id) do update set
                    turn = excluded.turn, digest = excluded.digest
                """,
                (self._source, post.id, turn, digest, key, to_ms(self._now)),
            )
            self.new_count += 1
        return turn

    def _was_erased(self, post: Post) -> bool:
        mark = mark_of(self._source, post.id)
        return (
            self._db.execute("select 1 from erased where mark = ?", (mark,)).fetchone() is not None
        )

    def renamed(self, before: Known, post: Post) -> None:
        """The platform gave a post another id: that one names it from now on."""
        self._db.execute(
            "update posts set native_id = ? where source = ? and native_id = ?",
            (post.id, self._source, before.native_id),
        )
        self._db.execute("update turns set native_id = ? where id = ?", (post.id, before.turn))
        self._db.execute(
            """
            insert into threads (source, thread, conversation)
            select ?, ?, conversation from turns where id = ?
            on conflict (source, thread) do nothing
            """,
            (self._source, post.thread or post.id, before.turn),
        )

    def changed(self, before: Known, post: Post, digest: bytes, key: bytes | None) -> int:
        """A post whose text, rating or deletion is not what it was; the turn that holds it now."""
        if before.native_id != post.id:
            self.renamed(before, post)
        turn = self._db.execute(
            """
            select id, conversation, kind, title, text, rating, at, deleted
            from turns where id = ?
            """,
            (before.turn,),
        ).fetchone()
        self.happenings.setdefault(turn["conversation"], [])
        if post.deleted or _says_the_same(turn, post):
            newest = self._mark_deleted(turn, deleted=post.deleted)
        elif turn["kind"] == "response":
            newest = self._our_edit(turn, post)
        else:
            newest = self._their_edit(turn, post)
        self._db.execute(
            """
            update posts set turn = ?, digest = ?, content_key = ?
            where source = ? and native_id = ?
            """,
            (newest, digest, key, self._source, post.id),
        )
        self.edited_count += 1
        return newest

    def _mark_deleted(self, turn: sqlite3.Row, *, deleted: bool) -> int:
        if bool(turn["deleted"]) != deleted:
            self._db.execute("update turns set deleted = ? where id = ?", (deleted, turn["id"]))
            verb = "deleted" if deleted else "restored"
            record(self._tx, turn["conversation"], self._now, "", verb)
        return int(turn["id"])

    def _theirs(self, post: Post) -> int:
        at, late = self._when(post)
        conversation = self._joined(post)
        fresh = conversation is None
        if conversation is None:
            conversation = self._opened(post)
        turn = add_post(
            self._db, conversation, post, at=at, now=self._now, late=late, backfill=self._backfill
        )
        happenings = self.happenings.setdefault(conversation, [])
        record(self._tx, conversation, at, post.author, "arrived" if fresh else "wrote")
        if post.automatic:
            happenings.append(Noted(at=self._now, what="automatic"))
            return turn
        if not fresh:
            self._take_up(conversation)
        happenings.append(
            Arrived(
                at=at,
                seen_at=self._now,
                backfill=self._backfill,
                late=late,
                # of a first word it says nothing: the clocks only heed it after an answer.
                thanks=not fresh
                and post.rating is None
                and is_thanks(_words(post.title, post.text)),
            )
        )
        return turn

    def _their_edit(self, turn: sqlite3.Row, post: Post) -> int:
        """A newer version of what the customer wrote: a turn of its own, and it reopens."""
        conversation = int(turn["conversation"])
        said = from_ms(turn["at"])
        at = min(max(post.edited_at or self._now, said), self._now)
        late = not self._backfill and self._reached is not None and at < self._reached
        newest = add_post(
            self._db,
            conversation,
            post,
            at=at,
            now=self._now,
            edit_of=turn["id"],
            late=late,
            backfill=self._backfill,
        )
        same_stars = turn["rating"] == post.rating
        stars = "" if same_stars else f"{turn['rating']} → {post.rating}"
        record(self._tx, conversation, at, post.author, "edited", stars)
        if same_stars and is_small_change(
            _words(turn["title"], turn["text"]), _words(post.title, post.text)
        ):
            self.small_edits.append(conversation)
        # feeds touch their alerts all the time; nobody waits for an answer to one.
        if post.kind != "alert" and not post.automatic:
            self._take_up(conversation)
            self.happenings[conversation].append(
                Arrived(at=at, seen_at=self._now, backfill=self._backfill, late=late)
            )
        return newest

    def _when(self, post: Post) -> tuple[datetime, bool]:
        """When a post was written as far as clocks care, and whether it arrived late."""
        said = post.occurred_at
        if said is None:
            return self._now, False
        if said > self._now:
            return self._now, True
        late = self._now - said > LONG_BEFORE or (
            self._reached is not None and said < self._reached
        )
        return said, late and not self._backfill

    def _joined(self, post: Post) -> int | None:
        """The conversation that a post continues; None if it opens one."""
        row = self._db.execute(
            """
            select c.id, c.status, c.solved_at
            from threads t join conversations c on c.id = t.conversation
            where t.source = ? and t.thread = ?
            """,
            (self._source, post.thread or post.id),
        ).fetchone()
        return None if row is None or self._is_over(row) else int(row["id"])

    def _is_over(self, row: sqlite3.Row) -> bool:
        """Whether a conversation is done with: what comes now is another one (semantics S11)."""
        if row["status"] == "closed":
            return True
        solved_at = from_ms(row["solved_at"])
        return (
            row["status"] == "solved"
            and solved_at is not None
            and self._now - solved_at > REOPENS_WITHIN
        )

    def _opened(self, post: Post) -> int:
        thread = post.thread or post.id
        customer = customer_of(self._tx, self._source, post.author_id, post.author)
        (conversation,) = self._db.execute(
            """
            insert into conversations (version, source, kind, private, status, customer, follows,
                created_at, solved_at, last_activity_at)
            values (0, ?, ?, ?, ?, ?,
                (select conversation from threads where source = ? and thread = ?), ?, ?, ?)
            returning id
            """,
            (
                self._source,
                post.kind,
                post.private,
                # an auto-responder's first word: kept, but nobody waits.
                "solved" if post.automatic else "new",
                customer,
                self._source,
                thread,
                to_ms(self._now),
                to_ms(self._now) if post.automatic else None,
                to_ms(self._now),
            ),
        ).fetchone()
        self._db.execute(
            """
            insert into threads (source, thread, conversation) values (?, ?, ?)
            on conflict (source, thread) do update set conversation = excluded.conversation
            """,
            (self._source, thread, conversation),
        )
        return int(conversation)

    def _take_up(self, conversation: int) -> None:
        """The customer wrote again: what slept or was answered is open."""
        row = self._db.execute(
            "select status, snoozed_at from conversations where id = ?", (conversation,)
        ).fetchone()
        if row["snoozed_at"] is not None:
            record(self._tx, conversation, self._now, "", "woke", "reply")
        if row["status"] in ("solved", "closed") and conversation not in self.reopened:
            record(self._tx, conversation, self._now, "", "reopened")
            self.reopened.append(conversation)
        self._db.execute(
            """
            update conversations set
                status = case status when 'new' then 'new' else 'open' end, solved_at = null,
                snoozed_at = null, snoozed_until = null, snoozed_until_reply = 0, snoozed_by = '',
                snooze_reason = ''
            where id = ?
            """,
            (conversation,),
        )

    def _ours(self, post: Post) -> int | None:
        """An answer of ours, seen on the platform: our own sent reply, or one given there."""
        conversation = self._answered_by(post)
        if conversation is None:
            return None
        self.happenings.setdefault(conversation, [])
        at, _late = self._when(post)
        if reply := reply_shown(self._db, conversation, post):
            turn, happenings = proven(self._tx, reply, post, at=at, now=self._now)
            self.happenings[conversation].extend(happenings)
            return turn
        turn = add_post(self._db, conversation, post, at=at, now=self._now, backfill=self._backfill)
        self._answered_outside(conversation, post, at, edit_of=None)
        return turn

    def _our_edit(self, turn: sqlite3.Row, post: Post) -> int:
        conversation = int(turn["conversation"])
        at = min(post.edited_at or self._now, self._now)
        if reply := reply_shown(self._db, conversation, post):
            newest, happenings = proven(self._tx, reply, post, at=at, now=self._now)
            self.happenings[conversation].extend(happenings)
            return newest
        newest = add_post(self._db, conversation, post, at=at, now=self._now, edit_of=turn["id"])
        self._answered_outside(conversation, post, at, edit_of=from_ms(turn["at"]))
        return newest

    def _answered_by(self, post: Post) -> int | None:
        """The conversation that an own post answers."""
        row = self._db.execute(
            "select conversation from threads where source = ? and thread = ?",
            (self._source, post.thread or post.parent or post.id),
        ).fetchone()
        row = (
            row
            or self._db.execute(
                """
            select t.conversation from posts p join turns t on t.id = p.turn
            where p.source = ? and p.native_id = ?
            """,
                (self._source, post.parent),
            ).fetchone()
        )
        return int(row["conversation"]) if row else None

    def _answered_outside(
        self, conversation: int, post: Post, at: datetime, edit_of: datetime | None
    ) -> None:
        """A response that did not go through us stops the clocks all the same (semantics S3)."""
        record(self._tx, conversation, at, post.author, "answered_outside")
        happenings = self.happenings[conversation]
        happenings.append(
            Responded(
                at=at,
                accepted_at=at,
                automation=post.automatic,
                external=True,
                edit_of=edit_of,
            )
        )
        if post.automatic:
            return
        self.answered.append(conversation)
        row = self._db.execute(
            """
            select c.status, exists (
                select 1 from turns t where t.conversation = c.id and t.kind = 'inbound'
                    and t.automatic = 0 and t.at > ?
            ) as unseen
            from conversations c where c.id = ?
            """,
            (to_ms(at), conversation),
        ).fetchone()
        if row["status"] in ("new", "open") and not row["unseen"]:
            self._db.execute(
                "update conversations set status = 'waiting' where id = ?", (conversation,)
            )
            happenings.append(StatusSet(at=at, status="waiting"))


def _says_the_same(turn: sqlite3.Row, post: Post) -> bool:
    return (
        normal(turn["text"]) == normal(post.text)
        and normal(turn["title"]) == normal(post.title)
        and turn["rating"] == post.rating
    )


def _words(title: str, text: str) -> str:
    return f"{title}\n{text}"
