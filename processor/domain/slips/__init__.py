"""Slips and decisions: their kinds, texts, and what one that was made remembers."""
