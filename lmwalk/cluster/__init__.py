"""Many machines on one study: its trajectories are dealt out to workers of Dask, and their steps come back."""
