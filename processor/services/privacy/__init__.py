"""Privacy: erasing, requests of people about their data, breaches."""
