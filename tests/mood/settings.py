"""The part of a configuration that the scorer reads, for tests."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Mooded:
    """`[mood]`, with small batches."""

    model: str = "shipped"
    labels: Mapping[str, str] = field(default_factory=dict)
    batch: int = 4
    threads: int = 1
    uncertain_below: float = 0.0
