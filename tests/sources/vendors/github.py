"""GitHub's REST interface: issues, comments, Link headers, rate limits in Unix time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from tests.sources.vendors.base import Vendor, refuse

TOKEN, REPOSITORY = "github_pat_1", "shop/lamp"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


class GitHub(Vendor):
    """One repository."""

    def __init__(self) -> None:
        super().__init__()
        self.issues: dict[int, dict[str, Any]] = {}
        self.comments: dict[int, dict[str, Any]] = {}
        self.forbid = False
        self._count = 0

    def issue(self, body: str, *, at: datetime = NOW, pull: bool = False) -> int:
        self._count += 1
        number = self._count
        kind = "pull" if pull else "issues"
        self.issues[number] = {
            "number": number,
            "title": f"title {number}",
            "body": body,
            "user": {"login": "ana", "type": "User"},
            "html_url": f"https://github.example/{REPOSITORY}/{kind}/{number}",
            "created_at": _written(at),
            "updated_at": _written(at),
            **({"pull_request": {}} if pull else {}),
        }
        return number

    def comment(
        self, number: int, body: str, *, login: str = "ana", kind: str = "User", at: datetime = NOW
    ) -> int:
        self._count += 1
        id = self._count + 1000
        page = self.issues[number]["html_url"]
        self.comments[id] = {
            "id": id,
            "body": body,
            "user": {"login": login, "type": kind},
            "issue_url": f"https://api.github.example/repos/{REPOSITORY}/issues/{number}",
            "html_url": f"{page}#issuecomment-{id}",
            "created_at": _written(at),
            "updated_at": _written(at),
        }
        self.issues[number]["updated_at"] = _written(at)
        return id

    def routes(self) -> list[web.RouteDef]:
        root = f"/repos/{REPOSITORY}"
        return [
            web.get("/user", self._user),
            web.get(root + "/issues", self._issues),
            web.get(root + "/issues/comments", self._all_comments),
            web.get(root + "/issues/{number}/comments", self._comments_of),
            web.post(root + "/issues/{number}/comments", self._write),
        ]

    def too_busy(self) -> web.Response:
        reset = str(int((NOW + timedelta(minutes=7)).timestamp()))
        headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset}
        return web.json_response(
            {"message": "API rate limit exceeded"}, status=403, headers=headers
        )

    def _known(self, request: web.Request) -> bool:
        given = request.headers.get("Authorization")
        if given not in (None, f"Bearer {TOKEN}"):
            raise web.HTTPUnauthorized(
                text='{"message": "Bad credentials"}', content_type="application/json"
            )
        return given is not None

    async def _user(self, request: web.Request) -> web.Response:
        if not self._known(request):
            return refuse(401, {"message": "Requires authentication"})
        return web.json_response({"login": "support"})

    async def _issues(self, request: web.Request) -> web.Response:
        assert request.query["state"] == "all"
        return self._page(request, list(self.issues.values()), changed=True)

    async def _all_comments(self, request: web.Request) -> web.Response:
        return self._page(request, list(self.comments.values()), changed=True)

    async def _comments_of(self, request: web.Request) -> web.Response:
        ending = f"/{request.match_info['number']}"
        ones = [one for one in self.comments.values() if one["issue_url"].endswith(ending)]
        return self._page(request, ones, changed=False)

    def _page(
        self, request: web.Request, ones: list[dict[str, Any]], *, changed: bool
    ) -> web.Response:
        self._known(request)
        if self.forbid:
            headers = {"X-RateLimit-Remaining": "4998", "X-RateLimit-Reset": "1795525000"}
            message = {"message": "Resource not accessible by personal access token"}
            return web.json_response(message, status=403, headers=headers)
        if changed:
            assert (request.query["sort"], request.query["direction"]) == ("updated", "asc")
            ones = [one for one in ones if one["updated_at"] >= request.query["since"]]
            ones.sort(key=lambda one: one["updated_at"])
        size, number = int(request.query["per_page"]), int(request.query.get("page", "1"))
        assert size <= 100
        headers = {"X-RateLimit-Limit": "5000", "X-RateLimit-Remaining": "4999"}
        if number * size < len(ones):
            url = request.url.update_query(page=str(number + 1))
            headers["Link"] = f'<{self.base}{url.raw_path_qs}>; rel="next", <x>; rel="last"'
        return web.json_response(ones[(number - 1) * size : number * size], headers=headers)

    async def _write(self, request: web.Request) -> web.Response:
        if not self._known(request):
            return refuse(401, {"message": "Requires authentication"})
        number = int(request.match_info["number"])
        if number not in self.issues:
            return refuse(404, {"message": "Not Found"})
        id = self.comment(number, (await request.json())["body"], login="support")
        return web.json_response(self.comments[id], status=201)


def _written(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
