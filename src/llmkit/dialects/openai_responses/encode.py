"""A `CompletionRequest` into the body of a Responses call, in the order of the prompt cache: what varies most comes last."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.openai_chat.wire import Object, dumps
from llmkit.dialects.openai_responses.conversation import items, split_instructions
from llmkit.dialects.openai_responses.dialect_profile import PATH
from llmkit.dialects.openai_responses.draft import ResponsesDraft
from llmkit.dialects.openai_responses.thinking import reasoning_field
from llmkit.dialects.openai_responses.tools import tool_fields
from llmkit.types.dialect import Encoded
from llmkit.types.messages import Message
from llmkit.types.parts import Provenance
from llmkit.types.profile import Profile
from llmkit.types.requests import CompletionRequest, OutputFormat

DEFAULT_SCHEMA_NAME = "output"
ENCRYPTED = "reasoning.encrypted_content"
LOGPROBS = "message.output_text.logprobs"
_NO_PLACE = (
    "top_k",
    "min_p",
    "seed",
    "frequency_penalty",
    "presence_penalty",
    "repetition_penalty",
    "logit_bias",
    "voice",
)
"""Fields of a request that this format cannot say."""
_NEEDS_STORE = ("background", "conversation", "previous_response_id")
"""Fields that make no sense unless the server keeps what it answers (vendor's documentation, read 2026-11-22)."""
_JOINED = ("reasoning", "text", "prompt_cache_options")
"""Fields whose options are laid over what is computed, and do not replace it."""


def encode(request: CompletionRequest, /, *, model: str, target: Provenance, profile: Profile, stream: bool) -> Encoded:
    """Return the wire form of `request`. Raises `UnsupportedFeature` for what cannot be said at all."""
    draft = ResponsesDraft(model=model, target=target, profile=profile)
    options = draft.options(request.options)
    draft.store = _store(request, options, profile)
    _refuse(request, draft)
    text = text_field(request, draft)
    instructions, turns = split_instructions(_with_wish(request, draft), draft)
    fields: dict[str, Any] = {
        "model": model,
        "max_output_tokens": request.max_tokens,
        "instructions": instructions,
        **tool_fields(request, draft),
        "reasoning": reasoning_field(request.reasoning, draft),
        "text": text,
        "temperature": request.temperature,
        "top_p": request.top_p,
        "top_logprobs": request.top_logprobs,
        "include": _include(request, draft),
        "store": draft.store,
        "service_tier": request.service_tier,
        "safety_identifier": request.user,
        "metadata": request.metadata,
        "prompt_cache_options": _cache(request, draft),
    }
    body = {name: value for name, value in fields.items() if value is not None}
    _lay_over(body, options)
    if stream:
        body["stream"] = True
    body["input"] = items(request, turns, draft)
    return Encoded(path=PATH, body=body, headers={**profile.headers}, warnings=draft.warnings)


def _store(request: CompletionRequest, options: Object, profile: Profile) -> bool | None:
    """Return whether the server is to keep the response: only where it is asked to, or something asked for depends on it."""
    given = options.pop("store", request.store)
    if given is not None or any(options.get(name) for name in _NEEDS_STORE) or "store" in request.extra_body:
        return given if isinstance(given, bool) else None
    return None if "store" in profile.unsupported else False


def _include(request: CompletionRequest, draft: ResponsesDraft) -> list[str] | None:
    """Return what the answer must hold beside the usual: the thinking, where the server does not keep it."""
    wanted = [ENCRYPTED] if draft.store is False and draft.profile.encrypted_reasoning and draft.profile.replay != "never" else []
    if request.logprobs or (request.top_logprobs and request.logprobs is not False):
        wanted.append(LOGPROBS)
    return wanted or None


def _lay_over(body: Object, options: Object) -> None:
    """Add the options; what they include comes beside what we do."""
    for name, value in options.items():
        ours = body.get(name)
        if name in _JOINED and isinstance(value, dict) and isinstance(ours, dict):
            body[name] = {**ours, **value}
        elif name == "include" and isinstance(value, list) and isinstance(ours, list):
            body[name] = list(dict.fromkeys([*ours, *value]))
        else:
            body[name] = value


def _refuse(request: CompletionRequest, draft: ResponsesDraft) -> None:
    draft.leave_out(request, _NO_PLACE, "The format has no such field.")
    if request.stop:
        draft.warn("dropped", "stop", "The format has no stop sequences.")
    if request.n is not None and request.n != 1:
        draft.warn("dropped", "n", "There is one answer to a request.")
    for kind in request.modalities:
        if kind not in ("text", "image"):
            draft.refuse(f"{kind} output")


def _cache(request: CompletionRequest, draft: ResponsesDraft) -> Object | None:
    if request.cache is None:
        return None
    if draft.profile.cache == "explicit":
        return {"mode": "implicit", **draft.lifetime(request.cache)}
    if request.cache.ttl is not None:
        draft.warn("dropped", "cache", "The lifetime cannot be chosen; the API caches by itself.")
    return None


def text_field(request: CompletionRequest, draft: ResponsesDraft) -> Object | None:
    """Return the `text` field: form and verbosity of the answer."""
    form = _form(request.output, draft) if request.output is not None else None
    text: Object = {} if form is None else {"format": form}
    if request.verbosity is not None:
        text["verbosity"] = request.verbosity
    return text or None


def _form(output: OutputFormat, draft: ResponsesDraft) -> Object:
    if output.kind == "json_schema" and draft.profile.json_schema:
        return _schema(output)
    if output.kind != "text" and not draft.profile.json_object:
        draft.refuse("JSON output" if output.kind == "json_object" else "output by schema")
    return {"type": "text" if output.kind == "text" else "json_object"}


def _with_wish(request: CompletionRequest, draft: ResponsesDraft) -> tuple[Message, ...]:
    """Return the conversation; where the API knows no schemas the one that is wanted is put into words."""
    output, messages = request.output, request.messages
    if output is None or output.kind != "json_schema" or draft.profile.json_schema:
        return messages
    draft.warn("emulated", "output", "Sent as a wish for JSON with the schema in words: the API does not enforce schemas.")
    wish = Message.system(f"Answer with JSON that fits this JSON Schema:\n{dumps(output.schema or {})}")
    at = 1 if messages and messages[0].role in ("system", "developer") else 0
    return (*messages[:at], wish, *messages[at:])


def _schema(output: OutputFormat) -> Object:
    form: Object = {"type": "json_schema", "name": output.name or DEFAULT_SCHEMA_NAME}
    if output.description is not None:
        form["description"] = output.description
    form["schema"] = output.schema or {}
    if output.strict is not None:
        form["strict"] = output.strict
    return form
