"""The line at the top: what, when, who; late and soon; and anything that is wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from textual.content import Content
from textual.widgets import Static

from console.core.asks import OverviewPage, Welcome
from console.ui.dates import digits
from console.ui.words import _, brief, local_time, minutes_of, ngettext


class StatusBar(Static):
    """One line, always true: it says first that the desk is lost, if it is."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._welcome: Welcome | None = None
        self._overview: OverviewPage | None = None
        self._lost = self._trouble = ""
        self._observe = False
        self._minute = ""

    def meet(self, welcome: Welcome, *, observe: bool) -> None:
        """A desk answers."""
        self._welcome, self._lost, self._observe = welcome, "", observe
        self._draw()

    def lose(self, why: str) -> None:
        """The desk is lost; `why` is a sentence."""
        self._lost = why
        self._draw()

    def complain(self, trouble: str) -> None:
        """The desk has no counts for us, and says why."""
        self._trouble = trouble
        self._draw()

    def show_overview(self, overview: OverviewPage) -> None:
        """New counts."""
        self._overview, self._trouble = overview, ""
        self._draw()

    def tick(self, now: datetime) -> None:
        """Let time pass: the clock shows minutes."""
        if self._now is None or now >= self._next_minute:
            self._now, self._minute = now, minutes_of(now)
            self._next_minute = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
            self._draw()

    _now: datetime | None = None
    _next_minute = datetime.min.replace(tzinfo=UTC)

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        width = self.size.width
        if not width:
            return
        name = self._welcome.desk if self._welcome else _("Shiftdesk")
        left = Content.assemble(
            " ", (brief(name, 16), "$accent bold"), " ", (self._minute, "$foreground")
        )
        if self._observe:
            left = Content.assemble(left, "  ", (_(" observing "), "$background on $foreground"))
        trouble = self._alarm() if width >= 100 or not self._calm else ""
        figures = self._figures(short=width < 70)
        gap = 3
        room = width - left.cell_length - figures.cell_length - 2 * gap - 1
        if trouble and width < 100:
            # a narrow line has room for one of them: what is wrong comes before who is here.
            people = Content("")
        else:
            people = self._people(max(0, min(room // 2 if trouble else room, 46)))
        if people:
            left = Content.assemble(left, "  ", people)
        room = width - left.cell_length - figures.cell_length - 2 * gap - 1
        style = "$muted" if self._calm else "$warning bold"
        alarm = Content.styled(brief(trouble, max(0, room)), style)
        middle = max(
            1, width - left.cell_length - figures.cell_length - alarm.cell_length - gap - 1
        )
        # the figures keep their place whether or not something is wrong beside them
        line = Content.assemble(left, " " * gap, figures, " " * middle, alarm)
        if line != self.content:
            self.update(line, layout=False)

    def _people(self, width: int) -> Content:
        if self._welcome is None or width < 6:
            return Content("")
        me = self._welcome.you.name
        team = self._overview.team if self._overview else ()
        on_shift = [person.name for person in team if person.on_shift]
        parts = [(brief(me, 16), "bold")]
        if on_shift:
            parts.append((" · " + _("on shift: {names}").format(names=_names(on_shift)), "$muted"))
        text = Content.assemble(*parts)
        if text.cell_length <= width:
            return text
        if on_shift:
            count = ngettext("{n} on shift", "{n} on shift", len(on_shift)).format(n=len(on_shift))
            text = Content.assemble((brief(me, 16), "bold"), (" · " + count, "$muted"))
        return text if text.cell_length <= width else Content.styled(brief(me, width), "bold")

    def _figures(self, *, short: bool) -> Content:
        page = self._overview
        if page is None or self._lost:
            return Content("")
        late, soon, opened = (_many(n) for n in (page.late, page.soon, page.open))
        parts: list[str | tuple[str, str]]
        if short:
            parts = [(f"▲{late}", "$late bold" if page.late else "$muted"), " "]
            parts += [(f"◔{soon}", "$soon bold" if page.soon else "$muted"), f" {opened}"]
            return Content.assemble(*parts)
        parts = [
            (_("▲{n} late").format(n=late), "$late bold" if page.late else "$muted"),
            "  ",
            (_("◔{n} soon").format(n=soon), "$soon bold" if page.soon else "$muted"),
            "  ",
            (_("{n} open").format(n=opened), ""),
        ]
        return Content.assemble(*parts)

    def _alarm(self) -> str:
        """The one thing that is wrong and matters most, as a sentence."""
        if self._lost:
            return _("✗ no desk: {why}").format(why=self._lost)
        if self._trouble:
            return f"⚠ {self._trouble}"
        page = self._overview
        if page is None:
            return ""
        troubles = self._troubles(page)
        if not troubles:
            return page.note
        more = f" +{len(troubles) - 1}" if len(troubles) > 1 else ""
        return troubles[0] + more

    @property
    def _calm(self) -> bool:
        """Whether what stands at the right end is a note and nothing is wrong."""
        page = self._overview
        return not (self._lost or self._trouble or (page and self._troubles(page)))

    def _troubles(self, page: OverviewPage) -> list[str]:
        found = []
        if page.trouble:
            found.append(f"⚠ {page.trouble}")
        if page.unsure:
            text = ngettext("? {n} reply unsure", "? {n} replies unsure", page.unsure)
            found.append(text.format(n=page.unsure))
        if page.refused:
            text = ngettext("✗ {n} reply refused", "✗ {n} replies refused", page.refused)
            found.append(text.format(n=page.refused))
        for source in page.sources:
            if source.error and not source.retired:
                from console.core.said import in_our_words

                when = ""
                if source.next_poll_at is not None and self._now is not None:
                    at = local_time(source.next_poll_at, self._now)
                    when = _(", next try {at}").format(at=at)
                found.append(f"⚠ {source.name}: {in_our_words(source.error)}{when}")
        if page.mood == "failed":
            found.append(_("⚠ mood is off: {why}").format(why=page.mood_trouble))
        return found


def _names(names: list[str]) -> str:
    return " ".join(brief(name, 16) for name in names)


def _many(n: int) -> str:
    return digits("999+" if n >= 1000 else str(n))
