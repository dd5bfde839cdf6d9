"""The screen as a file: it shows customers' words, so only its owner may read it."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from textual.app import App

from console.ui.text.seal import opened


def save_screenshot(app: App[None], directory: Path, name: str | None = None) -> Path:
    """Save the screen as SVG in this directory; gives the file's path."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    stamp = getattr(app, "now", datetime.now(UTC)).strftime("%Y%m%d-%H%M%S")
    path = directory / (name or f"shiftdesk-{stamp}.svg")
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(_kept_in_order(opened(app.export_screenshot())))
    return path


def _kept_in_order(svg: str) -> str:
    """The picture with its text left as it stands: right-to-left text is in visual order already,
    and a viewer would turn it round once more."""
    return svg.replace(
        "<style>", "<style>\n    text { direction: ltr; unicode-bidi: bidi-override; }", 1
    )
