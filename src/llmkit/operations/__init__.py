"""What providers do beside conversations, through the same providers, layers, costs and errors."""
