"""Letters: when one is due, what it says, how it leaves."""
