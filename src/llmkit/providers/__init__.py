"""The providers: one row each, and how a model id finds its row."""
