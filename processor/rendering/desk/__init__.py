"""HTML of the officers' pages."""
