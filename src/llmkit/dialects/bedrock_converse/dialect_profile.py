"""The name of the Converse format and what it takes where nothing is known of the model."""

from __future__ import annotations

from llmkit.types.profile import Profile

NAME = "bedrock_converse"

PROFILE = Profile(
    json_object=False,
    image_urls=False,
    tool_id_limit=64,
    cache="explicit",
    server_tools={"web_search": "nova_grounding", "code_execution": "nova_code_interpreter"},
)
