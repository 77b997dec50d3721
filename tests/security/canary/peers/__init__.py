"""The same harness against other libraries, each in its own environment, and the comparison."""
