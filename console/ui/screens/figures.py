"""What screens of numbers share: the rows behind a number become a view of the queue."""

from __future__ import annotations

from console.ui.screens.base import ConsoleScreen
from console.ui.words import _, ngettext

MOST_ROWS = 1000
"""A view of the queue counts no further."""


class FiguresScreen(ConsoleScreen):
    """A screen whose numbers can be opened."""

    def show_rows(self, conversations: tuple[int, ...], title: str) -> None:
        """These conversations on the desk screen, under these words."""
        if not conversations:
            self.say(_("No conversation stands behind this number."))
            return
        if len(conversations) > MOST_ROWS:
            words = ngettext("The first {n} of {all}.", "The first {n} of {all}.", MOST_ROWS)
            said = words.format(n=MOST_ROWS, all=len(conversations))
            self.console.notify(said, markup=False)
        self.leave_for(f"id:{','.join(map(str, conversations[:MOST_ROWS]))}", title)

    def leave_for(self, filter: str, title: str) -> None:
        """The desk screen with this filter."""
        self.app.pop_screen()
        self.console.desk_screen.show_filtered(filter, title)
