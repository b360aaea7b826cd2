"""Hotro: one support policy, from the page a business reads to the dossier an officer appraises."""
