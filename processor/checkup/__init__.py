"""What an operator would look at one thing after another: folders, database, clock, mail, settings."""
