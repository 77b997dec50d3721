"""Put thinking back between the tags it came in, for models that read their own earlier thinking so."""

from __future__ import annotations

import msgspec

from llmkit.dialects.think_tags import NAME
from llmkit.types.messages import Message
from llmkit.types.parts import InvalidToolCall, Part, Provenance, Reasoning, Text, ToolCall
from llmkit.types.profile import Profile
from llmkit.types.requests import CompletionRequest
from llmkit.types.warnings import Warning


def joined(request: CompletionRequest, profile: Profile, target: Provenance) -> tuple[CompletionRequest, list[Warning]]:
    """Return `request` with the thinking of earlier turns as text in tags again, as `profile.replay` says.

    `native`: thinking that came in tags from the same provider, byte for byte; `always` and `tool_calls`: any thinking that can be
    read, that of another format in tags of this one's; `never`: none.
    """
    if profile.think_tags is None or not any(_thinks(message) for message in request.messages):
        return request, []
    warnings: list[Warning] = []
    messages = tuple([_joined(message, profile, target, warnings) if _thinks(message) else message for message in request.messages])
    return request.replace(messages=messages), warnings


def _thinks(message: Message) -> bool:
    return message.role == "assistant" and any(isinstance(part, Reasoning) for part in message.content)


def _joined(message: Message, profile: Profile, target: Provenance, warnings: list[Warning]) -> Message:
    """Return a turn whose thinking stands in the words before and after it."""
    calls = any(isinstance(part, ToolCall | InvalidToolCall) for part in message.content)
    replayed = profile.replay in ("native", "always") or (profile.replay == "tool_calls" and calls)
    content: list[Part] = []
    for part in message.content:
        text = _tagged(part, profile, target, warnings) if isinstance(part, Reasoning) and replayed else None
        if text is not None:
            part = Text(text=text)
        elif isinstance(part, Reasoning) and _is_ours(part) and not replayed:
            continue  # The model does not want it back.
        last = content[-1] if content else None
        if isinstance(part, Text) and isinstance(last, Text) and _is_plain(part) and _is_plain(last):
            content[-1] = last.replace(text=last.text + part.text)
        else:
            content.append(part)
    return message.replace(content=tuple(content))


def _tagged(part: Reasoning, profile: Profile, target: Provenance, warnings: list[Warning]) -> str | None:
    assert profile.think_tags is not None
    opening, closing = profile.think_tags
    if _is_ours(part) and part.native and part.origin is not None and part.origin.provider == target.provider:
        source = msgspec.json.decode(part.native)
        return source if isinstance(source, str) else None
    if profile.replay == "native" or not part.text:
        return None
    warning = Warning(kind="emulated", parameter="reasoning", detail="Thinking of another format is sent as text between the tags.")
    if warning not in warnings:
        warnings.append(warning)
    return f"{opening or closing.replace('/', '', 1)}\n{part.text}\n{closing}\n\n"


def _is_ours(part: Reasoning) -> bool:
    return part.origin is not None and part.origin.dialect == NAME


def _is_plain(part: Text) -> bool:
    return not (part.native or part.citations or part.options or part.cache is not None or part.signature is not None)
