"""The API and its description."""
