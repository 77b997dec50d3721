"""What LLMKit costs, next to a floor or a peer of the same run."""
