"""Hotro: one support policy, from the page a business reads to the dossier an officer appraises."""

__version__ = "0.1.0"
