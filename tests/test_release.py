"""The release and its places."""

import tomllib
from pathlib import Path

from console.release import RELEASE


def test_the_release_is_the_distributions():
    """What the wire and the logs say is what was installed."""
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))

    assert project["project"]["version"] == RELEASE
