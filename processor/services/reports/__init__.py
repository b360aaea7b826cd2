"""The Department's reports and public figures."""
