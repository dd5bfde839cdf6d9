"""What can be done to a conversation without writing to the customer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import cast, get_args

from textual import work

from console.core.asks import (
    AnsweredElsewhere,
    Assign,
    Claim,
    CorrectMood,
    Decide,
    Done,
    Explain,
    Explanation,
    Failed,
    FollowUp,
    History,
    HistoryPage,
    Next,
    SetPriority,
    SetStatus,
    Tag,
    TakeBack,
    Undo,
    Verdict,
)
from console.core.model import MoodLabel, Reply
from console.ui.screens.snoozing import Snoozing
from console.ui.words import MOOD_LONG, PRIORITY_WORDS, REPLY_WORDS, _

REMIND_WITHIN = timedelta(seconds=30)
"""So long after something was solved, a reminder is about that."""
NOTHING_SOLVED = (0, datetime.min.replace(tzinfo=UTC))


class Acting(Snoozing):
    """The commands of a conversation, but for those of its sleep."""

    def __init__(self) -> None:
        super().__init__()
        self._solved = NOTHING_SOLVED

    # --- acting ------------------------------------------------------------------------------

    @work(group="act")
    async def action_claim(self) -> None:
        row = self.chosen
        if row is None:
            return
        me = self.console.me
        if self.marked:
            await self.act(Claim(row.id))
            return
        if row.owner == me:
            await self.act(Assign(row.id, ""), _("Handed back to the team."))
            return
        answer = await self.ask(Claim(row.id, row.version))
        if isinstance(answer, Failed) and answer.kind == "stale":
            body = answer.message
            take = await self.question(
                _("Somebody has it already"),
                [("yes", _("Take it over")), ("no", _("Leave it"))],
                body=body,
            )
            if take == "yes":
                await self.act(Claim(row.id, take_over=True), _("It is yours."))
            return
        if not self.complain(answer):
            self.say(answer.text if isinstance(answer, Done) and answer.text else _("It is yours."))
            self.changed()

    @work(group="act")
    async def action_next(self) -> None:
        answer = await self.ask(Next())
        if self.complain(answer):
            return
        if isinstance(answer, Done) and answer.conversation is not None:
            self.point_to(answer.conversation)
        else:
            self.say(_("Nothing is waiting for you."))

    @work(group="act")
    async def action_solve(self) -> None:
        row = self.chosen
        if row is not None and await self.act(SetStatus(row.id, "solved"), away=True):
            self.just_solved(row.id)

    def just_solved(self, conversation: int) -> None:
        """Say so, and that a reminder can be had now."""
        self._solved = (conversation, self.now)
        key = self.console.keys["conversation.follow_up"].split(",")[0]
        if key:
            text = _("Solved. {key}: remind me to ask whether it helped · u takes it back")
            self.say(text.format(key=key))
        else:
            self.say(_("Solved."))

    @work(group="act")
    async def action_follow_up(self) -> None:
        """Of what was solved a moment ago, else of what the cursor is on."""
        conversation, solved_at = self._solved
        if self.now - solved_at > REMIND_WITHIN:
            row = self.chosen
            if row is None:
                return
            conversation = row.id
        times = [
            ("", _("at the team's usual time")),
            ("1d", _("in a day")),
            ("3d", _("in three days")),
            ("7d", _("in a week")),
        ]
        until = await self.question(
            _("Ask in conversation {number} whether it helped: when?").format(number=conversation),
            [(time, f"{time:<4} {words}") for time, words in times],
        )
        if until is not None:
            self._solved = NOTHING_SOLVED
            await self.act(FollowUp(conversation, until))

    @work(group="act")
    async def action_close(self) -> None:
        row = self.chosen
        if row is None:
            return
        reasons = [_("spam"), _("no reply needed"), _("duplicate"), _("not about us")]
        reason = await self.question(
            _("Close without an answer: why?"), [(one, one) for one in reasons], free=True
        )
        if reason:
            await self.act(SetStatus(row.id, "closed", reason), _("Closed."), away=True)

    @work(group="act")
    async def action_hold(self) -> None:
        row = self.chosen
        if row is not None:
            await self.act(SetStatus(row.id, "on_hold"), _("On hold."))

    @work(group="act")
    async def action_reopen(self) -> None:
        row = self.chosen
        if row is not None:
            await self.act(SetStatus(row.id, "open"), _("Open again."))

    @work(group="act")
    async def action_assign(self) -> None:
        row = self.chosen
        if row is None:
            return
        team = self.console.overview.team if self.console.overview else ()
        people = [
            (person.name, person.name + (" · " + _("on shift") if person.on_shift else ""))
            for person in sorted(team, key=lambda person: (not person.on_shift, person.name))
        ]
        nobody = ("-", _("nobody: back to the team"))
        to = await self.question(_("Give it to whom?"), [*people, nobody], free=True)
        if to:
            name = "" if to == "-" else to.strip()
            said = (
                _("Given to {name}.").format(name=name) if name else _("Handed back to the team.")
            )
            await self.act(Assign(row.id, name, row.version), said)

    @work(group="act")
    async def action_tag(self) -> None:
        row = self.chosen
        if row is None:
            return
        words = await self.question(
            _("Tags: a word adds, -word removes"),
            [(f"-{tag}", _("remove {tag}").format(tag=tag)) for tag in row.tags],
            free=True,
        )
        names = (words or "").replace(",", " ").replace("#", " ").split()
        if names:
            add = tuple(name for name in names if not name.startswith("-"))
            remove = tuple(name[1:] for name in names if name.startswith("-") and name[1:])
            await self.act(Tag(row.id, add, remove))

    @work(group="act")
    async def action_priority(self) -> None:
        row = self.chosen
        if row is None:
            return
        choices = [(str(n), _(PRIORITY_WORDS[n])) for n in (3, 2, 1, 0)]
        level = await self.question(_("Priority"), choices)
        if level:
            await self.act(SetPriority(row.id, int(level)))

    @work(group="act")
    async def action_elsewhere(self) -> None:
        row = self.chosen
        if row is None:
            return
        link = await self.question(
            _("Answered elsewhere"),
            body=_("A link or a few words about it, or nothing; Enter notes it."),
            free=True,
        )
        if link is not None:
            said = _("Noted as answered.")
            await self.act(AnsweredElsewhere(row.id, self.now, link.strip()), said, away=True)

    @work(group="act")
    async def action_mood(self) -> None:
        row = self.chosen
        if row is None:
            return
        choices = [(label, _(MOOD_LONG[label])) for label in get_args(MoodLabel)]
        label = await self.question(_("What is the customer's mood?"), choices)
        if label:
            await self.act(CorrectMood(row.id, cast(MoodLabel, label)), _("Thank you, noted."))

    @work(group="act")
    async def action_decide(self) -> None:
        page = self.shown
        reply = _undecided(page.conversation.replies) if page else None
        if page is None or reply is None:
            self.say(_("No reply here waits for a decision."))
            return
        if reply.state == "awaiting_approval":
            choices = [
                ("approve", _("Approve: send it")),
                ("return", _("Return it to its writer")),
            ]
        else:
            choices = [
                ("send_again", _("Try again")),
                ("give_up", _("Give up: back to the draft")),
            ]
            if reply.state == "unsure":
                choices.insert(0, ("was_sent", _("Published: I saw it there")))
        from console.core.said import in_our_words

        body = "\n".join(part for part in (in_our_words(reply.error), reply.text[:300]) if part)
        verdict = await self.question(_(REPLY_WORDS[reply.state]).capitalize(), choices, body=body)
        if verdict is None:
            return
        if verdict == "approve":
            from console.ui.screens.guarding import approve

            if await approve(self, reply):
                self.changed()
            return
        why = ""
        if verdict == "return":
            title = _("Return it to {name}: why?").format(name=reply.author)
            said = await self.question(title, free=True)
            if said is None:
                return
            why = said
        decided = await self.act(Decide(reply.id, cast(Verdict, verdict), why.strip()))
        if decided and verdict == "give_up":
            self.put_back(page.conversation.row.id)

    @work(group="act")
    async def action_undo(self) -> None:
        reply = self.console.held_reply
        if reply is not None:
            answer = await self.ask(TakeBack(reply.id))
            self.console.release()
            if not self.complain(answer):
                said = answer.text if isinstance(answer, Done) else ""
                self.say(said or _("Taken back: nothing was sent."))
                self.put_back(reply.conversation)
                self.changed()
            return
        await self.act(Undo(), _("Taken back."))

    # --- reading -----------------------------------------------------------------------------

    @work(group="read", exclusive=True)
    async def action_why(self) -> None:
        row = self.chosen
        if row is None:
            return
        answer = await self.ask(Explain(row.id))
        if not self.complain(answer) and isinstance(answer, Explanation):
            from console.ui.screens.readings import sentences_text

            text = sentences_text(answer.sentences, min(80, self.size.width - 8))
            self.read(_("Why this deadline"), text)

    @work(group="read", exclusive=True)
    async def action_history(self) -> None:
        row = self.chosen
        if row is None:
            return
        answer = await self.ask(History(row.id))
        if not self.complain(answer) and isinstance(answer, HistoryPage):
            from console.ui.screens.readings import history_text

            text = history_text(answer.events, self.now)
            self.read(_("History"), text)

    def action_customer(self) -> None:
        row = self.chosen
        if row is not None:
            from console.ui.screens.customer import CustomerScreen

            self.app.push_screen(CustomerScreen(row.id))

    def action_words(self) -> None:
        page = self.shown
        if page is not None:
            from console.ui.screens.readings import words_text

            text = words_text(page.conversation)
            self.read(_("Which words decided"), text)

    def action_address(self) -> None:
        page = self.shown
        url = page.conversation.url if page else ""
        if not url:
            self.say(_("This post has no address."))
            return
        self.app.open_url(url)

    def action_copy(self) -> None:
        page = self.shown
        turns = page.conversation.turns if page else ()
        inbound = [turn for turn in turns if turn.kind == "inbound"]
        if inbound:
            self.app.copy_to_clipboard(inbound[-1].text)
            self.say(_("Copied, if your terminal allows it."))


def _undecided(replies: tuple[Reply, ...]) -> Reply | None:
    for state in ("unsure", "refused", "awaiting_approval"):
        for reply in reversed(replies):
            if reply.state == state:
                return reply
    return None
