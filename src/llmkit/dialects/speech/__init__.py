"""The wire formats of speech, sounds and music."""
