"""Differences without meaning in the requests of single vendors' formats; the table of them is in `normalisations`."""

from __future__ import annotations

from typing import Any


def drop_known_names(body: dict[str, Any]) -> None:
    """Drop the tool's name from results whose call is in the conversation."""
    messages = body.get("messages", ())
    called = {call.get("id"): call["function"]["name"] for message in messages for call in message.get("tool_calls") or ()}
    for message in messages:
        if message.get("role") == "tool" and message.get("name") == called.get(message.get("tool_call_id"), ""):
            del message["name"]


def drop_false_prefix(body: dict[str, Any]) -> None:
    """Drop `prefix: false`, the default."""
    for message in body.get("messages", ()):
        if message.get("prefix") is False:
            del message["prefix"]


def sound_as_text(body: dict[str, Any]) -> None:
    """Write sound as its base64 text."""
    for message in body.get("messages", ()):
        for part in message["content"] if isinstance(message.get("content"), list) else ():
            if isinstance(part, dict) and isinstance(part.get("input_audio"), dict):
                part["input_audio"] = part["input_audio"].get("data")


def drop_nothing_said(body: dict[str, Any]) -> None:
    """Drop settings of an Ollama request that set nothing; write out that it streams."""
    body.setdefault("stream", True)
    options = body.get("options")
    if isinstance(options, dict):
        body["options"] = {name: value for name, value in options.items() if value is not None}
    for name in ("options", "format"):
        if body.get(name) in ({}, ""):
            del body[name]
    for message in body.get("messages", ()):
        if not message.get("content"):
            message.pop("content", None)
        for name in [name for name in ("images", "tool_name") if name in message and not message[name]]:
            del message[name]


def newer_names(body: dict[str, Any]) -> None:
    """Write a Cohere request in the words of its documentation, and drop what says nothing."""
    for message in body.get("messages", ()):
        for name in [name for name in ("content", "citations") if not message.get(name)]:
            if name != "content" or message.get("tool_calls"):
                message.pop(name, None)
    if isinstance(body.get("tool_choice"), str):
        body["tool_choice"] = body["tool_choice"].upper()
    form = body.get("response_format")
    if isinstance(form, dict):
        if form.get("type") == "json_schema":
            form["type"] = "json_object"
        if "schema" in form:
            form["json_schema"] = form.pop("schema")
