"""Files before anybody opens them: looked at, scanned, and closed until both are done."""
