"""Officers' accounts, sign-in, second factor, the agency's own provider of accounts."""
