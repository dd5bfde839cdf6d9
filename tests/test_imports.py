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
    | {"console.client", "console.config", "console.verbs"},
    "console/config.py": HEAVY
    | {"asyncio", "sqlite3", "textual", "console.desk", "console.store", "console.ui", "sources"},
    "console/config_tables.py": HEAVY | {"asyncio", "textual", "console.config", "sources"},
    "console/config_checks.py": HEAVY | {"asyncio", "textual", "console.config", "sources"},
}
"""Folder or file: top-level names and modules it never imports, wherever the import stands.

flair and torch are imported by `console.mood` alone.
"""

OF_SOURCES: dict[str, set[str]] = {
    "console/core": {"sources.post"},
    "console/ui": {"sources.text"},
    "console/store": {"sources.base", "sources.post", "sources.text"},
    "console/mood": {"sources.base", "sources.post", "sources.text"},
}
"""Folder: all that it imports of `sources`. These three are pure and import nothing of the network."""

OF_THE_STORE = {"console.store.protocol", "console.store.sqlite", "console.store.memo"}
"""All that the desk imports of the store: what it answers, the one that is opened, shared answers."""


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


@pytest.mark.parametrize("room", OF_SOURCES)
def test_rooms_know_only_the_words_of_the_outside_world(room: str) -> None:
    """What a post is and what its text may hold, never how it is fetched."""
    assert set() == taken_from("sources", room) - OF_SOURCES[room]


def test_the_desk_asks_the_store_by_its_protocol() -> None:
    """No line of the desk knows a table."""
    assert set() == taken_from("console.store", "console/desk") - OF_THE_STORE


def taken_from(package: str, room: str) -> set[str]:
    """The modules of a package that a room imports from."""
    found = set()
    for file in sorted((ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                whole = {f"{node.module}.{alias.name}" for alias in node.names}
                found |= whole if node.module == package else {node.module}
    # a module of the package's packages is of those
    return {
        ".".join(name.split(".")[: package.count(".") + 2])
        for name in found
        if name.startswith(f"{package}.")
    }


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
