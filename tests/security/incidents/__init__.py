"""What went wrong elsewhere, by its number: each case is played against LLMKit."""
