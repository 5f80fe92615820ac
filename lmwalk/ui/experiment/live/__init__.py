"""The live stage: a study's replies and their picture, followed while they come."""
