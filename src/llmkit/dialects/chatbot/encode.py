"""A `CompletionRequest` into a chatbot body (fields as in the vendor's own client 1.1.47, read 2026-11-23)."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from llmkit.dialects.chatbot.dialect_profile import NAME
from llmkit.dialects.draft import Draft
from llmkit.dialects.prompt import words_of
from llmkit.errors import InvalidRequest, UnsupportedFeature
from llmkit.types.dialect import Encoded
from llmkit.types.messages import Message
from llmkit.types.parts import Provenance
from llmkit.types.profile import Profile
from llmkit.types.requests import CompletionRequest

WHERE = "The chatbot format"
_NO_PLACE = (
    "max_tokens",
    "temperature",
    "top_p",
    "top_k",
    "min_p",
    "stop",
    "seed",
    "frequency_penalty",
    "presence_penalty",
    "repetition_penalty",
    "logit_bias",
    "logprobs",
    "top_logprobs",
    "n",
    "user",
    "metadata",
    "service_tier",
    "verbosity",
    "store",
    "voice",
    "tool_choice",
    "parallel_tool_calls",
    "cache",
)


class ChatbotDraft(Draft):
    """The state of one encoding."""

    __slots__ = ()
    dialect = NAME


def encode(request: CompletionRequest, /, *, model: str, target: Provenance, profile: Profile, stream: bool) -> Encoded:
    """Return the wire form of `request`. Raises `UnsupportedFeature` for tools, media and output by schema."""
    draft = ChatbotDraft(target, profile)
    _refuse(request, draft)
    context = [words_of(message, draft, WHERE) for message in request.messages if message.role in ("system", "developer")]
    asked, pairs = _turns([message for message in request.messages if message.role not in ("system", "developer")], draft)
    body: dict[str, Any] = {"input": asked}
    if context:
        body["context"] = "\n\n".join(context)
    if pairs:
        body["history"] = [{"input": words, "response": answer} for words, answer in pairs]
    body.update(draft.options(request.options))
    return Encoded(path=f"/{quote(model, safe='')}/chatbot", body=body, headers={**profile.headers}, warnings=draft.warnings)


def _turns(messages: list[Message], draft: ChatbotDraft) -> tuple[str, list[tuple[str, str]]]:
    """Return the last words of the user, and what was said before in pairs; turns of one side in a row become one."""
    said: list[tuple[bool, str]] = []
    for message in messages:
        user, words = message.role != "assistant", words_of(message, draft, WHERE)
        if said and said[-1][0] == user:
            draft.warn("emulated", "messages", f"{WHERE} wants turns to alternate: those of one side in a row are sent as one.")
            said[-1] = (user, f"{said[-1][1]}\n\n{words}")
        else:
            said.append((user, words))
    if not said or not said[-1][0]:
        raise InvalidRequest("The conversation must end with the user's words.", parameter="messages", hint="Add a user message.")
    if not said[0][0]:
        said.insert(0, (True, ""))
    return said[-1][1], [(said[place][1], said[place + 1][1]) for place in range(0, len(said) - 1, 2)]


def _refuse(request: CompletionRequest, draft: ChatbotDraft) -> None:
    if request.tools:
        raise UnsupportedFeature("tools", where=WHERE)
    if request.output is not None and request.output.kind != "text":
        raise UnsupportedFeature("JSON output", where=WHERE)
    if foreign := [kind for kind in request.modalities if kind != "text"]:
        raise UnsupportedFeature(f"{foreign[0]} output", where=WHERE)
    draft.leave_out(request, _NO_PLACE, f"{WHERE} has no such field.")
    if request.reasoning is not None and (request.reasoning.effort not in (None, "none") or request.reasoning.budget):
        draft.warn("dropped", "reasoning", f"{WHERE} has no such field.")
