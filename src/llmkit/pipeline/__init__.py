"""Layers around one exchange: each is a value with `async (call, next) -> reply`."""
