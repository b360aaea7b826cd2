"""Privacy in the database: erasures, requests, breaches."""
