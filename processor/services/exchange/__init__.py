"""With other systems: packages, imports, feed, webhooks, exports."""
