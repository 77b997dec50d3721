"""The books of every ledger, entry by entry."""
