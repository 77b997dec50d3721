"""The wire formats of web search."""
