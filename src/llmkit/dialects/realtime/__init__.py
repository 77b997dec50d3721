"""The wire formats of spoken conversations: messages of a WebSocket in, events out, and the other way round."""
