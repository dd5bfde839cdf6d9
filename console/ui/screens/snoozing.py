"""Putting conversations to sleep, and what a customer's thanks do to that."""

from __future__ import annotations

import msgspec
from textual import work

from console.core.asks import Done, Failed, JudgeThanks, Snooze, SnoozeAgain
from console.ui.screens.choosing import Choosing
from console.ui.words import _


class Snoozing(Choosing):
    """Snooze, wake, snooze again; whether thanks were only thanks."""

    @work(group="act")
    async def action_snooze(self) -> None:
        row = self.chosen
        if row is None:
            return
        if (row.snoozed_until is not None or row.snoozed_by) and not self.marked:
            await self.act(Snooze(row.id, ""), _("Awake again."))
            return
        times = [
            ("1h", _("in an hour")),
            ("3h", _("in three hours")),
            ("tomorrow", _("tomorrow morning")),
            ("mon 9", _("Monday at 9")),
            ("until reply", _("until the customer writes")),
        ]
        until = await self.question(
            _("Snooze until when?"),
            [(time, f"{time:<12} {words}") for time, words in times],
            free=True,
        )
        if not until:
            return
        if self.marked:
            await self.act(Snooze(row.id, until))
            return
        await self._put_to_sleep(Snooze(row.id, until))

    @work(group="act")
    async def action_snooze_again(self) -> None:
        row = self.chosen
        if row is not None:
            await self._put_to_sleep(SnoozeAgain(row.id))

    async def _put_to_sleep(self, request: Snooze | SnoozeAgain) -> None:
        """Past its deadline only after a yes to the desk's own words."""
        answer = await self.ask(request)
        if isinstance(answer, Failed) and answer.kind == "stale":
            sure = await self.question(
                _("Past its deadline"),
                [("yes", _("Snooze anyway")), ("no", _("Leave it"))],
                body=answer.message,
            )
            if sure == "yes":
                anyway = msgspec.structs.replace(request, past_due=True)
                await self.act(anyway, _("Snoozed."), away=True)
            return
        if not self.complain(answer):
            self.leave(request.conversation)
            self.say(answer.text if isinstance(answer, Done) and answer.text else _("Snoozed."))
            self.changed()

    @work(group="act")
    async def action_thanks(self, only: bool) -> None:
        row = self.chosen
        if row is not None:
            await self.act(JudgeThanks(row.id, only), away=only)
