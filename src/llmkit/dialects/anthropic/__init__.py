"""The Messages format of Claude models and of the hosts that speak it."""

from __future__ import annotations

from llmkit.dialects.anthropic.decode import decode
from llmkit.dialects.anthropic.dialect_profile import NAME, PROFILE
from llmkit.dialects.anthropic.encode import encode
from llmkit.dialects.anthropic.errors import error
from llmkit.dialects.anthropic.stream import MessageStream, decoder

__all__ = ["NAME", "PROFILE", "MessageStream", "decode", "decoder", "encode", "error"]
