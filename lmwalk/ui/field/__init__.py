"""The page of fields: a model's policy at every position of a walk, under any sampler, and walkers that follow it."""
