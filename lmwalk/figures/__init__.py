"""Figures: frame in, plotly figure out."""
