"""The Converse format: one wire format for the models of many vendors, streamed as binary events."""

from __future__ import annotations

from llmkit.dialects.bedrock_converse.decode import decode
from llmkit.dialects.bedrock_converse.dialect_profile import NAME, PROFILE
from llmkit.dialects.bedrock_converse.encode import encode
from llmkit.dialects.bedrock_converse.errors import error
from llmkit.dialects.bedrock_converse.stream import ConverseStream, decoder

__all__ = ["NAME", "PROFILE", "ConverseStream", "decode", "decoder", "encode", "error"]
