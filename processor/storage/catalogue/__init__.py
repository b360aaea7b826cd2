"""Reading forms/ and official texts: parse, resolve, check, and say where a fault stands."""
