"""The pure heart: no I/O, no clock, no screen, no SQL."""
