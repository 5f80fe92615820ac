"""Draws: sequences of answers from a finite set, and marked texts."""
