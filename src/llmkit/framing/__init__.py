"""From bytes to frames, incrementally and within limits."""
