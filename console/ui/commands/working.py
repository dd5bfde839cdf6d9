"""What is done to conversations."""

from __future__ import annotations

from console.core.i18n import mark
from console.ui.commands.command import WORK, Command

COMMANDS: tuple[Command, ...] = (
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
)  # fmt: skip
