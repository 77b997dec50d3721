"""Read recorded calls as pairs of a request in our types and the tokens that the provider counted."""

from __future__ import annotations

import gzip
import importlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote
from zlib import crc32

import msgspec

from llmkit.accumulate import fold
from llmkit.dialects.aws_payload import Payloads
from llmkit.errors import LLMKitError
from llmkit.types.dialect import StreamDecoder
from llmkit.types.parts import Provenance, ServerToolCall
from llmkit.types.requests import CompletionRequest
from llmkit.types.responses import CompletionResponse
from tests.conformance.corpus import Interaction, files, interactions

SERVED = frozenset({"anthropic", "bedrock_converse", "cohere", "gemini", "mistral", "ollama", "openai_chat", "openai_responses"})
"""Dialects whose recorded requests can be read."""
_OPENAI, _CLAUDE = ("openai", "azure"), ("anthropic", "bedrock", "vertex")
MAKERS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("gpt-4", "gpt-4o", "gpt-5", "o-series"), _OPENAI),
    **dict.fromkeys(("claude-3", "claude-4", "claude-4.5", "claude-4.7", "claude-5"), _CLAUDE),
    **dict.fromkeys(("gemini-2", "gemini-2.5", "gemini-3"), ("google",)),
    **dict.fromkeys(("deepseek", "deepseek-v4"), ("deepseek",)),
    **dict.fromkeys(("grok-3", "grok-4"), ("xai",)),
    **dict.fromkeys(("nova", "nova-2"), ("bedrock",)),
    "mistral": ("mistral",),
    "glm": ("zai",),
    "command": ("cohere",),
    "sonar": ("perplexity",),
    "mimo": ("xiaomi",),
    "llama-3.1": ("groq", "cerebras", "together"),
    "llama-4": ("groq",),
    "qwen-3": ("alibaba",),
    "qwen-3.5": ("alibaba",),
    "kimi": ("groq", "baseten"),
}
"""Where a family is served by those who made it, on their behalf, or, for open models, mostly."""
_IN_PATH = re.compile(r"/models?/([^/?]+?)(?:/(?:converse|invoke)|:)")
_SHORTENED = "<MASSIVE_TEXT"
"""One project put this in place of long texts after recording."""
HELD_OUT = 5
"""One pair in so many is kept from fitting."""


@dataclass(frozen=True)
class Pair:
    """One recorded call: what was asked, and what was answered with which usage."""

    id: str
    provider: str
    dialect: str
    held_out: bool
    request: CompletionRequest
    response: CompletionResponse

    @property
    def answered_by_tools(self) -> bool:
        """Say whether the provider ran tools of its own, whose results it counts as input."""
        usage = self.response.usage
        return bool(usage and usage.server_tools) or any(isinstance(part, ServerToolCall) for part in self.response.content)

    @property
    def true_input(self) -> int:
        """Return the input tokens that the provider counted."""
        return self.response.usage.input if self.response.usage is not None else 0


def pairs(wanted: str = "*", *, core: bool = False) -> Iterator[Pair]:
    """Yield every recorded call with a readable request and counted tokens, of the file `wanted` (`*`: all).

    `core`: only of the small diverse subset.
    """
    for file in files():
        if Path(file.name).match(f"{wanted}.jsonl.gz"):
            for interaction in interactions(file, lambda _id, _tier: True, core=core):
                pair = _pair(interaction)
                if pair is not None:
                    yield pair


def truncated() -> frozenset[str]:
    """Return the ids of recordings whose media were shortened, so that their size is not the counted one."""
    found = set()
    for file in files():
        with gzip.open(file, "rt", encoding="utf-8", newline="\n") as lines:
            for line in lines:
                if '"truncated"' in line:
                    record = json.loads(line)
                    if record["source"].get("truncated"):
                        found.add(record["id"])
    return frozenset(found)


def held_out(request: CompletionRequest) -> bool:
    """Say whether pairs of this request are kept from fitting: the same conversation, recorded twice, is on one side only."""
    return crc32(msgspec.json.encode(request.messages)) % HELD_OUT == 0


def _pair(interaction: Interaction) -> Pair | None:
    if interaction.status >= 300 or interaction.sent is None or interaction.fixture or interaction.dialect not in SERVED:
        return None
    serving = importlib.import_module(f"llmkit.serving.{interaction.dialect}")
    try:
        request = serving.parse_request(interaction.sent, path=interaction.path, headers=interaction.sent_headers)
        response = _response(interaction)
    except (LLMKitError, AttributeError, KeyError, TypeError, ValueError):
        return None  # some recordings are of another format than their name says
    if response.usage is None or response.usage.input <= 0 or not request.messages:
        return None
    in_path = _IN_PATH.search(interaction.path)
    if in_path is not None or not request.model:
        request = request.replace(model=unquote(in_path[1]) if in_path is not None else response.model)
    if any(_SHORTENED in message.text for message in request.messages):
        return None
    request = request.replace(dialect=interaction.dialect)
    return Pair(interaction.id, interaction.provider, interaction.dialect, held_out(request), request, response)


def _response(interaction: Interaction) -> CompletionResponse:
    dialect = importlib.import_module(f"llmkit.dialects.{interaction.dialect}")
    origin = Provenance(provider=interaction.provider, dialect=interaction.dialect)
    if not interaction.stream:
        response: CompletionResponse = dialect.decode(interaction.raw, origin=origin)
        return response
    decoder: StreamDecoder = dialect.decoder(origin=origin)
    decoder = Payloads(decoder) if interaction.wrapped else decoder
    return fold([*decoder.feed(interaction.raw), *decoder.close()])
