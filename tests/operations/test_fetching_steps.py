"""How a link is asked for: each request as it goes out, and what is done with each piece that comes."""
