"""Handlers of what a business fills in, sends and follows."""
