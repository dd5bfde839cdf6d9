"""Reads the probe sets: short customer phrases whose mood nobody doubts."""

from dataclasses import dataclass
from pathlib import Path

PROBES = Path(__file__).parent / "probes"


@dataclass(frozen=True)
class Probe:
    """One phrase; `labels` holds more than one mood where people would differ."""

    lang: str
    labels: tuple[str, ...]
    text: str


def probes(name: str) -> list[Probe]:
    """The phrases of one set, in order."""
    rows = [line.split("\t") for line in (PROBES / f"{name}.tsv").read_text("utf-8").splitlines()]
    return [Probe(lang, tuple(labels.split("/")), text) for lang, labels, text in rows]
