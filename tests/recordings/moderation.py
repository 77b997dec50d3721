"""Recorded moderations."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from llmkit.dialects.moderation import bedrock, mistral, openai
from llmkit.types.messages import Message
from llmkit.types.moderation import ModerationRequest
from llmkit.types.parts import Image, Part, Text
from tests.recordings.recorded import Reader, Recorded, first, place, told


def _takes(provider: str, recorded: Recorded) -> bool:
    return (
        recorded.provider == provider
        and (not recorded.path or recorded.path.endswith("/moderations"))
        and "/organization/" not in recorded.url
    )


def _guardrail(recorded: Recorded) -> bool:
    return "/guardrail/" in recorded.path and recorded.path.endswith("/apply")


def _request(recorded: Recorded) -> ModerationRequest:
    """Return the request that is meant; where none is recorded, one of as many texts as there are verdicts."""
    sent = recorded.sent if isinstance(recorded.sent, dict) else {}
    given = sent.get("input")
    if isinstance(given, str):
        return ModerationRequest(model="m", inputs=(given,))
    if isinstance(given, list) and all(isinstance(item, str) for item in given) and given:
        return ModerationRequest(model="m", inputs=tuple(given))
    if recorded.path.endswith("/chat/moderations"):
        return ModerationRequest(
            model="m", messages=tuple([Message(role=item["role"], content=(Text(text=item["content"]),)) for item in given])
        )
    if isinstance(given, list) and given:
        return ModerationRequest(model="m", inputs=(tuple([_part(item) for item in given]),))
    return ModerationRequest(model="m", inputs=("x",) * len((recorded.json or {}).get("results", ["x"])))


def _part(item: dict[str, Any]) -> Part:
    return Text(text=item["text"]) if item["type"] == "text" else Image(url=item["image_url"]["url"])


def _place(recorded: Recorded) -> Any:
    return place((recorded.sent or {}).get("model") or recorded.model, conversations="/chat/moderations")


def _decoded(module: ModuleType, recorded: Recorded) -> Any:
    if recorded.status >= 300:
        return type(module.error(recorded.status, recorded.answer.headers, recorded.raw)).__name__
    reply = told(module.steps(_request(recorded), _place(recorded)), recorded.answer)
    verdicts = [(result.flagged, result.categories, result.scores, result.kinds) for result in reply.results]
    return verdicts, reply.id, reply.usage and reply.usage.input


def _expected(recorded: Recorded) -> Any:
    if recorded.status >= 300:
        return "AuthenticationError" if recorded.status == 401 else None
    verdicts = []
    for result in recorded.json["results"]:
        categories = {name: value for name, value in (result.get("categories") or {}).items() if value is not None}
        flagged = result.get("flagged", True in categories.values())
        scores = {name: value for name, value in (result.get("category_scores") or {}).items() if value is not None}
        kinds = {name: tuple(value) for name, value in (result.get("category_applied_input_types") or {}).items()}
        verdicts.append((flagged, categories, scores, kinds))
    return verdicts, recorded.json.get("id"), (recorded.json.get("usage") or {}).get("prompt_tokens")


def _encoded(module: ModuleType, recorded: Recorded) -> Any:
    if _sent(recorded) is None:
        return None
    return first(module.steps(_request(recorded), _place(recorded))).body


def _sent(recorded: Recorded) -> Any:
    """Return the recorded body with one text as a list of one; None without a model, which this API once did without."""
    body = recorded.sent
    if not isinstance(body, dict) or set(body) != {"model", "input"} or not body["input"]:
        return None
    return {**body, "input": [body["input"]]} if isinstance(body["input"], str) else body


def _reader(module: ModuleType, provider: str) -> Reader:
    return Reader(
        codec=module.NAME,
        apis=("moderations",),
        takes=lambda recorded: _takes(provider, recorded),
        decoded=lambda recorded: _decoded(module, recorded),
        expected=_expected,
        encoded=lambda recorded: _encoded(module, recorded),
        sent=_sent,
    )


def _judged(recorded: Recorded) -> Any:
    request = ModerationRequest(model="m", inputs=(recorded.sent["content"][0]["text"]["text"],))
    result = told(bedrock.steps(request, place("guardrail:1")), recorded.answer).results[0]
    return result.flagged, sorted(name for name, true in result.categories.items() if true), len(result.categories)


def _told(recorded: Recorded) -> Any:
    found: dict[str, bool] = {}
    for assessment in recorded.json["assessments"]:
        for policy, kind in (
            ("topicPolicy", "topic"),
            ("contentPolicy", "content"),
            ("wordPolicy", "word"),
            ("sensitiveInformationPolicy", "pii"),
        ):
            for items in (assessment.get(policy) or {}).values():
                for item in items or []:
                    name = (item.get("name") or item.get("type") or "").lower()
                    found[f"{kind}:{name}" if name else kind] = item["detected"]
    return recorded.json["action"] == "GUARDRAIL_INTERVENED", sorted(name for name, true in found.items() if true), len(found)


def _sent_to_guardrail(recorded: Recorded) -> Any:
    return {"path": recorded.path, "body": recorded.sent}


def _ask_of_guardrail(recorded: Recorded) -> Any:
    _, _, name, _, version, _ = recorded.path.split("/")
    request = ModerationRequest(model="m", inputs=(recorded.sent["content"][0]["text"]["text"],), source=recorded.sent["source"].lower())
    ask = first(bedrock.steps(request, place(f"{name}:{version}")))
    return {"path": ask.path, "body": ask.body}


READERS = [
    _reader(openai, "openai"),
    _reader(mistral, "mistral"),
    Reader(
        codec=bedrock.NAME,
        apis=("other",),
        takes=_guardrail,
        decoded=_judged,
        expected=_told,
        encoded=_ask_of_guardrail,
        sent=_sent_to_guardrail,
    ),
]
