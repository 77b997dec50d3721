"""The dialects against recorded provider traffic; `python -m tests.conformance` prints the table."""
