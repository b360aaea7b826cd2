"""SQL of reports and counts."""
