"""Print a digest of what every dialect sends for one rich request; run with different hash seeds, it must print the same."""

from __future__ import annotations

import hashlib

import msgspec

from llmkit import CompletionRequest, Message, ReasoningOptions, Text, Tool, ToolChoice, ToolResult
from llmkit.dialects import NAMES, dialect
from llmkit.types.parts import Citation, Provenance, Reasoning, ToolCall

SCHEMA = {"type": "object", "properties": {name: {"type": "string"} for name in ("zeta", "alpha", "mid")}, "required": ["zeta"]}
TURNS = (
    Message.system("Be brief."),
    Message.user("What is the weather?"),
    Message(
        role="assistant",
        content=(
            Reasoning(text="Look it up.", signature="c2ln"),
            Text(text="Let me see.", citations=(Citation(url="https://example.com", title="t"),)),
            ToolCall(id="call_12345", name="weather", arguments={"zeta": "z", "alpha": "a", "nested": {"b": 1, "a": [1, 2]}}),
        ),
    ),
    Message.tool(ToolResult(id="call_12345", name="weather", content=(Text(text="18 degrees"),))),
    Message.user("And tomorrow?"),
)


def digests() -> dict[str, str]:
    """Return a digest of the body by dialect."""
    found = {}
    for name in NAMES:
        module = dialect(name)
        chats = name not in ("completions", "predictions", "chatbot")
        request = CompletionRequest(
            model="m",
            messages=TURNS if chats else TURNS[:2],
            tools=(Tool(name="weather", parameters=SCHEMA), Tool(name="clock", description="d")) if chats else (),
            tool_choice=ToolChoice() if chats else None,
            reasoning=ReasoningOptions(effort="high") if chats else None,
            temperature=0.5,
            max_tokens=100,
            stop=("x", "y"),
            metadata={"b": "1", "a": "2"},
            options={name: {"zz": 1, "aa": {"d": 1, "c": 2}}},
        )
        target = Provenance(provider="p", dialect=name, model="m", account="a")
        encoded = module.encode(request, model="m", target=target, profile=module.PROFILE, stream=True)
        whole = [encoded.path, encoded.body, sorted(encoded.headers.items()), encoded.warnings]
        found[name] = hashlib.sha256(msgspec.json.encode(whole)).hexdigest()
    return found


if __name__ == "__main__":
    print(msgspec.json.encode(digests()).decode())
