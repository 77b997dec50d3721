"""The wire formats of classification and of decisions."""
