"""The reverse of the dialects, for servers: from a client's body to our request."""
