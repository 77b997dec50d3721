"""Answers as values of the user's own types: schema, asking, reading, checking."""
