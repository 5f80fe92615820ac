"""What is measured of a text. One file for each property, or for a few that are one."""

from __future__ import annotations

from lmwalk.properties._property import Property, Texts, available, measure, missing, properties

__all__ = ["Property", "Texts", "available", "measure", "missing", "properties"]
