"""The tool loop: ask, answer the calls, ask again."""
