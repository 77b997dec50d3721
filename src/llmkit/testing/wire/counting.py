"""The places where providers count the tokens of a request, as their documentation of 2026 has them."""

from __future__ import annotations

import re
from typing import Any

from llmkit.testing.received import Received
from llmkit.testing.wire import Failure
from llmkit.types.model import Model

__all__ = ["Place", "place_of"]

_MESSAGES = frozenset({"model", "messages", "system", "tools", "tool_choice", "thinking", "output_config", "cache_control", "mcp_servers"})
_RESPONSES = frozenset(
    {
        "model",
        "input",
        "instructions",
        "tools",
        "tool_choice",
        "parallel_tool_calls",
        "reasoning",
        "text",
        "truncation",
        "personality",
        "conversation",
        "previous_response_id",
    }
)
_NOT_READ = frozenset({"role", "type", "model", "id", "tool_use_id", "tool_call_id", "call_id", "toolUseId", "mimeType", "data", "strict"})


class Place(Model, frozen=True, kw_only=True):
    """One place. The request is at `inside` of the body; it must have `needed`, and nothing beyond `taken` where that is not empty."""

    path: re.Pattern[str]
    wires: tuple[str, ...]
    needed: str
    answer: tuple[str, ...]
    """Where in the answer the number stands."""
    inside: tuple[str, ...] = ()
    taken: frozenset[str] = frozenset()

    def refuse(self, request: Received) -> Failure | None:
        """Return why the real thing would refuse the question."""
        body = self._request(request)
        if not isinstance(body, dict):
            return Failure(kind="bad_request", message="The request body is not valid JSON")
        extra = sorted(body.keys() - self.taken) if self.taken else []
        if extra:
            return Failure(kind="bad_request", message=f"{extra[0]}: Extra inputs are not permitted")
        return None if body.get(self.needed) else Failure(kind="bad_request", message=f"{self.needed}: Field required")

    def body(self, request: Received) -> dict[str, Any]:
        """Return the answer: a token is a word of any text that the request holds."""
        found: Any = words(self._request(request))
        for step in reversed(self.answer):
            found = {step: found}
        body: dict[str, Any] = found
        return body

    def _request(self, request: Received) -> Any:
        found = request.json
        for step in self.inside:
            found = found.get(step) if isinstance(found, dict) else None
        return found


def words(value: Any) -> int:
    """Return how many words stand in the texts of `value`, names of roles, types and models left out."""
    if isinstance(value, str):
        return len(value.split())
    if isinstance(value, list):
        return sum(words(item) for item in value)
    if isinstance(value, dict):
        return sum(words(item) for name, item in value.items() if name not in _NOT_READ)
    return 0


_PLACES = (
    Place(
        wires=("anthropic",),
        path=re.compile(r"/v1/messages/count_tokens"),
        needed="messages",
        answer=("input_tokens",),
        taken=_MESSAGES,
    ),
    Place(
        wires=("openai_chat", "openai_responses"),
        path=re.compile(r".*/responses/input_tokens"),
        needed="input",
        answer=("input_tokens",),
        taken=_RESPONSES,
    ),
    Place(
        wires=("openai_chat",),
        path=re.compile(r".*/chat/completions/input_tokens"),
        needed="messages",
        answer=("input_tokens",),
    ),
    Place(wires=("openai_chat",), path=re.compile(r"/tokenize"), needed="messages", answer=("count",)),
    Place(wires=("openai_chat",), path=re.compile(r".*/estimate-token-count"), needed="messages", answer=("data", "total_tokens")),
    Place(wires=("openai_chat",), path=re.compile(r".*/tokenizer"), needed="messages", answer=("usage", "total_tokens")),
    Place(
        wires=("gemini",),
        path=re.compile(r"/v1beta/models/[^/]+:countTokens"),
        needed="contents",
        answer=("totalTokens",),
        inside=("generateContentRequest",),
    ),
    Place(
        wires=("gemini",),
        path=re.compile(r".*/publishers/[^/]+/models/[^/]+:countTokens"),
        needed="contents",
        answer=("totalTokens",),
        taken=frozenset({"model", "contents", "systemInstruction", "tools", "generationConfig"}),
    ),
    Place(
        wires=("bedrock_converse",),
        path=re.compile(r"/model/[^/]+/count-tokens"),
        needed="messages",
        answer=("inputTokens",),
        inside=("input", "converse"),
        taken=frozenset({"messages", "system", "toolConfig", "additionalModelRequestFields"}),
    ),
)


def place_of(wire: str, request: Received) -> Place | None:
    """Return the place that `request` asks; None where it asks something else."""
    if request.method != "POST":
        return None
    return next((place for place in _PLACES if wire in place.wires and place.path.fullmatch(request.path)), None)
