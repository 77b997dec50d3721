"""A library that does everything wrong, so that the harness can show that it finds something."""
