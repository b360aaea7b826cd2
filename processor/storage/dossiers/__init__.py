"""SQL of what senders make: drafts, uploads, dossiers, receipts, supplements."""
