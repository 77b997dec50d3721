"""The wire formats of ranking."""
