"""An installation moved to another database while people go on sending."""
