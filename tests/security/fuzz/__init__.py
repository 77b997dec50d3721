"""Fuzzing: bytes that nobody would send on purpose, thrown at everything that reads what comes from outside."""
