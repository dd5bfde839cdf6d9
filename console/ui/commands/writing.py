"""What is done in the reply editor, and to a draft."""

from __future__ import annotations

from console.core.i18n import mark
from console.ui.commands.command import WRITE, Command

COMMANDS: tuple[Command, ...] = (
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
)  # fmt: skip
