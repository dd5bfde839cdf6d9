"""The outside world: one module per channel, and what they share. Knows nothing of the desk."""

from sources.base import (
    Batch,
    Channel,
    Cursor,
    Doubt,
    Kind,
    Limit,
    OptionError,
    Outgoing,
    Post,
    Receipt,
    Refused,
    Source,
    SourceError,
    SourceType,
)

__all__ = [
    "Batch",
    "Channel",
    "Cursor",
    "Doubt",
    "Kind",
    "Limit",
    "OptionError",
    "Outgoing",
    "Post",
    "Receipt",
    "Refused",
    "Source",
    "SourceError",
    "SourceType",
]
