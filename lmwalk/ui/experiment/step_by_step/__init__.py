"""One trajectory asked by hand, a question at a time."""
