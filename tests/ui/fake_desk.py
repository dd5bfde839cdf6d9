"""A desk in memory: answers asks from generated rows in four languages, changes, gets lost."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

import msgspec

from console.core import asks
from console.core.asks import Answer, Ask, Failed
from console.core.model import (
    OPEN_STATUSES,
    Conversation,
    Draft,
    Earlier,
    Event,
    Mood,
    Person,
    QueueRow,
    Reply,
    SourceHealth,
    Turn,
)
from console.core.news import Changed, Lost, Met, News, Told
from console.errors import DeskUnreachable

START = datetime(2026, 3, 4, 14, 32, tzinfo=UTC)

SAYINGS = {
    "en": [
        ("Sara Whitfield", "Third week waiting for my refund and nobody answers the phone."),
        ("Lena", "Love the new reading mode, thank you for listening to us!"),
        ("", "The app logs me out every morning since the last update (v4.2)."),
    ],
    "ru": [
        ("@ivan_petrov", "А доставка в Казань вообще работает? Жду заказ уже неделю."),
        ("Ольга Смирнова", "Спасибо, всё решили за десять минут, очень приятно."),
        ("Дмитрий", "Списали деньги дважды, поддержка молчит. Верните 1 290 ₽!"),
    ],
    "ar": [
        ("محمد العلي", "التطبيق لا يعمل بعد التحديث الأخير، أرجو الحل بسرعة."),
        ("فاطمة", "خدمة ممتازة وتوصيل سريع، شكراً لكم (طلب رقم 42)."),
        ("خالد", "متى تصل الشحنة؟ أنتظر منذ ٣ أيام."),
    ],
    "fa": [
        ("زهرا کریمی", "سه روز است که منتظر پاسخ هستم و کسی جواب نمی‌دهد."),
        ("علی رضایی", "برنامه خیلی خوب شده، از تیم شما ممنونم."),
        ("مریم", "می‌خواهم اشتراکم را لغو کنم ولی دکمه‌ای پیدا نمی‌کنم."),
    ],
}
SOURCES = (
    ("trust", "trustpilot", "review"),
    ("play", "google_play", "review"),
    ("mast", "mastodon", "mention"),
    ("mail", "email", "message"),
    ("news", "rss", "alert"),
)
TEAM = (
    Person("ana", "lead", on_shift=True, connected=1, languages=("en", "ru")),
    Person("bo", on_shift=True, connected=1),
    Person("mara", on_shift=True),
    Person("kian", languages=("fa", "ar")),
)


class FakeClock:
    """Stands still until it is told to go on."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **span: float) -> None:
        self.now += timedelta(**span)


def rows(count: int, *, seed: int = 7, now: datetime = START) -> list[QueueRow]:
    """Queue rows in order of their deadlines, the first two of them late."""
    chance = random.Random(seed)
    made = []
    languages = list(SAYINGS)
    for n in range(count):
        language = languages[n % 4]
        who, what = chance.choice(SAYINGS[language])
        source, type_, kind = SOURCES[n % len(SOURCES)]
        reviewed = kind == "review"
        rating = float(chance.choice((1, 1, 2, 3, 4, 5))) if reviewed else None
        due = now + timedelta(minutes=(n - 2) * 7 + (n // 12) ** 3)
        mood = chance.choice(("negative", "negative", "neutral", "positive"))
        owner = chance.choice(("", "", "", "bo", "ana"))
        made.append(
            QueueRow(
                id=n + 1,
                version=1,
                source=source,
                source_type=type_,
                kind=kind,
                status="open",
                who=who,
                what=what,
                language=language,
                rating=rating,
                mood=mood if n % 9 else None,
                mood_score=0.91,
                uncertain=n % 7 == 3,
                contradiction=bool(rating and rating > 3 and mood == "negative"),
                owner=owner,
                priority=2 if n % 11 == 4 else 1,
                tags=("refund",) if n % 5 == 0 else (),
                clock="frt",
                clock_state="running",
                due_at=due,
                soon_at=due - timedelta(minutes=30),
                critical_at=due - timedelta(minutes=10),
                waiting_since=now - timedelta(hours=2),
                last_activity_at=now - timedelta(minutes=13 * n + 5),
                writing=("bo",) if n == 0 else (),
                viewing=("mara",) if n == 3 else (),
            )
        )
    return made


class FakeDesk:
    """Answers like a desk; `asked` keeps every request in order."""

    def __init__(
        self, queue: Iterable[QueueRow] = (), *, me: str = "ana", clock: FakeClock | None = None
    ) -> None:
        self.clock = clock or FakeClock()
        self.rows = list(queue)
        self.me = next((person for person in TEAM if person.name == me), Person(me))
        self.asked: list[Ask] = []
        self.version = 1
        self.connected = True
        self.drafts: dict[int, Draft] = {}
        self.replies: dict[int, Reply] = {}
        self.notes: dict[int, list[str]] = {}
        self.texts: dict[int, str] = {}
        self.hints: tuple[asks.HintShown, ...] = ()
        self.conflicts: tuple[asks.Conflict, ...] = ()
        self.promise: tuple[datetime, str] | None = None
        self.limit: int | None = 350
        self.approval = False
        """A lead approves what is sent here."""
        self.answers: dict[type[Ask], Answer] = {}
        """Fixed answers by the type of the ask."""
        self.sources = tuple(
            SourceHealth(
                name,
                type_,
                last_success_at=START - timedelta(minutes=n),
                last_post_at=START - timedelta(minutes=9 * n),
                next_poll_at=START + timedelta(minutes=8 - n),
                error="429 from play.google.com" if name == "play" else "",
                failures=3 if name == "play" else 0,
                posts=120 + n,
            )
            for n, (name, type_, _kind) in enumerate(SOURCES)
        )
        self._hear: Callable[[News], None] | None = None

    # --- the line ------------------------------------------------------------------------------

    async def follow(self, hear: Callable[[News], None]) -> None:
        self._hear = hear
        if self.connected:
            hear(Met(self.welcome()))
        await asyncio.Event().wait()

    async def ask(self, request: Ask) -> Answer:
        self.asked.append(request)
        await asyncio.sleep(0)
        if not self.connected:
            raise DeskUnreachable("no desk answers at /run/shiftdesk/desk.sock")
        fixed = self.answers.get(type(request))
        return fixed if fixed is not None else self._answer(request)

    def welcome(self) -> asks.Welcome:
        return asks.Welcome(you=self.me, desk="Shiftdesk", now=self.clock(), undo_s=10.0)

    def lose(self, why: str = "the line was lost; trying again") -> None:
        self.connected = False
        assert self._hear is not None
        self._hear(Lost(why))

    def find(self) -> None:
        self.connected = True
        assert self._hear is not None
        self._hear(Met(self.welcome()))

    note = ""

    def change(self, touched: frozenset[int] | None = None) -> None:
        """Tell the console that something is new."""
        self.version += 1
        assert self._hear is not None
        self._hear(Changed(self.version, touched))

    def tell(self, text: str) -> None:
        assert self._hear is not None
        self._hear(Told(text))

    def asked_for(self, kind: type[Ask]) -> list[Ask]:
        return [request for request in self.asked if isinstance(request, kind)]

    # --- what it answers -----------------------------------------------------------------------

    def _answer(self, request: Ask) -> Answer:
        match request:
            case asks.Queue():
                return self._queue(request)
            case asks.Overview():
                return self._overview()
            case asks.Show(conversation):
                return self._show(conversation)
            case asks.Explain():
                return asks.Explanation(
                    (
                        "Policy “reviews” (version 3) promises a first reply within 4 h.",
                        "It arrived on Wednesday at 10:32; the desk is open until 18:00.",
                    )
                )
            case asks.History():
                return asks.HistoryPage(
                    (
                        Event(START - timedelta(hours=2), "", "arrived", "from trustpilot"),
                        Event(START - timedelta(hours=1), "bo", "claimed"),
                    )
                )
            case asks.Search(text):
                found = [
                    asks.Found(row.id, 1, row.who, row.source, START, row.what, "inbound")
                    for row in self.rows
                    if text.casefold() in row.what.casefold()
                ]
                return asks.SearchPage(tuple(found[:50]))
            case asks.SaveDraft():
                self.drafts[request.conversation] = Draft(
                    conversation=request.conversation, person=self.me.name, text=request.text,
                    note=request.note, saved_at=self.clock(), opened_on=request.opened_on,
                    version=request.version, revision=request.revision,
                )  # fmt: skip
                return asks.Done(self.version)
            case asks.DiscardDraft(conversation):
                self.drafts.pop(conversation, None)
                return asks.Done(self.version)
            case asks.SendReply():
                return self._send(request)
            case asks.Decide(reply, "approve", anyway=anyway):
                return self._approve(reply, anyway=anyway)
            case asks.TakeBack(reply):
                taken = self.replies.pop(reply)
                self.drafts[taken.conversation] = Draft(
                    taken.conversation, self.me.name, taken.text, False, self.clock(), 1, 1
                )
                self._put(taken.conversation, reply_state=None, status="open")
                return asks.Done(self.version, taken.conversation)
            case asks.Note(conversation, text):
                self.notes.setdefault(conversation, []).append(text)
                return asks.Done(self.version, conversation)
            case asks.Claim(conversation):
                self._put(conversation, owner=self.me.name)
                return asks.Done(self.version, conversation, undo="claim")
            case asks.Assign(conversation, to):
                self._put(conversation, owner=to)
                return asks.Done(self.version, conversation)
            case asks.SetStatus(conversation, status):
                self._put(conversation, status=status)
                return asks.Done(self.version, conversation, undo="status")
            case asks.Snooze(conversation):
                self._put(conversation, snoozed_until=self.clock() + timedelta(hours=1))
                return asks.Done(self.version, conversation, "Snoozed until 15:32.", "snooze")
            case asks.Tag(conversation, add, remove):
                row = self.row(conversation)
                tags = tuple(sorted({*row.tags, *add} - set(remove)))
                self._put(conversation, tags=tags)
                return asks.Done(self.version, conversation)
            case asks.Next():
                row = next((row for row in self._in_view("open") if not row.owner), None)
                if row is None:
                    return asks.Done(self.version)
                self._put(row.id, owner=self.me.name)
                return asks.Done(self.version, row.id)
            case asks.Hints():
                return asks.HintsPage(request.revision, self.hints)
            case _:
                return asks.Done(self.version)

    def row(self, conversation: int) -> QueueRow:
        return next(row for row in self.rows if row.id == conversation)

    def _put(self, conversation: int, **changes: object) -> None:
        at = next(n for n, row in enumerate(self.rows) if row.id == conversation)
        old = self.rows[at]
        self.rows[at] = msgspec.structs.replace(old, version=old.version + 1, **changes)
        self.version += 1

    def _in_view(self, view: str, filter: str = "") -> list[QueueRow]:
        now = self.clock()
        tests: dict[str, Callable[[QueueRow], bool]] = {
            "open": lambda row: True,
            "mine": lambda row: row.owner == self.me.name,
            "late": lambda row: row.due_at is not None and row.due_at <= now,
            "soon": lambda row: bool(row.soon_at and row.soon_at <= now < (row.due_at or now)),
            "negative": lambda row: row.mood == "negative",
            "unassigned": lambda row: not row.owner,
            "approval": lambda row: row.reply_state == "awaiting_approval",
        }
        found = [
            row
            for row in self.rows
            if row.status in OPEN_STATUSES and row.snoozed_until is None and tests[view](row)
        ]
        if filter:
            from console.core.views import parse

            wanted = parse(filter)
            found = [row for row in found if wanted.matches(row, now, self.me.name)]
        return sorted(found, key=lambda row: (row.due_at or now, row.id))

    def _queue(self, request: asks.Queue) -> Answer:
        try:
            found = self._in_view(request.view, request.filter)
        except Exception as error:
            return Failed("wrong", str(error))
        keep_at = next((n for n, row in enumerate(found) if row.id == request.keep), None)
        first = request.first
        if keep_at is not None and not first <= keep_at < first + request.count:
            first = max(0, keep_at - request.count // 2)
        page = tuple(found[first : first + request.count])
        return asks.QueuePage(page, first, min(len(found), 1000), self.version, keep_at)

    def _overview(self) -> Answer:
        titles = {
            "open": "All open", "mine": "Mine", "late": "Late", "soon": "Soon",
            "negative": "Negative", "unassigned": "Unassigned",
        }  # fmt: skip
        views = tuple(
            asks.ViewCount(name, title, f"is:{name}", len(self._in_view(name)))
            for name, title in titles.items()
        )
        counts = {view.name: view.count for view in views}
        return asks.OverviewPage(
            views, TEAM, self.sources, counts["late"], counts["soon"], counts["open"],
            self.version, mood="ready", note=self.note,
            next_due=tuple(row.due_at for row in self.rows if row.due_at and row.due_at > self.clock())[:10],
        )  # fmt: skip

    def _show(self, conversation: int) -> Answer:
        try:
            row = self.row(conversation)
        except StopIteration:
            return Failed("not_found", f"There is no conversation {conversation}.")
        text = self.texts.get(conversation, row.what)
        words = tuple((word, 0.4 - n / 10) for n, word in enumerate(text.split()[:4]))
        turns = [
            Turn(
                id=conversation * 10,
                kind="inbound",
                author=row.who,
                text=text,
                at=row.last_activity_at or START,
                seen_at=START,
                rating=row.rating,
                language=row.language,
                mood=Mood(row.mood, row.mood_score, row.uncertain, words, "demo")
                if row.mood
                else None,
            )
        ]
        turns += [
            Turn(conversation * 10 + n + 1, "note", self.me.name, note, START, START)
            for n, note in enumerate(self.notes.get(conversation, ()))
        ]
        draft = self.drafts.get(conversation)
        return asks.ConversationPage(
            Conversation(
                row=row,
                turns=tuple(turns),
                replies=tuple(r for r in self.replies.values() if r.conversation == conversation),
                drafts=(draft,) if draft else (),
                earlier=(
                    Earlier(
                        900,
                        "play",
                        "review",
                        "solved",
                        "Very good so far",
                        START - timedelta(days=90),
                        4.0,
                    ),
                )
                if conversation % 2
                else (),
                url=f"https://example.com/reviews/{conversation}",
            ),
            limit=self.limit,
            public=row.kind != "message",
            version=self.version,
        )

    def _approve(self, number: int, *, anyway: bool) -> Answer:
        if self.conflicts and not anyway:
            return asks.Guarded(self.conflicts)
        until = self.clock() + timedelta(seconds=10)
        reply = msgspec.structs.replace(self.replies[number], state="held", held_until=until)
        self.replies[number] = reply
        return asks.Queued(reply)

    def _send(self, request: asks.SendReply) -> Answer:
        if self.conflicts and not request.anyway:
            return asks.Guarded(self.conflicts, self.drafts.get(request.conversation))
        known = [reply for reply in self.replies.values() if reply.key == request.key]
        if known:
            return asks.Queued(known[0])
        reply = Reply(
            id=len(self.replies) + 500,
            conversation=request.conversation,
            key=request.key,
            author=self.me.name,
            text=request.text,
            state="awaiting_approval" if self.approval else "held",
            submitted_at=self.clock(),
            held_until=None if self.approval else self.clock() + timedelta(seconds=10),
            then=request.then,
        )
        self.replies[reply.id] = reply
        self.drafts.pop(request.conversation, None)
        self._put(request.conversation, reply_state="held", status=request.then)
        return asks.Queued(reply, self.promise)
