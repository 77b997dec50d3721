"""The wire formats of files that providers keep."""
