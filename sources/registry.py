"""The kinds of source there are: ours and installed ones, listed without importing any."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, cast

from sources.base import OptionError, Source, SourceError, SourceType
from sources.said import say
from sources.tools import Tools

GROUP = "shiftdesk.sources"


@cache
def _installed() -> dict[str, EntryPoint]:
    ours = {one.name: one for one in entry_points(group=GROUP) if _is_ours(one)}
    ours = ours | {name: EntryPoint(name, place, GROUP) for name, place in _beside().items()}
    # A package that uses one of our names does not take it over.
    others = {one.name: one for one in entry_points(group=GROUP) if one.name not in ours}
    return dict(sorted((ours | others).items()))


def _is_ours(entry: EntryPoint) -> bool:
    return entry.module.startswith("sources.")


def _beside() -> dict[str, str]:
    """The kinds named by the project file of a checkout: installed or not, it counts most."""
    try:
        with (Path(__file__).parents[1] / "pyproject.toml").open("rb") as file:
            project = tomllib.load(file)["project"]
        return dict(project["entry-points"][GROUP]) if project["name"] == "shiftdesk" else {}
    except (OSError, KeyError, tomllib.TOMLDecodeError):
        return {}


def kinds() -> tuple[str, ...]:
    """Every kind that can stand as a source's type, in order; nothing is imported."""
    return tuple(_installed())


def load(kind: str) -> SourceType:
    """What builds sources of this kind. Only now is its module imported.

    Raises `OptionError` for a kind that does not exist or cannot be imported.
    """
    entry = _installed().get(kind)
    if entry is None:
        near = get_close_matches(kind, kinds(), 1)
        known = ", ".join(kinds())
        problem = say("there is no {kind} (there are {known})", kind=repr(kind), known=known)
        if near:
            problem = say(
                "there is no {kind}; did you mean {near}? (there are {known})",
                kind=repr(kind),
                near=near[0],
                known=known,
            )
        raise OptionError({"type": problem})
    try:
        return cast(SourceType, entry.load())
    except (ImportError, AttributeError) as error:
        raise OptionError(
            {
                "type": say(
                    "{kind} cannot be loaded ({error}); reinstall the package it comes from",
                    kind=kind,
                    error=error,
                )
            }
        ) from error


def build(kind: str, name: str, options: Mapping[str, Any], tools: Tools) -> Source:
    """A source of `kind` called `name`.

    Raises `OptionError` with all wrong options at once, `SourceError` where it cannot be built.
    """
    try:
        return load(kind)(name, options, tools)
    except (OptionError, SourceError):
        raise
    except Exception as error:
        # A plugin is somebody else's program; its fault must not keep the others from working.
        raise SourceError(
            say(
                "sources.{name}: the type {kind} broke ({fault}: {error})",
                name=name,
                kind=kind,
                fault=type(error).__name__,
                error=error,
            ),
            stop=True,
        ) from error
