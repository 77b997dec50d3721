"""What LLMKit promises about where bytes go: TLS, redirects, addresses, links, keys and heads."""
