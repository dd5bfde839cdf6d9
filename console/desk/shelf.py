"""The team's snippets: Markdown files of one folder, read again when they change."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from console.core.asks import Answer, Snippets, SnippetShown, SnippetsPage
from console.core.model import Conversation
from console.core.snippets import Snippet, SnippetError, fill, find, parse_snippet

if TYPE_CHECKING:
    from console.desk.desk import Desk
    from console.desk.who import Who

MOST_SNIPPETS = 2000
LARGEST_BYTES = 64_000
"""A snippet is a text, not a book."""
_MOST = 50


class Shelf:
    """What lies in the folder, and what is wrong with it."""

    def __init__(self) -> None:
        self._stamps: Mapping[Path, int] = {}
        self.snippets: tuple[Snippet, ...] = ()
        self.trouble = ""

    async def look(self, folder: Path | None) -> None:
        """Read the folder again if any file came, changed or went; None empties the shelf."""
        if folder is None:
            self._stamps, self.snippets, self.trouble = {}, (), ""
        else:
            await asyncio.to_thread(self._look, folder)

    def _look(self, folder: Path) -> None:
        try:
            files = sorted(folder.rglob("*.md"))[:MOST_SNIPPETS]
            stamps = {file: file.stat().st_mtime_ns for file in files}
        except OSError as error:
            self.trouble = f"{folder}: {error.strerror or error}"
            return
        if stamps == self._stamps:
            return
        found: list[Snippet] = []
        problems: list[str] = []
        for file in files:
            try:
                with file.open("rb") as source:
                    text = source.read(LARGEST_BYTES).decode("utf-8-sig")
                found.append(
                    parse_snippet(file.relative_to(folder).with_suffix("").as_posix(), text)
                )
            except (OSError, UnicodeDecodeError, SnippetError) as error:
                problems.append(f"{file}: {error}")
        self._stamps, self.snippets, self.trouble = stamps, tuple(found), "; ".join(problems[:3])


async def snippets(desk: Desk, who: Who, ask: Snippets) -> Answer:
    """What fits this conversation, filled in with what the desk knows."""
    await desk.shelf.look(desk.settings.snippets)
    conversation = await desk.store.conversation(ask.conversation, who.name, see_drafts=False)
    row = conversation.row
    uses = await desk.store.snippet_uses(row.kind, row.mood)
    found = find(
        desk.shelf.snippets,
        ask.query,
        language=row.language,
        source=row.source,
        source_type=row.source_type,
        uses=uses,
        count=min(ask.count, _MOST),
    )
    zone = ZoneInfo(desk.settings.zone_of(who))
    values = values_for(conversation, who.name, desk.settings.desk, desk.clock().astimezone(zone))
    shown = tuple(
        SnippetShown(one.id, one.title, fill(one, values), one.language, uses.get(one.id, 0))
        for one in found
    )
    return SnippetsPage(shown, desk.shelf.trouble)


def values_for(
    conversation: Conversation, agent: str, team: str, today: datetime
) -> dict[str, str]:
    """What each variable stands for on this conversation; empty where nobody knows."""
    inbound = [turn for turn in conversation.turns if turn.kind == "inbound"]
    last = inbound[-1] if inbound else None
    name = " ".join(last.author.split()) if last else ""
    extra = last.extra if last else {}
    return {
        "name": name,
        "first_name": name.split(" ")[0],
        "stars": f"{last.rating:g}" if last and last.rating is not None else "",
        "source": conversation.row.source,
        "product": extra.get("product") or extra.get("version", ""),
        "agent": agent,
        "team": team,
        "today": today.date().isoformat(),
    }
