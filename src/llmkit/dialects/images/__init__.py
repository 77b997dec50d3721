"""The wire formats of pictures: one module each; what they share is in `words`, `limits`, `shapes`, `given`, `answer` and `queue`."""
