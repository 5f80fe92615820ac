"""Chains: texts passed from one generation to the next."""
