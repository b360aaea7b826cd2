"""A form as data and what was answered to it: fields, conditions, checks, changes."""
