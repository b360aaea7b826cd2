"""HTML from domain objects, shared by the site and the processor."""
