"""What shows that nothing was changed: signatures, receipts, daily roots, verification."""
