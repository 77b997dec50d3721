"""The wire formats of films: jobs that are begun, asked for until they are over, and fetched."""
