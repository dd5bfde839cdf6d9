"""What is looked at in a conversation."""

from __future__ import annotations

from console.core.i18n import mark
from console.ui.commands.command import READ, Command

COMMANDS: tuple[Command, ...] = (
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
)  # fmt: skip
