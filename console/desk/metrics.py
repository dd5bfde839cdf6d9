"""Figures for a monitoring system, in Prometheus' text form; off unless the configuration says so.

Served on a Unix socket or a loopback port. Everything is a count: no customer's word is in it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING

from console.core.asks import Overview, OverviewPage
from console.core.listening import Place
from console.desk.who import Who

if TYPE_CHECKING:
    from aiohttp import web
    from prometheus_client.metrics_core import Metric

    from console.desk.desk import Desk

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """Answers `GET /metrics` with the desk's figures of that moment."""

    def __init__(self, desk: Desk, place: Place | None) -> None:
        self._desk = desk
        self._place = place

    async def run(self) -> None:
        """Until cancelled; at once over where nothing is to be served."""
        if self._place is None:
            return
        from aiohttp import web

        app = web.Application()
        app.add_routes([web.get("/metrics", self._answer)])
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        try:
            site: web.BaseSite
            if self._place.path is not None:
                self._place.path.unlink(missing_ok=True)
                site = web.UnixSite(runner, str(self._place.path))
            else:
                site = web.TCPSite(runner, self._place.host, self._place.port)
            await site.start()
            await asyncio.get_running_loop().create_future()
        finally:
            await runner.cleanup()

    async def _answer(self, _request: web.Request) -> web.Response:
        from aiohttp import web

        return web.Response(body=await self.text(), headers={"Content-Type": CONTENT_TYPE})

    async def text(self) -> bytes:
        """The figures now."""
        from prometheus_client import CollectorRegistry, generate_latest

        page = await self._desk.ask(Who("desk", owner=True), Overview())
        registry = CollectorRegistry()
        if isinstance(page, OverviewPage):
            registry.register(_Figures(page))
        return generate_latest(registry)


class _Figures:
    """One overview as metric families."""

    def __init__(self, page: OverviewPage) -> None:
        self._page = page

    def collect(self) -> Iterator[Metric]:
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

        page = self._page
        for name, help, value in (
            ("open", "Conversations that are open", page.open),
            ("late", "Open conversations past their deadline", page.late),
            ("soon", "Open conversations close to their deadline", page.soon),
            ("unscored", "Turns without a mood", page.unscored),
            ("replies_unsure", "Replies of which nobody knows whether they arrived", page.unsure),
            ("replies_refused", "Replies that a platform refused", page.refused),
            ("mood_ready", "Whether the sentiment model answers", page.mood == "ready"),
            ("trouble", "Whether a trouble stands in the banner", bool(page.trouble)),
            ("consoles", "Consoles that are open", sum(one.connected for one in page.team)),
            ("on_shift", "People on shift", sum(one.on_shift for one in page.team)),
        ):
            yield GaugeMetricFamily(f"shiftdesk_{name}", help, value=float(value))
        up = GaugeMetricFamily("shiftdesk_source_up", "Whether polling works", labels=["source"])
        last = GaugeMetricFamily(
            "shiftdesk_source_last_success_timestamp_seconds",
            "When polling last worked",
            labels=["source"],
        )
        posts = CounterMetricFamily("shiftdesk_source_posts", "Posts taken in", labels=["source"])
        for source in page.sources:
            up.add_metric([source.name], float(not source.error))
            posts.add_metric([source.name], float(source.posts))
            if source.last_success_at is not None:
                last.add_metric([source.name], source.last_success_at.timestamp())
        yield from (up, last, posts)
