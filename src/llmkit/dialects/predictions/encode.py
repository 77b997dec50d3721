"""A `CompletionRequest` into the `input` of a prediction.

Every model has its own input fields: those here are the ones most language models share; others go as
`options={"predictions": {"input": {...}}}`. A model id is `owner/name`, `owner/name:version`, or a version alone.
"""

from __future__ import annotations

from base64 import b64encode
from typing import Any
from urllib.parse import quote

from llmkit.dialects.draft import Draft
from llmkit.dialects.gemini.draft import laid_over
from llmkit.dialects.media_types import media_type_of
from llmkit.dialects.predictions.dialect_profile import NAME
from llmkit.dialects.prompt import prompt_of
from llmkit.errors import InvalidRequest, UnsupportedFeature
from llmkit.types.dialect import Encoded
from llmkit.types.messages import Message
from llmkit.types.parts import Image, Media, Provenance, Text
from llmkit.types.profile import Profile
from llmkit.types.requests import CompletionRequest

WHERE = "The predictions format"
_SAME = ("temperature", "top_p", "top_k", "min_p", "seed", "presence_penalty", "frequency_penalty", "repetition_penalty")
"""Fields that the input calls as we do."""
_NO_PLACE = (
    "tool_choice",
    "parallel_tool_calls",
    "logit_bias",
    "top_logprobs",
    "user",
    "metadata",
    "service_tier",
    "verbosity",
    "store",
    "voice",
    "cache",
)


class PredictionsDraft(Draft):
    """The state of one encoding."""

    __slots__ = ()
    dialect = NAME


def encode(request: CompletionRequest, /, *, model: str, target: Provenance, profile: Profile, stream: bool) -> Encoded:
    """Return the wire form of `request`. Raises `UnsupportedFeature` for tools and output by schema."""
    draft = PredictionsDraft(target, profile)
    _refuse(request, draft)
    path, version = _place(model)
    body: dict[str, Any] = {} if version is None else {"version": version}
    if stream:
        body["stream"] = True
    body["input"] = _input(request, draft)
    body = laid_over(body, draft.options(request.options))
    headers = {**profile.headers} if stream else {"Prefer": "wait", **profile.headers}
    return Encoded(path=path, body=body, headers=headers, warnings=draft.warnings)


def _place(model: str) -> tuple[str, str | None]:
    """Return the path, and the version where the model id has one. Raises `InvalidRequest` for an id that would lead elsewhere."""
    name, _, version = model.partition(":")
    words = name.split("/")
    if not all(words) or any(word in (".", "..") for word in words) or len(words) > 2:
        raise InvalidRequest(f"{model!r} is no model id.", parameter="model", hint="Write owner/name, owner/name:version or a version.")
    if version or len(words) == 1:
        return "/predictions", version or name
    return f"/models/{quote(words[0], safe='')}/{quote(words[1], safe='')}/predictions", None


def _input(request: CompletionRequest, draft: PredictionsDraft) -> dict[str, Any]:
    head = [message for message in request.messages if message.role in ("system", "developer")]
    turns = [message for message in request.messages if message.role not in ("system", "developer")]
    if draft.profile.system_role == "user":
        head, turns = [], list(request.messages)
    prompt = prompt_of(turns, draft, where=WHERE)
    limit = request.max_tokens if request.max_tokens is not None else draft.profile.default_max_tokens
    fields: dict[str, Any] = {
        "system_prompt": _system(head, draft),
        draft.profile.max_tokens_field or "max_tokens": limit,
        **{name: getattr(request, name) for name in _SAME},
        "stop_sequences": _stop(request, draft),
        **_media(prompt.media, draft),
        "prompt": prompt.text,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _system(head: list[Message], draft: PredictionsDraft) -> str | None:
    if any(not isinstance(part, Text) for message in head for part in message.content):
        draft.warn("dropped", "messages", "Instructions are words alone here.")
    return "\n\n".join([message.text for message in head]) or None


def _stop(request: CompletionRequest, draft: PredictionsDraft) -> str | None:
    if any("," in word for word in request.stop):
        draft.warn("lossy", "stop", "Stop sequences are sent as one text with commas between them; one of them holds a comma.")
    return ",".join(request.stop) or None


def _media(media: list[Media], draft: PredictionsDraft) -> dict[str, Any]:
    if not media:
        return {}
    if len(media) > 1 or not isinstance(media[0], Image) or not draft.profile.images:
        raise UnsupportedFeature(
            "input of more than one picture, or of other media", where=WHERE, hint="Name the model's fields in options: input."
        )
    image = media[0]
    if image.data is None:
        if image.url is None:
            raise UnsupportedFeature("pictures by file id", where=WHERE, hint="Pass the bytes.")
        return {"image": image.url}
    kind = image.media_type or media_type_of(image.data) or "application/octet-stream"
    return {"image": f"data:{kind};base64,{b64encode(image.data).decode()}"}


def _refuse(request: CompletionRequest, draft: PredictionsDraft) -> None:
    if request.tools:
        raise UnsupportedFeature("tools", where=WHERE)
    if request.output is not None and request.output.kind != "text":
        raise UnsupportedFeature("JSON output", where=WHERE)
    draft.leave_out(request, _NO_PLACE, f"{WHERE} has no such field.")
    if request.logprobs:
        draft.warn("dropped", "logprobs", f"{WHERE} has no such field.")
    if request.n is not None and request.n != 1:
        draft.warn("dropped", "n", "There is one answer to a request.")
    if request.reasoning is not None and (request.reasoning.effort not in (None, "none") or request.reasoning.budget):
        draft.warn("dropped", "reasoning", "Every model has a field of its own for it: name it in options: input.")
    if [kind for kind in request.modalities if kind != "text"]:
        draft.warn("dropped", "modalities", "What comes out is the model's own affair.")
