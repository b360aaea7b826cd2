"""Every table, by the part of the program that brought it."""
