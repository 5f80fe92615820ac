"""Processes: one file each; a new file is enough to add one."""
