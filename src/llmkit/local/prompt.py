"""Turn a conversation into what a small text model understands: plain roles and plain text."""

from __future__ import annotations

import json
from typing import Any

from llmkit.local.refusal import Refusal

_ROLES = {"system": "system", "developer": "system", "user": "user", "assistant": "assistant", "tool": "tool", "function": "tool"}
_TEXTS = {"text": "text", "input_text": "text", "output_text": "text", "refusal": "refusal"}

Turn = dict[str, Any]

SYSTEM = "You are a helpful AI assistant."
"""Of a conversation without one. The template's own names the model, and then it calls the capital of France an étoile."""


def turns(messages: Any) -> list[Turn]:
    """Return `messages` with known roles and text alone. Raises `Refusal` for what is not text."""
    if not isinstance(messages, list) or not messages:
        raise Refusal("messages must be a list that is not empty.", parameter="messages")
    return [_turn(message, f"messages[{place}]") for place, message in enumerate(messages)]


def _turn(message: Any, place: str) -> Turn:
    role = _ROLES.get(str(message.get("role"))) if isinstance(message, dict) else None
    if role is None:
        raise Refusal(f"{place} has no role that is known.", parameter=f"{place}.role")
    turn: Turn = {"role": role, "content": _text(message.get("content"), f"{place}.content")}
    if role == "assistant" and message.get("tool_calls"):
        turn["calls"] = [_call(call, f"{place}.tool_calls") for call in message["tool_calls"]]
    if role == "tool":
        turn["id"] = message.get("tool_call_id") or message.get("name")
    return turn


def _text(content: Any, place: str) -> str:
    if content is None or isinstance(content, str):
        return content or ""
    if not isinstance(content, list):
        raise Refusal(f"{place} must be text or a list of parts.", parameter=place)
    texts = []
    for part in content:
        kind = part.get("type") if isinstance(part, dict) else None
        if kind not in _TEXTS:
            raise Refusal(f"The embedded model reads text only, not {kind}.", parameter=place, code="unsupported_content")
        texts.append(str(part.get(_TEXTS[kind]) or ""))
    return "\n".join(texts)


def _call(call: Any, place: str) -> tuple[str | None, str, str]:
    function = call.get("function") if isinstance(call, dict) else None
    if not isinstance(function, dict) or not isinstance(function.get("name"), str):
        raise Refusal(f"{place} holds a call that is no function call.", parameter=place)
    return call.get("id"), function["name"], str(function.get("arguments") or "{}")


def prompt(conversation: list[Turn], *, small: bool) -> list[Turn]:
    """Return the messages for an answer in text; a small model gets a system message where there is none."""
    messages = plain(conversation)
    if small and messages[0]["role"] != "system":
        messages.insert(0, {"role": "system", "content": SYSTEM})
    return messages


def plain(conversation: list[Turn], instead_of_system: str | None = None) -> list[Turn]:
    """Return the messages for the chat template; calls and results become text, the template knows no others.

    With `instead_of_system` the calls are written as the constrained JSON is, and that text leads the system message.
    """
    names = {identity: name for turn in conversation for identity, name, _ in turn.get("calls", ()) if identity}
    system = [turn["content"] for turn in conversation if turn["role"] == "system"]
    messages: list[Turn] = []
    for turn in conversation:
        match turn["role"]:
            case "assistant" if "calls" in turn:
                wrote = _as_json if instead_of_system else _as_words
                said = [turn["content"], *(wrote(name, arguments) for _, name, arguments in turn["calls"])]
                _add(messages, "assistant", "\n".join(filter(None, said)))
            case "tool":
                name = names.get(turn["id"], turn["id"] or "the tool")
                _add(messages, "user", f"{name} returned: {turn['content']}")
            case "user" | "assistant" as role:
                _add(messages, role, turn["content"])
    lead = [instead_of_system, *system] if instead_of_system else system
    return [{"role": "system", "content": "\n".join(filter(None, lead))}, *messages] if lead else messages


def _add(messages: list[Turn], role: str, content: str) -> None:
    if messages and messages[-1]["role"] == role == "user":  # several results in a row are one turn
        messages[-1]["content"] += f"\n{content}"
    else:
        messages.append({"role": role, "content": content})


def _as_json(name: str, arguments: str) -> str:
    try:
        value = json.loads(arguments)
    except ValueError:
        value = {}
    return json.dumps({"name": name, "arguments": value}, ensure_ascii=False, separators=(",", ":"))


def _as_words(name: str, arguments: str) -> str:
    return f"I call {name} with {arguments}."
