"""Who sends a request: secrets, and the headers made from them."""
