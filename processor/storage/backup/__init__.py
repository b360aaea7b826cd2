"""Backups on the disk: snapshots of the database, encryption, the folder that holds them."""
