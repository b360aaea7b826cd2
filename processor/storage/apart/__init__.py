"""Writing in a process of its own: the one that answers requests computes on while the disk is waited for."""
