"""What a recorded request asks, read from plain JSON, against what our parser found.

The round trip alone would also pass if the parser kept everything as raw options; this makes sure that what has a type got it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from llmkit.types.parts import Image, InvalidToolCall, Text, ToolCall, ToolResult
from llmkit.types.requests import CompletionRequest
from llmkit.types.tools import Tool
from tests.conformance.reading import arguments, mapping, sequence

Asked = dict[str, Any]


def untyped(dialect: str, sent: dict[str, Any], request: CompletionRequest) -> str | None:
    """Return what the parser left without a type, or read wrongly."""
    asked, found = READERS[dialect](sent), _found(request, results_hold_text=dialect != "gemini")
    wrong = [name for name, value in asked.items() if value is not None and value != found[name]]
    return "; ".join(f"parsed {name}: {str(asked[name])[:60]!r} became {str(found[name])[:60]!r}" for name in wrong) or None


def _found(request: CompletionRequest, *, results_hold_text: bool) -> Asked:
    parts = [part for message in request.messages for part in message.content]
    inner = [part for result in parts if isinstance(result, ToolResult) for part in result.content]
    return {
        "text": _joined(_texts([part for part in parts if results_hold_text or not isinstance(part, ToolResult)])),
        "calls": [(part.name, _arguments(part)) for part in parts if isinstance(part, ToolCall | InvalidToolCall)],
        "results": [part.id for part in parts if isinstance(part, ToolResult)],
        "images": sum(isinstance(part, Image) for part in [*parts, *inner]),
        "tools": [tool.name for tool in request.tools if isinstance(tool, Tool)],
        "temperature": request.temperature,
        "top_p": request.top_p,
        "max_tokens": request.max_tokens,
        "seed": request.seed,
        "stop": list(request.stop),
    }


def _arguments(part: ToolCall | InvalidToolCall) -> Any:
    if isinstance(part, InvalidToolCall):
        return part.json
    return part.arguments or arguments(part.json)


def _texts(parts: Any) -> Iterator[str]:
    for part in parts:
        if isinstance(part, Text):
            yield part.text
        elif isinstance(part, ToolResult):
            yield from _texts(part.content)


def _joined(texts: Any) -> str:
    return "\n".join(text for text in texts if text)


def _openai_chat(sent: dict[str, Any]) -> Asked:
    messages = [message for message in sequence(sent["messages"]) if isinstance(message, dict)]
    parts = [part for message in messages for part in _blocks(message.get("content"))]
    functions = [mapping(call.get("function")) for message in messages for call in sequence(message.get("tool_calls"))]
    limit = sent.get("max_completion_tokens")
    legacy = any("function_call" in message for message in messages)
    return {
        "text": _joined(part["text"] for part in parts if part.get("type") == "text"),
        "calls": None if legacy else [(function.get("name"), arguments(function.get("arguments"))) for function in functions],
        "results": [message["tool_call_id"] for message in messages if message.get("role") == "tool" and message.get("tool_call_id")]
        or None,
        "images": sum(part.get("type") == "image_url" for part in parts),
        "tools": [
            (tool.get("function") or tool["custom"])["name"] for tool in sequence(sent.get("tools")) if tool.keys() & {"function", "custom"}
        ],
        "temperature": sent.get("temperature"),
        "top_p": sent.get("top_p"),
        "max_tokens": sent.get("max_tokens") if limit is None else limit,
        "seed": sent.get("seed"),
        "stop": _list(sent.get("stop")),
    }


def _mistral(sent: dict[str, Any]) -> Asked:
    return {**_openai_chat(sent), "seed": sent.get("random_seed")}


def _ollama(sent: dict[str, Any]) -> Asked:
    messages = sequence(sent["messages"])
    functions = [mapping(call.get("function")) for message in messages for call in sequence(message.get("tool_calls"))]
    options = mapping(sent.get("options"))
    return {
        "text": _joined(message["content"] for message in messages if message.get("content")),
        "calls": [(function.get("name"), arguments(function.get("arguments"))) for function in functions],
        "results": [message.get("tool_call_id", "") for message in messages if message.get("role") == "tool"],
        "images": sum(len(sequence(message.get("images"))) for message in messages),
        "tools": [tool["function"]["name"] for tool in sequence(sent.get("tools"))],
        "temperature": options.get("temperature"),
        "max_tokens": options.get("num_predict"),
        "seed": options.get("seed"),
        "stop": sequence(options.get("stop")),
    }


def _cohere(sent: dict[str, Any]) -> Asked:
    return {
        **_openai_chat(sent),
        "top_p": sent.get("p"),
        "stop": sequence(sent.get("stop_sequences")),
    }


def _anthropic(sent: dict[str, Any]) -> Asked:
    system = _blocks(sent.get("system"))
    blocks = [block for message in sent["messages"] for block in _blocks(message.get("content"))]
    inner = [block for result in blocks if result.get("type") == "tool_result" for block in _blocks(result.get("content"))]
    flat = [deep for block in blocks for deep in (_blocks(block.get("content")) if block.get("type") == "tool_result" else [block])]
    return {
        "text": _joined(block["text"] for block in [*system, *flat] if block.get("type") == "text"),
        "calls": [(block["name"], block["input"]) for block in blocks if block.get("type") == "tool_use"],
        "results": [block["tool_use_id"] for block in blocks if block.get("type") == "tool_result"],
        "images": sum(block.get("type") == "image" for block in [*blocks, *inner]),
        "tools": [tool["name"] for tool in sequence(sent.get("tools")) if tool.get("type") in (None, "custom")],
        "temperature": sent.get("temperature"),
        "top_p": sent.get("top_p"),
        "max_tokens": sent.get("max_tokens"),
        "stop": sequence(sent.get("stop_sequences")),
    }


def _gemini(sent: dict[str, Any]) -> Asked:
    system = _one_or_more(mapping(sent.get("systemInstruction") or sent.get("system_instruction")).get("parts"))
    parts = [part for content in _one_or_more(sent["contents"]) for part in _one_or_more(content.get("parts"))]
    calls = [part.get("functionCall") or part.get("function_call") for part in parts]
    results = [part.get("functionResponse") or part.get("function_response") for part in parts]
    declared = [tool.get("functionDeclarations") or tool.get("function_declarations") for tool in _one_or_more(sent.get("tools"))]
    config = mapping(sent.get("generationConfig") or sent.get("generation_config"))
    limit = config.get("maxOutputTokens")
    return {
        "text": _joined(part["text"] for part in [*system, *parts] if part.get("text") and not part.get("thought")),
        "calls": [(call["name"], call.get("args") or {}) for call in calls if call],
        "results": None if any("id" not in result for result in results if result) else [result["id"] for result in results if result],
        "tools": [function["name"] for functions in declared for function in _one_or_more(functions)],
        "temperature": config.get("temperature"),
        "top_p": config.get("topP", config.get("top_p")),
        "max_tokens": config.get("max_output_tokens") if limit is None else limit,
        "seed": config.get("seed"),
        "stop": sequence(config.get("stopSequences") or config.get("stop_sequences")),
    }


def _openai_responses(sent: dict[str, Any]) -> Asked:
    items = [{"role": "user", "content": sent["input"]}] if isinstance(sent["input"], str) else sent["input"]
    outputs = [item for item in items if item.get("type") in ("function_call_output", "custom_tool_call_output")]
    asked: Asked = {
        "tools": [tool["name"] for tool in sequence(sent.get("tools")) if tool["type"] in ("function", "custom")],
        "temperature": sent.get("temperature"),
        "top_p": sent.get("top_p"),
        "max_tokens": sent.get("max_output_tokens"),
    }
    if not all(item.get("type") in (None, "message", "function_call", "function_call_output", "reasoning") for item in items):
        return asked
    contents = [item.get("output" if item in outputs else "content") for item in items if item.get("type") != "reasoning"]
    blocks = [block for content in contents for block in _blocks(content)]
    words = [block["text"] for block in blocks if block.get("type") in ("text", "input_text", "output_text")]
    return {
        **asked,
        "text": _joined([sent.get("instructions"), *words]),
        "calls": [(item["name"], arguments(item["arguments"])) for item in items if item.get("type") == "function_call"],
        "results": [item["call_id"] for item in outputs],
        "images": sum(block.get("type") == "input_image" for block in blocks),
    }


def _bedrock_converse(sent: dict[str, Any]) -> Asked:
    blocks = [block for message in sequence(sent["messages"]) for block in sequence(message.get("content"))]
    calls = [block["toolUse"] for block in blocks if "toolUse" in block]
    results = [block["toolResult"] for block in blocks if "toolResult" in block]
    inner = [block for result in results for block in sequence(result.get("content"))]
    within = ("toolResult", "citationsContent")
    flat = [deep for block in blocks for deep in next((block[name]["content"] for name in within if name in block), [block])]
    config = mapping(sent.get("inferenceConfig"))
    tools = sequence(mapping(sent.get("toolConfig")).get("tools"))
    return {
        "text": _joined(block["text"] for block in [*sequence(sent.get("system")), *flat] if "text" in block),
        "calls": [(call["name"], call["input"]) for call in calls],
        "results": [result["toolUseId"] for result in results],
        "images": sum("image" in block for block in [*blocks, *inner]),
        "tools": [tool["toolSpec"]["name"] for tool in tools if "toolSpec" in tool],
        "temperature": config.get("temperature"),
        "top_p": config.get("topP"),
        "max_tokens": config.get("maxTokens"),
        "stop": sequence(config.get("stopSequences")),
    }


READERS = {
    "openai_responses": _openai_responses,
    "openai_chat": _openai_chat,
    "mistral": _mistral,
    "ollama": _ollama,
    "cohere": _cohere,
    "anthropic": _anthropic,
    "gemini": _gemini,
    "bedrock_converse": _bedrock_converse,
}


def _blocks(content: Any) -> list[dict[str, Any]]:
    """Return content as blocks: a string is one of text."""
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    return [{"type": "text", "text": part} if isinstance(part, str) else part for part in sequence(content)]


def _one_or_more(value: Any) -> list[Any]:
    return [value] if isinstance(value, dict) else sequence(value)


def _list(value: Any) -> list[Any]:
    return [value] if isinstance(value, str) else sequence(value)
