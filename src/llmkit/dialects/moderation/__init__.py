"""The wire formats of moderation."""
