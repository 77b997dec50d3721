"""The wire formats of document reading."""
