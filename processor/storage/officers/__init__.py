"""SQL of officers, their mail, second factors and tokens."""
