"""Backup and restore: made while the service runs, encrypted to keys that are kept elsewhere."""
