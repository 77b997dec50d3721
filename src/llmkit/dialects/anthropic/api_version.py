"""Which of the API's two versions a request goes out with.

`2026-10-21` refuses sampling parameters (at any value), documents in the assistant's turns and citations on the user's texts; the
older `2023-06-01` takes all of it, and no field of this format is known to need the newer one (docs and SDK, read 2026-11-22). So:

- the profile's `headers` say which version a host or model prefers; the format's own default is the older one;
- a preferred newer version is kept for requests that carry nothing it refuses, any other goes out with the older one, whole;
- `options={"anthropic": {"version": ...}}` is the caller's word: what that version refuses is then left out with a warning, or raises
  `UnsupportedFeature` where an answer would be about something else without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llmkit.dialects.anthropic.dialect_profile import NEWER_VERSION, OLDER_VERSION, VERSION_HEADER
from llmkit.dialects.anthropic.draft import AnthropicDraft
from llmkit.errors import UnsupportedFeature
from llmkit.types.messages import Message
from llmkit.types.model import NO_NATIVE
from llmkit.types.parts import Document, Part, Text, Unknown
from llmkit.types.requests import CompletionRequest

_SAMPLING = ("temperature", "top_p", "top_k")


def choose_version(
    request: CompletionRequest, asked: Any, options: Mapping[str, Any], draft: AnthropicDraft
) -> tuple[str, CompletionRequest]:
    """Return the version to send and the request as that version takes it. Raises `UnsupportedFeature`, only where the caller asked."""
    preferred = draft.profile.headers.get(VERSION_HEADER, "")
    if isinstance(asked, str) and asked:
        return asked, _fitted(request, draft) if asked >= NEWER_VERSION else request
    if preferred < NEWER_VERSION or not _is_refused(request, options):
        return preferred, request
    return OLDER_VERSION, request


def _is_refused(request: CompletionRequest, options: Mapping[str, Any]) -> bool:
    """Tell whether the newer version would refuse the request."""
    if any(getattr(request, name) is not None or options.get(name) is not None for name in _SAMPLING):
        return True
    return any(_offends(part, message) for message in request.messages for part in message.content)


def _offends(part: Part, message: Message) -> bool:
    if message.role == "assistant":
        return isinstance(part, Document) or (isinstance(part, Unknown) and part.kind == "document")
    return message.role == "user" and isinstance(part, Text) and _is_cited(part)


def _is_cited(part: Text) -> bool:
    return bool(part.citations or any(fields.get("citations") for fields in part.options.values()))


def _fitted(request: CompletionRequest, draft: AnthropicDraft) -> CompletionRequest:
    """Return the request without citations on the user's texts. Sampling parameters go where all settings are written."""
    if not any(_offends(part, message) for message in request.messages for part in message.content):
        return request
    return request.replace(messages=tuple([_bare(message, draft) for message in request.messages]))


def _bare(message: Message, draft: AnthropicDraft) -> Message:
    content: list[Part] = []
    for part in message.content:
        if not _offends(part, message):
            content.append(part)
        elif isinstance(part, Text):
            draft.warn("dropped", "citations", f"Citations on the user's texts are refused since API version {NEWER_VERSION}.")
            options = {name: {key: value for key, value in fields.items() if key != "citations"} for name, fields in part.options.items()}
            content.append(part.replace(citations=(), options=options, native=NO_NATIVE))
        else:
            raise UnsupportedFeature(
                "documents in the assistant's turns", where=f"API version {NEWER_VERSION}", hint=f"Ask for version {OLDER_VERSION}."
            )
    return message.replace(content=tuple(content))
