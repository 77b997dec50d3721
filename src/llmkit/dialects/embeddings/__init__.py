"""The wire formats of embeddings."""
