"""Recorded prompts that are kept by name."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from llmkit.dialects import gemini as dialect
from llmkit.dialects.caches import gemini
from llmkit.serving.gemini import parse_request
from llmkit.types.asking import Place
from llmkit.types.caches import KeepRequest, PromptPage, StoredPrompt
from llmkit.types.parts import Provenance
from tests.recordings.recorded import Reader, Recorded, first, place, told

_FAILURES = {400: "BadRequest", 403: "PermissionDenied", 404: "NotFound"}
_AUTO = {"functionCallingConfig": {"mode": "AUTO"}}
_WORDS = {"model", "ttl", "displayName", *gemini.KEPT}


def _decoded(recorded: Recorded) -> Any:
    if recorded.status >= 400:
        return type(gemini.error(recorded.status, recorded.answer.headers, recorded.raw)).__name__
    where = place("m", "/cachedContents")
    if recorded.method == "DELETE":
        return (told(gemini.delete("x", where), recorded.answer),)
    if recorded.path.endswith("/cachedContents") and recorded.method == "GET":
        page: PromptPage = told(gemini.page("", where), recorded.answer)
        return ([_facts(prompt) for prompt in page.prompts], page.next)
    if recorded.method == "PATCH":
        return _facts(told(gemini.update("x", 1, where), recorded.answer))
    if recorded.method == "GET":
        return _facts(told(gemini.get("x", where), recorded.answer))
    return _facts(told(gemini.create(KeepRequest(model="m", body={}), where), recorded.answer))


def _facts(prompt: StoredPrompt) -> Any:
    assert prompt.created is not None and prompt.expires is not None
    times = (int(prompt.created.timestamp()), int(prompt.expires.timestamp()))
    return (prompt.id, prompt.model, prompt.name, prompt.tokens, *times)


def _expected(recorded: Recorded) -> Any:
    body = recorded.json
    if recorded.status >= 400:
        return _FAILURES[recorded.status]
    if recorded.method == "DELETE":
        return (None,)
    if "name" in body:
        return _read(body)
    return ([_read(item) for item in body.get("cachedContents", [])], body.get("nextPageToken", ""))


def _read(item: dict[str, Any]) -> Any:
    model = item["model"].split("/models/")[-1].removeprefix("models/")
    times = (_seconds(item["createTime"]), _seconds(item["expireTime"]))
    return (item["name"], model, item.get("displayName") or None, item["usageMetadata"]["totalTokenCount"], *times)


def _seconds(text: str) -> int:
    return int(datetime.strptime(text[:19], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC).timestamp())


def _sent(recorded: Recorded) -> Any:
    body = recorded.sent
    if not isinstance(body, dict) or recorded.method != "POST" or set(body) - _WORDS:
        return None
    return {name: _plain(name, value) for name, value in body.items() if value and value != _AUTO}


def _plain(name: str, value: Any) -> Any:
    """Return what means the same, said alike: a turn without a role is the user's, an instruction has none, functions
    may stand together or one by one."""
    if name == "contents":
        return [{"role": "user", **turn} for turn in value]
    if name == "systemInstruction":
        return {"parts": value["parts"]}
    if name == "tools":
        functions = [function for tool in value for function in tool.get("functionDeclarations") or []]
        others = [{key: inner} for tool in value for key, inner in tool.items() if key != "functionDeclarations" and inner is not None]
        return [*([{"functionDeclarations": functions}] if functions else []), *others]
    return f"{float(value.removesuffix('s')):g}s" if name == "ttl" else value


def _encoded(recorded: Recorded) -> Any:
    """Read the conversation as a server would, and encode it as a client does."""
    wanted = _sent(recorded)
    if wanted is None:
        return None
    form, _, model = wanted["model"].rpartition("/")
    conversation = {name: wanted[name] for name in gemini.KEPT if name in wanted}
    said = {"contents": [{"role": "user", "parts": [{"text": "-"}]}], **conversation}  # a prompt may have no turns yet
    asked = parse_request(said, path=f"/v1beta/models/{model}:generateContent")
    target = Provenance(provider="google", dialect="gemini")
    body = dialect.encode(asked, model=model, target=target, profile=dialect.PROFILE, stream=False).body
    body = {name: body[name] for name in conversation if name in body}
    ttl = float(wanted["ttl"].removesuffix("s")) if "ttl" in wanted else None
    request = KeepRequest(model="m", body=body, ttl=ttl, name=wanted.get("displayName"))
    where = Place(provider="google", model=model, path="/cachedContents", options={"model": f"{form}/{{model}}"})
    return first(gemini.create(request, where)).body


READERS = [
    Reader(
        codec="gemini_caches",
        apis=("caches",),
        takes=lambda recorded: recorded.provider in ("google", "vertex"),
        decoded=_decoded,
        expected=_expected,
        encoded=_encoded,
        sent=_sent,
    )
]
