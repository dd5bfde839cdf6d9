"""The demo's desk: a temporary directory with a configuration for the small world."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from pathlib import Path

from console.demo.world import REPLY_LIMIT, TOKEN

SNIPPETS = Path(__file__).with_name("snippets")
"""The demo's own, in four languages."""

_CONFIG = """\
name = "Lamp & Loom"

[desk]
data = "{root}/data"
socket = "{root}/desk.sock"
undo_window = "{undo}"
read_back_after = "1s"

[agents.{me}]
role = "lead"
{team}
[tone]
contacts = ["help@lampandloom.example"]

[snippets]
folder = "{snippets}"

[sources.alerts]
type = "rss"
every = "2s"
url = "{base}/alerts.xml"
kind = "alert"
allow_private = true

[sources.starfish]
type = "json_api"
every = "1s"
url = "{base}/reviews"
kind = "review"
allow_private = true
token_file = "{root}/token"
{starfish}

[sources.chatter]
type = "json_api"
every = "1s"
url = "{base}/mentions"
kind = "mention"
allow_private = true
token_file = "{root}/token"
{chatter}

[calendars.shop]
week = {{ mon = {day}, tue = {day}, wed = {day}, thu = {day}, fri = {day}, sat = {day}, sun = {day} }}

# Targets of minutes, so that a stranger sees clocks turn soon, then late, while they look.
[[policies]]
name = "one star"
when = {{ kind = ["review"], stars = "<=1" }}
targets = {{ frt = "2m calendar", nrt = "2m calendar" }}

[[policies]]
name = "unhappy"
when = [{{ kind = ["review"], stars = "<=2" }}, {{ mood = ["negative"], kind = ["review", "mention"] }}]
targets = {{ frt = "16m calendar", nrt = "16m calendar" }}

[[policies]]
name = "mentions"
when = {{ kind = ["mention", "question", "message"] }}
targets = {{ frt = "45m business", nrt = "45m business" }}

[[policies]]
name = "other reviews"
when = {{ kind = ["review"] }}
targets = {{ frt = "8h calendar", nrt = "8h calendar" }}

[[policies]]
name = "no deadline"
"""

_STARFISH = """\
items = "reviews"
since = "since"
overlap = "5s"
paging = {{ next = "next" }}
reply = {{ url = "/reviews/{{id}}/reply", method = "PUT", key_header = "Idempotency-Key" }}
find = {{ url = "/reviews/{{id}}/reply", items = "replies" }}
channel = {{ limit = {limit}, mode = "replaces" }}

[sources.starfish.fields]
id = "id"
text = "body"
title = "title"
author = "author.name"
author_id = "author.id"
rating = "stars"
language = "language"
time = "created"
edited = "updated"
url = "url"
answer = {{ text = "reply.text", id = "reply.id", time = "reply.at" }}
"""

# No key is honoured here, but what stands can be read back.
_CHATTER = """\
since = "after"
since_form = "id"
html = true
find = {{ url = "/posts/{{id}}/replies", items = "replies" }}

[sources.chatter.reply]
url = "/posts"
body = {{ in_reply_to = "{{id}}", text = "{{text}}" }}

[sources.chatter.fields]
id = "id"
text = "content"
author = "account.name"
author_id = "account.handle"
language = "language"
time = "at"
url = "url"
"""


def write_config(root: Path, base: str, *, undo: str = "1s", drafters: Sequence[str] = ()) -> Path:
    """The demo's configuration in `root`, for the world at `base`.

    `drafters` are people of the team whose replies a lead approves.
    """
    (root / "token").write_text(TOKEN, "utf-8")
    (root / "token").chmod(0o600)
    path = root / "config.toml"
    path.write_text(
        _CONFIG.format(
            root=root,
            base=base,
            me=getpass.getuser(),
            team="".join(f'\n[agents.{name}]\nrole = "drafter"\n' for name in drafters),
            snippets=SNIPPETS,
            undo=undo,
            day='[["00:00", "24:00"]]',
            starfish=_STARFISH.format(limit=REPLY_LIMIT),
            chatter=_CHATTER.format(),
        ),
        "utf-8",
    )
    path.chmod(0o600)
    return path
