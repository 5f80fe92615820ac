"""Walks: paths over sites."""
