"""Build the registry of models from facts: read, merge, guard, compare, pack."""
