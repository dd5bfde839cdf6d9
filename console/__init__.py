"""Shiftdesk: the console that support teams keep open on a shift."""
