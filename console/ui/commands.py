"""Every command of the console, declared once: key, palette entry and help line come from here."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct
from textual.binding import Binding, BindingType

from console.core.asks import ROLE_RANK
from console.core.i18n import mark
from console.core.model import Role

Room = Literal["everywhere", "desk", "queue", "reply"]
"""Whose action it is: the app's, the desk screen's, the queue's or the reply editor's."""


class Command(Struct, frozen=True):
    """Something a person can do with one key."""

    id: str
    keys: str
    """Default keys, comma separated; empty: in the palette alone."""
    action: str
    title: str
    """What the key line and the palette say, in a few words."""
    more: str
    """What help says, in one sentence."""
    room: Room
    group: str
    least: Role = "observer"
    acts: bool = False
    """It changes something: hidden in a console that only observes."""
    line: bool = False
    """It stands in the key line at the bottom."""
    palette: bool = True


WORK = mark("Work")
READ = mark("Read")
MOVE = mark("Move")
WRITE = mark("Write")
CONSOLE = mark("Console")

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
    # --- work
    Command(
        "reply.write", "r", "reply", mark("Reply"),
        mark("Opens the reply editor. Your draft is saved while you type."),
        "desk", WORK, "drafter", acts=True, line=True,
    ),
    Command(
        "note.write", "p", "note", mark("Note"),
        mark("Writes an internal note: the customer never sees it. @name reaches a colleague."),
        "desk", WORK, "drafter", acts=True, line=True,
    ),
    Command(
        "conversation.claim", "c", "claim", mark("Claim"),
        mark("Makes the conversation yours; again hands it back to the team."),
        "desk", WORK, "agent", acts=True, line=True,
    ),
    Command(
        "conversation.next", "n", "next", mark("Next"),
        mark("Gives you the conversation that is due first and nobody's; it becomes yours."),
        "desk", WORK, "agent", acts=True, line=True,
    ),
    Command(
        "conversation.snooze", "z", "snooze", mark("Snooze"),
        mark("Hides the conversation until a time, or until the customer writes."),
        "desk", WORK, "agent", acts=True, line=True,
    ),
    Command(
        "conversation.snooze_again", "l", "snooze_again", mark("Snooze again"),
        mark("Snoozes until the same time as before the customer wrote: it was only thanks."),
        "desk", WORK, "agent", acts=True,
    ),
    Command(
        "thanks.more", "exclamation_mark", "thanks(False)", mark("More than thanks"),
        mark("Starts the clock for words that were taken for mere thanks."),
        "desk", WORK, "agent", acts=True,
    ),
    Command(
        "thanks.only", "", "thanks(True)", mark("Only thanks"),
        mark("Says that words that look like thanks ask for no answer."),
        "desk", WORK, "agent", acts=True,
    ),
    Command(
        "conversation.assign", "a", "assign", mark("Assign"),
        mark("Gives the conversation to a colleague."),
        "desk", WORK, "agent", acts=True, line=True,
    ),
    Command(
        "conversation.tag", "t", "tag", mark("Tag"),
        mark("Adds and removes tags: `refund -wifi`."),
        "desk", WORK, "agent", acts=True,
    ),
    Command(
        "conversation.solve", "e", "solve", mark("Solve"),
        mark("Marks the conversation solved; `u` takes it back."),
        "desk", WORK, "agent", acts=True, line=True,
    ),
    Command(
        "conversation.close", "E", "close", mark("Close without an answer"),
        mark("Closes the conversation with a reason: spam, no reply needed."),
        "desk", WORK, "agent", acts=True,
    ),
    Command(
        "conversation.hold", "", "hold", mark("Put on hold"),
        mark("Keeps the conversation open while somebody else has to act."),
        "desk", WORK, "agent", acts=True,
    ),
    Command(
        "conversation.reopen", "", "reopen", mark("Reopen"),
        mark("Opens a waiting, solved or closed conversation again."),
        "desk", WORK, "agent", acts=True,
    ),
    Command(
        "conversation.priority", "", "priority", mark("Change the priority"),
        mark("Sets low, normal, high or urgent."),
        "desk", WORK, "agent", acts=True,
    ),
    Command(
        "conversation.elsewhere", "x", "elsewhere", mark("Answered elsewhere"),
        mark("Notes that the customer was answered by phone, in the app or in person."),
        "desk", WORK, "agent", acts=True,
    ),
    Command(
        "reply.decide", "d", "decide", mark("Decide about a reply"),
        mark("Settles a reply that was refused, is unsure or waits for approval."),
        "desk", WORK, "agent", acts=True,
    ),
    Command(
        "conversation.follow_up", "f", "follow_up", mark("Remind me"),
        mark("Brings it back later, to ask whether the answer helped; also right after solving."),
        "desk", WORK, "agent", acts=True,
    ),
    Command(
        "mood.correct", "m", "mood", mark("Correct the mood"),
        mark("Says what the customer's mood really is; the model learns from it."),
        "desk", WORK, "agent", acts=True,
    ),
    Command(
        "undo", "u", "undo", mark("Undo"),
        mark("Takes back a reply within its undo window, else your last action."),
        "desk", WORK, "drafter", acts=True, line=True,
    ),
    Command(
        "promise.clock", "P", "promise", mark("Clock for a promise"),
        mark("Starts a clock for the time that your last reply promised."),
        "desk", WORK, "agent", acts=True, palette=False,
    ),
    # --- read
    Command(
        "conversation.open", "enter", "open", mark("Open"),
        mark("Opens the conversation under the cursor."),
        "queue", READ, palette=False,
    ),
    Command(
        "conversation.why", "i", "why", mark("Why this deadline"),
        mark("Explains in plain sentences how the deadline came about."),
        "desk", READ, line=True,
    ),
    Command(
        "conversation.words", "w", "words", mark("Which words decided"),
        mark("Shows the words from which the mood was read."),
        "desk", READ,
    ),
    Command(
        "conversation.history", "h", "history", mark("History"),
        mark("Shows everything that happened in the conversation."),
        "desk", READ,
    ),
    Command(
        "conversation.customer", "C", "customer", mark("Customer"),
        mark("Shows the customer over all channels, and who may be the same person."),
        "desk", READ, "drafter",
    ),
    Command(
        "conversation.address", "o", "address", mark("Show the address"),
        mark("Shows the post's web address and copies it; no browser is opened."),
        "desk", READ,
    ),
    Command(
        "conversation.copy", "y", "copy", mark("Copy the message"),
        mark("Copies the customer's newest words, as they were written."),
        "desk", READ,
    ),
    # --- move
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
    # --- write
    Command(
        "reply.send", "ctrl+s", "send('waiting')", mark("Send"),
        mark("Sends the reply; the conversation then waits for the customer."),
        "reply", WRITE, "drafter", acts=True, palette=False,
    ),
    Command(
        "reply.send_solve", "ctrl+t", "send('solved')", mark("Send and solve"),
        mark("Sends the reply and marks the conversation solved."),
        "reply", WRITE, "drafter", acts=True, palette=False,
    ),
    Command(
        "reply.send_hold", "ctrl+l", "send('on_hold')", mark("Send and hold"),
        mark("Sends the reply and keeps the conversation on hold."),
        "reply", WRITE, "drafter", acts=True, palette=False,
    ),
    Command(
        "reply.fix",
        "ctrl+r",
        "fix",
        mark("Apply a hint"),
        mark("Puts the remedy of the hint at the cursor in place of its words."),
        "reply",
        WRITE,
        "drafter",
        acts=True,
        palette=False,
    ),
    Command(
        "reply.snippets", "ctrl+n", "help_me('snippets')", mark("Snippets"),
        mark("Finds a snippet and inserts it; Tab jumps from blank to blank."),
        "reply", WRITE, "drafter", acts=True, palette=False,
    ),
    Command(
        "reply.before", "ctrl+f", "help_me('before')", mark("Answered before"),
        mark("Finds how the team answered something like this, and inserts or copies it."),
        "reply", WRITE, "drafter", acts=True, palette=False,
    ),
    Command(
        "reply.private", "ctrl+g", "help_me('private')", mark("Go on in private"),
        mark("Asks the customer to go on in private, marks the conversation and opens the way."),
        "reply", WRITE, "drafter", acts=True, palette=False,
    ),
    Command(
        "reply.editor", "ctrl+o", "own_editor", mark("Own editor"),
        mark("Opens the draft in $VISUAL or $EDITOR."),
        "reply", WRITE, "drafter", acts=True, palette=False,
    ),
    Command(
        "reply.discard", "D", "discard", mark("Discard the draft"),
        mark("Throws away your draft of this conversation; `u` brings it back."),
        "desk", WRITE, "drafter", acts=True,
    ),
    Command(
        "reply.versions", "V,f8", "versions", mark("Earlier texts of the draft"),
        mark("Brings back what your draft said before; F8 does it within the editor."),
        "desk", WRITE, "drafter", acts=True,
    ),
    # --- console
    Command(
        "search", "ctrl+f", "search", mark("Search"),
        mark("Finds words in everything that customers and agents wrote."),
        "everywhere", CONSOLE,
    ),
    Command(
        "sources", "s", "sources", mark("Sources"),
        mark("Shows how each source is doing."), "everywhere", CONSOLE,
    ),
    Command(
        "lead", "L", "lead", mark("Lead"),
        mark("Shows what is late and soon, what comes, the day so far and who is on what."),
        "everywhere", CONSOLE,
    ),
    Command(
        "approvals", "A", "approvals", mark("To approve"),
        mark("Shows the replies that wait for a lead's approval."),
        "everywhere", CONSOLE, "lead", acts=True,
    ),
    Command(
        "hand_over", "H", "hand_over", mark("Report and hand-over"),
        mark("Shows what this shift did and leaves to the next one, and the report of longer times."),
        "everywhere", CONSOLE,
    ),
    Command(
        "shift", "S", "shift", mark("Go on or off shift"),
        mark("Tells the team whether you are on shift."),
        "everywhere", CONSOLE, "drafter", acts=True,
    ),
    Command(
        "theme", "", "theme", mark("Theme"),
        mark("Dark, light, high contrast, or your terminal's own colours."),
        "everywhere", CONSOLE,
    ),
    Command(
        "terminal",
        "",
        "terminal",
        mark("Check this terminal"),
        mark("Shows samples of right-to-left text and remembers which of them reads correctly."),
        "everywhere",
        CONSOLE,
    ),
    Command(
        "screenshot", "", "screenshot", mark("Save a screenshot"),
        mark("Saves the screen as an SVG file that only you can read."),
        "everywhere", CONSOLE,
    ),
    Command(
        "mouse", "", "mouse", mark("Mouse on or off"),
        mark("Leaves the mouse to the terminal, to select and copy text."),
        "everywhere", CONSOLE,
    ),
    Command(
        "palette", "ctrl+p", "command_palette", mark("Commands"),
        mark("Finds a command by its name."), "everywhere", CONSOLE, line=True, palette=False,
    ),
    Command(
        "help", "question_mark,f1", "help", mark("Help"),
        mark("Shows every key."), "everywhere", CONSOLE, line=True,
    ),
    Command(
        "quit", "ctrl+q", "quit", mark("Quit"),
        mark("Leaves the console; the desk goes on."), "everywhere", CONSOLE,
    ),
)  # fmt: skip

BY_ID = {command.id: command for command in COMMANDS}


def bindings(room: Room) -> list[BindingType]:
    """The room's keys, as Textual binds them; each carries its command's id."""
    return [
        Binding(
            command.keys,
            command.action,
            command.title,
            id=command.id,
            show=False,
            priority=command.id in ("palette", "quit"),
        )
        for command in COMMANDS
        if command.room == room and command.keys
    ]


def allowed(command: Command, role: Role, *, observe: bool) -> bool:
    """Whether somebody of this role may do it; a console that observes acts on nothing."""
    if observe and command.acts:
        return False
    return ROLE_RANK[role] >= ROLE_RANK[command.least]
