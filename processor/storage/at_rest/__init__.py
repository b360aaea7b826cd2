"""What lies on the disk encrypted: the key, values of columns, files as records, files shown from memory."""
