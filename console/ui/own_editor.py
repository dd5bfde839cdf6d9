"""The writer's own editor, for a text of the console."""

from __future__ import annotations

import asyncio
import os
import shlex
import tempfile
from pathlib import Path

from textual.app import App

from sources.text import clean


def editor_command() -> list[str]:
    """The command of $VISUAL or $EDITOR, `vi` where neither is set."""
    return shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")


async def edited(app: App[object], text: str) -> str | None:
    """The text after the person closed their editor, None where the editor failed.

    The console goes on answering the desk meanwhile, but draws nothing. Raises
    `textual.app.SuspendNotSupported` where the terminal cannot be handed over.
    """
    handle, name = tempfile.mkstemp(prefix="reply-", suffix=".txt")
    path = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        with app.batch_update(), app.suspend():
            try:
                process = await asyncio.create_subprocess_exec(*editor_command(), name)
            except OSError:
                return None
            code = await process.wait()
        if code != 0:
            return None
        return clean(await asyncio.to_thread(path.read_text, encoding="utf-8", errors="replace"))
    finally:
        await asyncio.to_thread(path.unlink, missing_ok=True)
