"""The wire formats of transcription."""
