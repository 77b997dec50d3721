"""Prompts that a provider keeps by name, through both clients."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from llmkit import AsyncLLMKit, LLMKit, Message
from llmkit.errors import InvalidRequest, PermissionDenied, ProviderError, UnsupportedFeature
from llmkit.testing import FakeHost
from llmkit.testing.serving import json_reply
from llmkit.types.caches import StoredPrompt
from llmkit.types.parts import CacheMark
from tests.operations.faces import FACES, client_for, use

MODEL = "google/gemini-2.5-flash"
KEPT = {
    "name": "cachedContents/abc",
    "model": "models/gemini-2.5-flash",
    "displayName": "handbook",
    "createTime": "2026-08-18T07:44:14.293764Z",
    "updateTime": "2026-08-18T07:44:14.293764Z",
    "expireTime": "2026-08-18T07:54:14.187359471Z",
    "usageMetadata": {"totalTokenCount": 1116},
}
TOOL = {"type": "function", "function": {"name": "look", "description": "d", "parameters": {"type": "object", "properties": {}}}}
VERTEX: dict[str, Any] = {"settings": {"vertex": {"project": "p", "location": "us-east5", "access_token": "t"}}}
CREATED: dict[str, tuple[str, list[Message], dict[str, Any], dict[str, Any]]] = {
    "a conversation": (
        MODEL,
        [Message.user("The handbook")],
        {"ttl": 600, "name": "handbook"},
        {"contents": [{"role": "user", "parts": [{"text": "The handbook"}]}], "ttl": "600s", "displayName": "handbook"},
    ),
    "an instruction alone": (
        MODEL,
        [Message.system("The handbook")],
        {"ttl": timedelta(minutes=2)},
        {"systemInstruction": {"parts": [{"text": "The handbook"}]}, "ttl": "120s"},
    ),
    "with tools": (
        MODEL,
        [Message.user("Hi")],
        {"system": "Be brief", "tools": [TOOL], "ttl": 1.5},
        {
            "systemInstruction": {"parts": [{"text": "Be brief"}]},
            "tools": [{"functionDeclarations": [{"name": "look", "description": "d"}]}],
            "contents": [{"role": "user", "parts": [{"text": "Hi"}]}],
            "ttl": "1.5s",
        },
    ),
}


@pytest.mark.parametrize("case", CREATED)
@pytest.mark.parametrize("face", FACES)
def test_a_prompt_is_kept_as_the_model_would_be_asked(face: str, case: str) -> None:
    """The same words as in a call, without how it is to be answered."""
    model, messages, options, body = CREATED[case]
    with FakeHost() as host:
        host.on("POST /cachedContents", KEPT)

        prompt = use(face, client_for("google", host.url), "caches.create", model, messages, **options)

    sent = host.requests[0].json
    tools = sent.get("tools")
    if tools is not None:
        tools[0]["functionDeclarations"][0].pop("parametersJsonSchema", tools[0]["functionDeclarations"][0].pop("parameters", None))
    assert {"model": "models/gemini-2.5-flash", **body} == sent
    assert ("cachedContents/abc", "gemini-2.5-flash", "handbook", 1116) == (prompt.id, prompt.model, prompt.name, prompt.tokens)
    assert datetime(2026, 8, 18, 7, 54, 14, 187359, tzinfo=UTC) == prompt.expires
    assert (False, True) == (
        prompt.expired(datetime(2026, 8, 18, 7, 54, tzinfo=UTC)),
        prompt.expired(datetime(2026, 8, 18, 7, 55, tzinfo=UTC)),
    )


@pytest.mark.parametrize("face", FACES)
def test_at_the_cloud_the_model_has_its_whole_name(face: str) -> None:
    """A project keeps it, in one place."""
    with FakeHost() as host:
        host.on("POST /cachedContents", {**KEPT, "name": "projects/1/locations/us-east5/cachedContents/9"})
        client = {**VERTEX, "base_urls": {"vertex": host.url}}

        prompt = use(face, client, "caches.create", "vertex/gemini-2.5-flash", "Hi")

    assert "projects/p/locations/us-east5/publishers/google/models/gemini-2.5-flash" == host.requests[0].json["model"]
    assert "projects/1/locations/us-east5/cachedContents/9" == prompt.id


@pytest.mark.parametrize("face", FACES)
def test_a_kept_prompt_is_looked_up_prolonged_and_deleted(face: str) -> None:
    """By what `create` returned, or by its id."""
    later = {**KEPT, "expireTime": "2026-08-18T08:54:14Z"}
    with FakeHost() as host:
        host.on("GET /cachedContents/abc", KEPT).on("PATCH /cachedContents/abc", later).on("DELETE /cachedContents/abc", {})
        client = client_for("google", host.url)
        prompt = use(face, client, "caches.get", "google", "abc")
        longer = use(face, client, "caches.update", prompt, ttl=timedelta(hours=1))
        use(face, client, "caches.delete", longer)

    assert {"ttl": "3600s"} == host.requests[1].json
    assert (8, ["GET", "PATCH", "DELETE"]) == (longer.expires.hour, [request.method for request in host.requests])


@pytest.mark.parametrize("face", FACES)
def test_kept_prompts_are_listed_page_by_page(face: str) -> None:
    """An empty object is an empty list."""
    with FakeHost() as host:
        client = client_for("google", host.url)
        host.on("GET /cachedContents", {"cachedContents": [KEPT], "nextPageToken": "t"}, {"cachedContents": [{**KEPT, "name": "b"}]}, {})

        assert ["cachedContents/abc", "b"] == _ids(face, client)
        assert [] == _ids(face, client)

    assert ["/cachedContents?pageSize=100", "/cachedContents?pageSize=100&pageToken=t"] == [request.target for request in host.requests[:2]]


def _ids(face: str, client: dict[str, Any]) -> list[str]:
    if face == "async":
        return asyncio.run(_async_ids(client))
    with LLMKit(**client) as kit:
        return [prompt.id for prompt in kit.caches.list("google")]


async def _async_ids(client: dict[str, Any]) -> list[str]:
    async with AsyncLLMKit(**client) as kit:
        return [prompt.id async for prompt in kit.caches.list("google")]


@pytest.mark.parametrize("face", FACES)
def test_a_call_goes_on_after_the_kept_prompt(face: str) -> None:
    """Only its name is sent, and what comes after it."""
    with FakeHost() as host:
        host.on("GET /cachedContents/abc", KEPT).on("POST *", json_reply(400, {"error": {"message": "enough"}}))
        client = client_for("google", host.url, retries=0)
        prompt = use(face, client, "caches.get", "google", "abc")
        with pytest.raises(ProviderError, match="enough"):
            use(face, client, "complete", MODEL, "Who may sign?", cache=prompt, temperature=0)

    wanted = {"generationConfig": {"temperature": 0}, "cachedContent": "cachedContents/abc"}
    assert {**wanted, "contents": [{"role": "user", "parts": [{"text": "Who may sign?"}]}]} == host.requests[1].json


PROMPT = StoredPrompt(id="cachedContents/abc", provider="google", dialect="gemini", model="gemini-2.5-flash")
REFUSED: dict[str, tuple[str, list[Any], dict[str, Any], type[Exception], str]] = {
    "beside an instruction": ("complete", [MODEL, "Hi"], {"cache": PROMPT, "system": "x"}, InvalidRequest, "system cannot stand beside"),
    "beside tools": ("complete", [MODEL, "Hi"], {"cache": PROMPT, "tools": [TOOL]}, InvalidRequest, "tools cannot stand beside"),
    "of another model": ("complete", ["google/gemini-2.5-pro", "Hi"], {"cache": PROMPT}, InvalidRequest, "kept for gemini-2.5-flash"),
    "of another account": ("complete", [MODEL, "Hi"], {"cache": PROMPT.replace(account="k")}, InvalidRequest, "of another account"),
    "of another provider": (
        "complete",
        [MODEL, "Hi"],
        {"cache": PROMPT.replace(provider="vertex")},
        InvalidRequest,
        "a prompt that vertex keeps",
    ),
    "in another format": ("complete", ["openai/gpt-4o", "Hi"], {"cache": PROMPT}, UnsupportedFeature, "kept by name"),
    "where none are kept": ("caches.create", ["openai/gpt-4o", "Hi"], {}, UnsupportedFeature, "others do"),
    "for no time": ("caches.create", [MODEL, "Hi"], {"ttl": 0}, InvalidRequest, "number of seconds"),
    "with an unknown option": ("caches.create", [MODEL, "Hi"], {"tlt": 5}, InvalidRequest, "tlt"),
    "without an id": ("caches.get", ["google"], {}, InvalidRequest, "Which kept prompt"),
    "with an id that leads elsewhere": ("caches.get", ["google", "a/.."], {}, InvalidRequest, "no id of a kept prompt"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_wrong_is_refused_before_anything_is_sent(case: str) -> None:
    """The API would refuse it too, or answer as if nothing were kept."""
    method, arguments, options, error, words = REFUSED[case]
    with FakeHost() as host, pytest.raises(error, match=words):
        names = ("google", "openai")
        use("sync", {"keys": dict.fromkeys(names, "sk-test"), "base_urls": dict.fromkeys(names, host.url)}, method, *arguments, **options)

    assert [] == host.requests


def test_a_mark_without_an_owner_is_taken_at_its_word() -> None:
    """Whoever has only the name of a prompt can use it."""
    with FakeHost() as host, pytest.raises(ProviderError, match="enough"):
        host.on("POST *", json_reply(400, {"error": {"message": "enough"}}))
        use("sync", client_for("google", host.url, retries=0), "complete", MODEL, "Hi", cache=CacheMark(kept="cachedContents/z"))

    assert "cachedContents/z" == host.requests[0].json["cachedContent"]


def test_what_cannot_be_kept_of_a_prompt_is_told() -> None:
    """A warning of the conversation is one of the kept prompt."""
    message = Message.user("Hi").replace(cache=CacheMark())
    with FakeHost() as host:
        host.on("POST /cachedContents", KEPT)

        prompt = use("sync", client_for("google", host.url), "caches.create", MODEL, [message])

    assert ["cache"] == [warning.parameter for warning in prompt.warnings]


def test_a_prompt_that_is_no_more_says_so() -> None:
    """Google answers 403 for it."""
    with FakeHost() as host, pytest.raises(PermissionDenied, match="not found"):
        host.on(
            "GET /cachedContents/x",
            json_reply(403, {"error": {"code": 403, "message": "CachedContent not found", "status": "PERMISSION_DENIED"}}),
        )
        use("sync", client_for("google", host.url), "caches.get", "google", "x")


def test_with_several_keys_a_kept_prompt_is_used_with_the_key_that_made_it() -> None:
    """It is one account's; the other keys go on taking turns for all else."""
    answer = {"candidates": [{"content": {"parts": [{"text": "Yes."}]}, "finishReason": "STOP"}]}
    with FakeHost() as host:
        host.on("POST /cachedContents", KEPT).on("POST /models/gemini-2.5-flash:generateContent", answer)
        client = {"keys": {"google": ["key-one", "key-two"]}, "base_urls": {"google": host.url}}
        with LLMKit(**client) as kit:
            prompt = kit.caches.create(MODEL, [Message.user("The handbook")])
            for _ in range(4):
                kit.complete(MODEL, "Is it there?", cache=prompt)

    used = [request.headers["x-goog-api-key"] for request in host.requests]
    assert [used[0]] * 5 == used
