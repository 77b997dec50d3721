"""The wire formats of prompts that providers keep."""
