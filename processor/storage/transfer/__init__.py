"""A database moved into another, row by row, each row held against what it was."""
