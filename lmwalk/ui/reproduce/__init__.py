"""The page Reproduce: published experiments to run again, beside what was published."""
