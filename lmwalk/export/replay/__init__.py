"""A study as one page that replays without lmwalk: its pictures under one clock, what was asked and said, its figures.

Everything that a model or a user wrote is in one block of data, compressed and in letters that no browser takes for
markup; the page's own scripts show it as text. Nothing is loaded: the page's policy forbids it, and allows no script
but its own.
"""

from lmwalk.export.replay.page import write_replay

__all__ = ["write_replay"]
