"""Where words stand in the requests and the answers of all operations, and how to put others in their place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from llmkit.guardrails.parts import Change, changed_message, changed_parts, texts_of
from llmkit.types.model import NO_NATIVE
from llmkit.types.parts import Part
from llmkit.types.reply import Reply
from llmkit.types.request import Request
from llmkit.types.requests import CompletionRequest
from llmkit.types.responses import Candidate, CompletionResponse

AnyRequest = TypeVar("AnyRequest", bound=Request)
AnyReply = TypeVar("AnyReply", bound=Reply)


def request_texts(request: Request) -> Sequence[str]:
    """Return all words that are sent."""
    if isinstance(request, CompletionRequest):
        return [text for message in request.messages for text in texts_of(message.content)]
    return request.texts()


def changed_request(request: AnyRequest, change: Change) -> AnyRequest:
    """Return the request with the words that `change` makes of its words; the same object where nothing changes."""
    if isinstance(request, CompletionRequest):
        messages = tuple([changed_message(message, change) for message in request.messages])
        return request if _same(messages, request.messages) else request.replace(messages=messages)
    words = request.texts()
    new = _each(words, change)
    return request if new == tuple(words) else request.with_texts(new)


def reply_texts(reply: Reply) -> Sequence[str]:
    """Return all words of the answer."""
    if isinstance(reply, CompletionResponse):
        contents = (reply.content, *(candidate.content for candidate in reply.candidates))
        return [text for content in contents for text in texts_of(content)]
    return reply.texts()


def changed_reply(reply: AnyReply, change: Change) -> AnyReply:
    """Return the answer with other words; the same object where nothing changes.

    What spells the words out a second time (probabilities, the body as it came) goes where a word was changed.
    """
    if isinstance(reply, CompletionResponse):
        return _changed_response(reply, change)
    words = reply.texts()
    new = _each(words, change)
    return reply if new == tuple(words) else reply.with_texts(new).replace(raw=NO_NATIVE)


def _changed_response(reply: AnyReply, change: Change) -> AnyReply:
    assert isinstance(reply, CompletionResponse)
    content = changed_parts(reply.content, _unless_empty(change))
    candidates = tuple([_candidate(one, changed_parts(one.content, _unless_empty(change))) for one in reply.candidates])
    if content is reply.content and _same(candidates, reply.candidates):
        return reply
    bare = tuple([one.replace(logprobs=()) for one in candidates])
    return reply.replace(content=content, candidates=bare, logprobs=(), raw=NO_NATIVE)


def _candidate(candidate: Candidate, content: tuple[Part, ...]) -> Candidate:
    return candidate if content is candidate.content else candidate.replace(content=content)


def _unless_empty(change: Change) -> Change:
    return lambda text: change(text) if text else text


def _each(words: Sequence[str], change: Change) -> tuple[str, ...]:
    return tuple([change(text) if text else text for text in words])


def _same(new: Sequence[object], old: Sequence[object]) -> bool:
    return all(one is other for one, other in zip(new, old, strict=True))
