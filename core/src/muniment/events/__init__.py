"""State changes as rows: written with the transaction, delivered to durable handlers at least once."""
