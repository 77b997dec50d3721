"""Cached contents of Gemini, at Google AI and at Vertex.

A row's option `model` is how the model is named there: `models/{model}`, or the whole name of a resource.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import Any
from urllib.parse import urlencode

import msgspec

from llmkit.dialects.files.answers import decoded, done, in_path, moment
from llmkit.dialects.gemini.errors import error
from llmkit.dialects.gemini.path import full_name
from llmkit.types.asking import Answer, Ask, Place
from llmkit.types.caches import KeepRequest, PromptPage, StoredPrompt

__all__ = ["NAME", "create", "delete", "error", "get", "page", "steps", "update"]

NAME = "gemini_caches"
KEPT = ("systemInstruction", "tools", "toolConfig", "contents")
"""The fields of a conversation that are kept with it."""
PAGE = 100


class _Usage(msgspec.Struct):
    totalTokenCount: int | None = None


class _Prompt(msgspec.Struct):
    name: str
    model: str | None = None
    displayName: str | None = None
    createTime: Any = None
    updateTime: Any = None
    expireTime: Any = None
    usageMetadata: _Usage | None = None


class _Page(msgspec.Struct):
    cachedContents: list[msgspec.Raw] = []
    nextPageToken: str | None = None


_prompt = msgspec.json.Decoder(_Prompt)
_page = msgspec.json.Decoder(_Page)


def create(request: KeepRequest, place: Place, /) -> Generator[Ask, Answer, StoredPrompt]:
    """Keep what the conversation has; how it is to be answered is no part of it."""
    body: dict[str, Any] = {"model": full_name(place)}
    body |= {name: request.body[name] for name in KEPT if request.body.get(name) and not (request.bare and name == "contents")}
    if request.ttl is not None:
        body["ttl"] = duration(request.ttl)
    if request.name is not None:
        body["displayName"] = request.name
    answer = yield Ask(path=place.path, body=body)
    return stored(answer.body, answer)


steps = create


def get(id: str, place: Place, /) -> Generator[Ask, Answer, StoredPrompt]:
    """Return what is known of a prompt, by its name or what comes behind the last slash of it."""
    answer = yield Ask(method="GET", path=_path(id, place), again=True)
    return stored(answer.body, answer)


def update(id: str, ttl: float, place: Place, /) -> Generator[Ask, Answer, StoredPrompt]:
    """Keep it for `ttl` seconds from now on."""
    answer = yield Ask(method="PATCH", path=_path(id, place), body={"ttl": duration(ttl)})
    return stored(answer.body, answer)


def delete(id: str, place: Place, /) -> Generator[Ask, Answer, None]:
    """Delete a prompt."""
    answer = yield Ask(method="DELETE", path=_path(id, place))
    done(answer, error)


def page(cursor: str, place: Place, /) -> Generator[Ask, Answer, PromptPage]:
    """Return the prompts from `cursor` on."""
    query = {"pageSize": str(PAGE), **({"pageToken": cursor} if cursor else {})}
    answer = yield Ask(method="GET", path=f"{place.path}?{urlencode(query)}", again=True)
    return paged(answer)


def paged(answer: Answer) -> PromptPage:
    """Return the page that an answer holds; an empty object is an empty page."""
    body = decoded(_page, answer, error, "list of prompts")
    if not body.cachedContents:
        done(answer, error)
    return PromptPage(prompts=tuple([stored(bytes(item), answer) for item in body.cachedContents]), next=body.nextPageToken or "")


def stored(body: bytes, answer: Answer) -> StoredPrompt:
    """Return the prompt that `body` describes."""
    told = decoded(_prompt, Answer(status=answer.status, headers=answer.headers, body=body), error, "kept prompt")
    return StoredPrompt(
        id=told.name,
        model=(told.model or "").rpartition("/")[2],
        name=told.displayName or None,
        tokens=None if told.usageMetadata is None else told.usageMetadata.totalTokenCount,
        created=moment(told.createTime),
        updated=moment(told.updateTime),
        expires=moment(told.expireTime),
        raw=msgspec.Raw(body),
    )


def duration(seconds: float) -> str:
    """Return seconds as Google's APIs write them: up to nine digits behind the point and an `s`."""
    return f"{math.floor(seconds)}s" if seconds == math.floor(seconds) else f"{seconds:.9f}".rstrip("0") + "s"


def _path(id: str, place: Place) -> str:
    return f"{place.path}/{in_path(id.rpartition('/')[2] if isinstance(id, str) else id, 'kept prompt')}"
