"""The store of attachments, and how a file reaches the disk for good."""
