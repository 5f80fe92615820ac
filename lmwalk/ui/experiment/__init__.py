"""The pages Walk, Draws and Telephone."""
