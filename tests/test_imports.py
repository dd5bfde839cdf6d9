"""Who may import whom: read from the source, and proved in a fresh interpreter."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

HEAVY = {"aiohttp", "aiosqlite", "feedparser", "flair", "torch"}

FORBIDDEN: dict[str, set[str]] = {
    "sources": {"console", "textual", "aiosqlite", "flair", "torch"},
    "console/core": HEAVY
    | {
        "asyncio",
        "sqlite3",
        "textual",
        "console.store",
        "console.desk",
        "console.ui",
        "console.mood",
        "console.client",
        "console.cli",
        "sources.net",
    },
    "console/store": {"textual", "aiohttp", "feedparser", "flair", "torch"}
    | {"console.desk", "console.ui", "console.mood", "console.client", "console.cli"},
    "console/desk": {"textual", "sqlite3", "feedparser", "flair", "torch"}
    | {"console.ui", "console.cli"},
    "console/mood": {"textual", "aiosqlite", "sqlite3", "aiohttp"}
    | {"console.desk", "console.store", "console.ui", "console.cli"},
    "console/client.py": HEAVY
    | {"textual", "console.desk", "console.store", "console.ui", "console.mood", "sources"},
    "console/ui": HEAVY
    | {"sqlite3", "console.desk", "console.store", "console.mood", "console.cli"}
    | {"sources.net", "sources.feeds", "sources.parsing"},
}
"""Folder or file: top-level names and modules it never imports, wherever the import stands.

flair and torch are imported by `console.mood` alone; `sources.base` and `sources.text` are pure.
"""


def modules_of(tree: ast.AST) -> set[str]:
    """Every module a file imports at run time, `if TYPE_CHECKING` left out."""
    found: set[str] = set()
    todo: list[ast.AST] = [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            todo.extend(node.orelse)
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        todo.extend(ast.iter_child_nodes(node))
    return found


@pytest.mark.parametrize("room", FORBIDDEN)
def test_rooms_import_only_what_they_may(room: str) -> None:
    """No file of a room imports what belongs to another."""
    path = ROOT / room
    files = [path] if path.is_file() else sorted(path.rglob("*.py"))
    assert files, f"{room} is gone: change the table above with the house"

    trespasses = [
        f"{file.relative_to(ROOT)} imports {module}"
        for file in files
        for module in sorted(modules_of(ast.parse(file.read_text("utf-8"))))
        if any(module == name or module.startswith(f"{name}.") for name in FORBIDDEN[room])
    ]

    assert [] == trespasses


def loaded_after(statement: str) -> set[str]:
    """The top-level modules in a fresh interpreter after `statement`."""
    code = f"{statement}\nimport sys\nprint(' '.join(sorted({{m.split('.')[0] for m in sys.modules}})))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(done.stdout.split())


def test_a_console_process_stays_light() -> None:
    """A console never loads the network, the database, the feed parser or the model."""
    loaded = loaded_after("import console.ui.app, console.ui.run, console.client, console.cli")

    assert set() == loaded & HEAVY


def test_the_desk_process_never_loads_the_model() -> None:
    """flair and torch live in the mood process alone, feedparser in the parse process."""
    loaded = loaded_after("import console.desk.run, console.store.sqlite")

    assert set() == loaded & {"flair", "torch", "feedparser", "textual"}


def test_a_verb_is_quick_to_start() -> None:
    """The command line imports nothing heavy before it knows the verb."""
    loaded = loaded_after("import console.cli")

    assert set() == loaded & (HEAVY | {"textual", "babel", "asyncio"})
