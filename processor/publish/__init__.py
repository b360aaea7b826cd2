"""The static site: Markdown blocks, the build, its content security policy."""
