"""Which release this is, for the first line of the wire and for logs."""

from __future__ import annotations

# Written out, and held against pyproject.toml by a test: asking the installed distribution for it
# imports the e-mail package, 10 ms of a console's start.
RELEASE = "0.1.0"
