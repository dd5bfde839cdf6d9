"""The demo without a screen: an automatic agent answers, and figures come out."""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import urllib.request
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from console.core import asks
from console.core.asks import ConversationPage, OverviewPage
from console.core.model import Conversation
from console.demo.agent import Agent, Line
from console.demo.processes import Stage

MOOD_START_S = 60.0
"""As long as the model's process may take to be ready on a busy machine."""
SETTLE_S = 8.0
"""After the last answer: time for the undo window, a slow site and a read-back."""

PLAYED = ("429", "Too Many Requests", "asks to wait")
"""Words of the faults that the world plays on purpose."""


async def measure(
    line: Line, stage: Stage, seconds: float, clock: Callable[[], datetime]
) -> dict[str, Any]:
    """Let the agent work for `seconds` once the model is ready; what happened, as one object."""
    agent = Agent(line, clock)
    await _mood_ready(agent)
    begun = clock()
    watching = asyncio.create_task(agent.watch())
    answering = asyncio.create_task(agent.answer_some())
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await asyncio.gather(watching, answering)
    for task in (watching, answering):
        task.cancel()
    await asyncio.gather(watching, answering, return_exceptions=True)
    page = await _settled(agent)
    shown = [
        await _conversation(agent, number)
        for number in sorted(agent.first_seen.keys() | agent.queued)
    ]
    found = [one for one in shown if one is not None]
    replies = [reply for one in found for reply in one.replies]
    waits = _waits(found, agent, stage, begun)
    posts = sum(source.posts for source in page.sources)
    problems = agent.errors + _source_errors(page) + _logged_errors(stage.log)
    return {
        "posts": posts,
        "scored": posts - page.unscored if page.mood == "ready" else 0,
        "mood": page.mood,
        "answered": len(agent.queued),
        "delivered": sum(reply.state == "sent" for reply in replies),
        "unsure": sum(reply.state == "unsure" for reply in replies),
        "refused": sum(reply.state == "refused" for reply in replies),
        "errors": len(problems),
        "error_texts": problems[:10],
        "post_to_row_ms": {"n": len(waits), "median": _rank(waits, 0.5), "p95": _rank(waits, 0.95)},
        "world": _get(f"{stage.base}/stats"),
    }


async def _mood_ready(agent: Agent) -> None:
    """Until the model answers, or it is clear that it will not."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(MOOD_START_S):
            # the model's state is no news that is pushed, so it is asked for
            while (await agent.overview()).mood == "starting":  # noqa: ASYNC110
                await asyncio.sleep(0.2)


async def _settled(agent: Agent) -> OverviewPage:
    """The desk once nothing is unscored or on its way any more, or after `SETTLE_S`."""
    page = await agent.overview()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(SETTLE_S):
            while page.unscored or await _under_way(agent):
                await asyncio.sleep(0.2)
                page = await agent.overview()
    return await agent.overview()


async def _under_way(agent: Agent) -> bool:
    for number in agent.queued:
        one = await _conversation(agent, number)
        if one and any(r.state in ("held", "sending", "retry_at") for r in one.replies):
            return True
    return False


async def _conversation(agent: Agent, number: int) -> Conversation | None:
    answer = await agent.ask(asks.Show(number))
    return answer.conversation if isinstance(answer, ConversationPage) else None


def _waits(
    found: Sequence[Conversation], agent: Agent, stage: Stage, begun: datetime
) -> list[float]:
    """Milliseconds from a post's first being served to its row in the agent's queue, sorted."""
    published = _get(f"{stage.base}/published")
    waits = []
    for one in found:
        post = one.url.rsplit("/", 1)[-1]
        written, served = published.get(post, (None, None))
        seen = agent.first_seen.get(one.row.id)
        if seen and written and served and datetime.fromisoformat(written) > begun:
            waits.append((seen - datetime.fromisoformat(served)).total_seconds() * 1000)
    return sorted(waits)


def _rank(values: Sequence[float], share: float) -> float | None:
    """The nearest-rank percentile of sorted values, None without any."""
    if not values:
        return None
    return round(values[max(0, math.ceil(share * len(values)) - 1)], 1)


def _source_errors(page: OverviewPage) -> list[str]:
    return [
        f"{source.name}: {source.error}"
        for source in page.sources
        if source.error and not any(word in source.error for word in PLAYED)
    ]


def _logged_errors(log: Path) -> list[str]:
    """What the desk logged as an error, but for the played faults."""
    found = []
    for line in log.read_text("utf-8", "replace").splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict) and str(entry.get("level", "")).lower() in ("error", "critical"):
            text = str(entry.get("what", line))
            if not any(word in text for word in PLAYED):
                found.append(text)
    return found


def _get(url: str) -> Any:
    """A JSON document of the world's."""
    with urllib.request.urlopen(url, timeout=10) as answer:
        return json.load(answer)
