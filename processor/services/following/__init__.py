"""What a sender sees and does after sending, with the access code."""
