"""What the ledger's lines say about one account."""
