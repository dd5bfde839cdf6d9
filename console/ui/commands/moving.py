"""The ways through queue, views and filter."""

from __future__ import annotations

from console.core.i18n import mark
from console.ui.commands.command import MOVE, Command

_VIEWS = tuple(
    Command(
        id=f"view.{n}",
        keys=str(n),
        action=f"view({n})",
        title=mark("Open a view by its number"),
        more=mark("Shows the view at this place of the list on the left."),
        room="desk",
        group=MOVE,
        palette=False,
    )
    for n in range(1, 10)
)

COMMANDS: tuple[Command, ...] = (
    Command(
        "queue.down", "j,down", "down", mark("Down"),
        mark("One row down."), "queue", MOVE, palette=False,
    ),
    Command(
        "queue.up", "k,up", "up", mark("Up"),
        mark("One row up."), "queue", MOVE, palette=False,
    ),
    Command(
        "queue.mark", "space", "mark", mark("Mark"),
        mark("Marks a row, or takes its mark away: claim, assign, solve, snooze, tag then act on all."),
        "queue", MOVE, "agent", acts=True, palette=False,
    ),
    Command(
        "queue.page_down", "pagedown,ctrl+d", "page(1)", mark("A page down"),
        mark("One page down."), "queue", MOVE, palette=False,
    ),
    Command(
        "queue.page_up", "pageup,ctrl+u", "page(-1)", mark("A page up"),
        mark("One page up."), "queue", MOVE, palette=False,
    ),
    Command(
        "queue.first", "g,home", "first", mark("First row"),
        mark("To the first row."), "queue", MOVE, palette=False,
    ),
    Command(
        "queue.last", "G,end", "last", mark("Last row"),
        mark("To the last row."), "queue", MOVE, palette=False,
    ),
    *_VIEWS,
    Command(
        "filter", "slash", "filter", mark("Filter"),
        mark("Narrows the queue: mood:negative stars:<=2 lang:ar \"a phrase\"."),
        "desk", MOVE, line=True,
    ),
    Command(
        "view.save", "", "save_view", mark("Save the filter as a view"),
        mark("Gives the present filter a name in the list on the left, for the whole team."),
        "desk", MOVE, "agent", acts=True,
    ),
    Command(
        "views", "v", "views", mark("Views"),
        mark("Goes to the list of views."), "desk", MOVE, palette=False,
    ),
    Command(
        "back", "escape", "back", mark("Back"),
        mark("Leaves the editor, the filter or the conversation. A draft stays."),
        "desk", MOVE, palette=False,
    ),
)  # fmt: skip
