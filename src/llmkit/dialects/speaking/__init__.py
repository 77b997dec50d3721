"""Text to speech over a WebSocket, while it is written: a module for each wire format."""
