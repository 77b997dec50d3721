"""One spelling for request bodies that say the same: every difference we allow, with its reason."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

NO_PARAMETERS: dict[str, Any] = {"type": "object", "properties": {}}


def canonical(body: dict[str, Any]) -> dict[str, Any]:
    """Return `body` in the spelling that our encoder uses."""
    found = {key: value for key, value in body.items() if value is not None}  # null is the same as absent
    for name in ("tools", "stop", "stream"):
        if not found.get(name):  # an empty list of tools or stop texts, and `stream: false`, say nothing
            found.pop(name, None)
    if found.get("stream") and found.get("stream_options") == {"include_usage": False}:
        del found["stream_options"]  # not asking for usage is the default
    if isinstance(found.get("stop"), str):  # one stop text is a list of one
        found["stop"] = [found["stop"]]
    if "max_completion_tokens" in found:
        found.setdefault("max_tokens", found["max_completion_tokens"])
    found.setdefault("model", "")  # some hosts name the model in the path
    if "tools" in found:
        found["tools"] = [_tool(tool) for tool in found["tools"]]
    if "tool_choice" in found:
        found["tool_choice"] = _choice(found["tool_choice"])
    if found.get("response_format", {}).get("type") == "json_schema" and isinstance(found["response_format"].get("json_schema"), dict):
        inner = {key: value for key, value in found["response_format"]["json_schema"].items() if value is not None}
        inner["name"] = inner.get("name") or "output"  # the API demands a name
        found["response_format"] = {**found["response_format"], "json_schema": inner}
    found["messages"] = [_message(message) for message in found.get("messages", [])]
    return found


def _tool(tool: dict[str, Any]) -> dict[str, Any]:
    found = {"type": "function", **tool} if "function" in tool else dict(tool)  # a tool is a function unless it says otherwise
    if isinstance(found.get("function"), dict):
        function = {key: value for key, value in found["function"].items() if value is not None}
        function["parameters"] = function.get("parameters") or NO_PARAMETERS  # no parameters: an object without properties
        found["function"] = function
    return found


def _choice(choice: Any) -> Any:
    if choice == "any":  # one host's word for `required`
        return "required"
    if isinstance(choice, str) and choice not in ("auto", "none", "required"):  # older hosts took the bare name
        return {"type": "function", "function": {"name": choice}}
    if isinstance(choice, dict) and choice.get("type") == "tool":  # another format's spelling, which some hosts accept
        return {"type": "function", "function": {"name": choice["name"]}}
    if isinstance(choice, dict) and "function" in choice:
        return {"type": "function", **choice}
    return choice


def _message(message: dict[str, Any]) -> dict[str, Any]:
    found = {key: value for key, value in message.items() if value is not None}
    for name in ("content", "tool_calls", "tool_call_id", "reasoning_content", "reasoning", "reasoning_details"):
        if name in found and found[name] in ("", []):  # nothing said, in whatever way
            del found[name]
    if isinstance(found.get("content"), list):
        found["content"] = _content(found["content"])
    if found.get("tool_calls"):
        found["tool_calls"] = [_call(call) for call in found["tool_calls"]]
    return found


def _content(blocks: list[Any]) -> Any:
    found = [_block(block) for block in blocks]
    if len(found) == 1 and found[0].keys() == {"type", "text"} and found[0]["type"] == "text":
        return found[0]["text"]  # one plain text is that text
    return found


def _block(block: Any) -> Any:
    if isinstance(block, str):  # a bare text among blocks
        return {"type": "text", "text": block}
    found = {key: value for key, value in block.items() if value is not None}
    if found.get("type") == "image_url" and isinstance(found.get("image_url"), str):  # a bare address
        found["image_url"] = {"url": found["image_url"]}
    elif isinstance(found.get("image_url"), dict):
        found["image_url"] = {key: value for key, value in found["image_url"].items() if value is not None}
    return found


def _call(call: dict[str, Any]) -> dict[str, Any]:
    found = {"id": "", "type": "function", **{key: value for key, value in call.items() if value is not None}}
    if isinstance(found.get("function"), dict):
        function = {key: value for key, value in found["function"].items() if value is not None}
        arguments = function.get("arguments")
        if isinstance(arguments, dict):  # an object where the API says text
            function["arguments"] = json.dumps(arguments)
        with suppress(ValueError):
            function["arguments"] = json.loads(function.get("arguments") or "{}")  # no text is no arguments; spaces do not matter
        found["function"] = function
    return found
