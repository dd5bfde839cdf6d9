"""Fixtures on a real store, for whoever defines none of their own."""

from tests.desk.a_day import day, day_file, desk, store

__all__ = ["day", "day_file", "desk", "store"]
