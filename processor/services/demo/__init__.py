"""Invented data for whoever wants to look."""
