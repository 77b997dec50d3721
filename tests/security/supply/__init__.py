"""Proves what the policy says of what LLMKit depends on, how it is built, and how it is published."""
