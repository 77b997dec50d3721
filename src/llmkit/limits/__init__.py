"""Rate limits: how much, of what, in which time, and the arithmetic that never lets one more through."""
