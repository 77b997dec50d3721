"""The name of Ollama's own format and what it takes where nothing is known of the model."""

from __future__ import annotations

from llmkit.types.profile import Profile

NAME = "ollama"
PATH = "/api/chat"
"""From the server's root, as the vendor's SDK has it."""

PROFILE = Profile(
    reasoning="toggle",  # Most models take `think` true or false only; those with levels say so in their own facts.
    system_role="system",
    forced_tools=False,
    strict_tools=False,
    image_urls=False,
    audio=False,
    video=False,
    documents=False,
    cache="auto",
)
