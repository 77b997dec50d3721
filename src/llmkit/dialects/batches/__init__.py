"""The wire formats of batches: each reads and writes, and none of them sends."""
