"""The outside world: one module per channel, and what they share. Knows nothing of the desk.

Begin with `sources.base`. Nothing is imported here: a console reads texts with `sources.text` and
pays for no more than that.
"""
