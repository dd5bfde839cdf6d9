"""Completion and the place of a mistake, for the filter line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from textual.suggester import Suggester

Known = Callable[[], Mapping[str, Sequence[str]]]
"""Gives the desk's own values by key: sources, owners, tags seen."""


class FilterSuggester(Suggester):
    """Offers the rest of the word that is being typed at the end of the filter."""

    def __init__(self, known: Known) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._known = known

    async def get_suggestion(self, value: str) -> str | None:
        from console.core.views import complete

        if not value or value[-1].isspace():
            return None
        for suggestion in complete(value, len(value), self._known()):
            offered = value[: suggestion.start] + suggestion.text
            if offered != value and offered.startswith(value):
                return offered
        return None


def mistake(filter: str) -> tuple[str, int] | None:
    """What is wrong with the filter and at which character, None where it can be read."""
    from console.core.views import FilterError, parse

    try:
        parse(filter)
    except FilterError as error:
        return str(error), error.position
    return None
