"""Working days, time limits, and whether they were kept."""
