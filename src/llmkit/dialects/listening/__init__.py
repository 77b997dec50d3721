"""Speech to text over a WebSocket, while it is spoken: a module for each wire format."""
