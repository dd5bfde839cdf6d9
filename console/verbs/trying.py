"""The verb `try`: what one source would give, before it is configured. It never writes."""

from __future__ import annotations

import argparse
import asyncio

from console.core.i18n import _, ngettext
from console.core.said import in_our_words
from console.verbs.printing import as_json, narrate, one_line


def try_source(arguments: argparse.Namespace) -> int:
    """What one source would give; posts on stdout, the rest on stderr."""
    from sources.registry import kinds
    from sources.trial import try_source as trial_of

    if arguments.type not in kinds():
        text = _("there is no type {kind!r}; there are {known}")
        narrate(text.format(kind=one_line(arguments.type), known=", ".join(kinds())))
        return 2
    options = {"kind": arguments.kind} if arguments.kind else {}
    trial = asyncio.run(
        trial_of(
            arguments.type,
            arguments.address,
            options=options,
            allow_private=arguments.allow_private,
        )
    )
    for post in trial.posts:
        if arguments.json:
            as_json(post)
        else:
            line = f"{post.get('occurred_at') or '':<27}{post.get('author') or '':<20.20} "
            print(one_line(f"{line}{post.get('title') or post.get('text') or ''}")[:200])
    if trial.note:
        narrate(one_line(in_our_words(trial.note)))
    if trial.error:
        narrate(one_line(in_our_words(trial.error)))
        return 1
    count = len(trial.posts)
    narrate(ngettext("{n} post", "{n} posts", count).format(n=count))
    return 0
