"""SQL of what other systems read and bring."""
