"""The shipped model: where it lies, and that it is the one that was shipped."""

import hashlib
from pathlib import Path

from console.core.i18n import _
from console.errors import ShiftdeskError

SHIPPED = Path(__file__).parent / "sentiment.pt"
CHECKSUM = SHIPPED.with_suffix(".sha256")

LEARNED = "mood-learned.npz"
"""File in the desk's data directory with what the team's own texts taught."""

NAME = "shiftdesk"
"""What the configuration, and a stored mood, call the shipped model."""

UNCERTAIN = 0.5
"""Below this score a mood is uncertain: its flag is grey and no policy listens to it."""


class ModelError(ShiftdeskError):
    """The model cannot be used; the sentence says why, and what to do."""


def verified(path: Path = SHIPPED, checksum: Path = CHECKSUM) -> Path:
    """The shipped file, if it is byte for byte the one that was shipped.

    A flair model is a pickle: loading a file that somebody changed can run their code.
    Raises `ModelError` if the file is missing or differs from its recorded SHA-256.
    """
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
        expected = checksum.read_text().strip()
    except OSError as error:
        raise ModelError(
            _("{file} cannot be read ({why}); install Shiftdesk again").format(
                file=path.name, why=error.strerror
            )
        ) from error
    if found != expected:
        raise ModelError(
            _("{file} is not the file that was shipped; install Shiftdesk again").format(
                file=path.name
            )
        )
    return path


def check_shipped() -> str:
    """What is wrong with the shipped file, as a sentence; empty if nothing is."""
    try:
        verified()
    except ModelError as error:
        return str(error)
    return ""


def shipped_name() -> str:
    """The name stored with every mood of the shipped model; another training has another one."""
    return f"{NAME}-{CHECKSUM.read_text().strip()[:8]}"
