"""Who may do what: passwords, passes, second factors, roles, tokens of programs."""
