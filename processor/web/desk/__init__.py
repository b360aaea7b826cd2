"""Handlers of the officers' pages."""
