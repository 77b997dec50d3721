"""The Interactions API, as its documentation of 2026 has it."""

from __future__ import annotations

import json
from typing import Any

from llmkit.testing.answers import Answer, pieces, words
from llmkit.testing.received import Received
from llmkit.testing.wire import Failure

NAME = "gemini_interactions"
PREFIX = "/v1beta"
KEY = "AIzaFake0123456789"

_FAILURES: dict[str, tuple[int, str, str]] = {
    "bad_request": (400, "invalid_request", "Request contains an invalid argument."),
    "context_length": (400, "invalid_request", "The input token count exceeds the maximum number of tokens allowed."),
    "unauthorized": (400, "invalid_request", "API key not valid. Please pass a valid API key."),
    "forbidden": (403, "permission_denied", "Method doesn't allow unregistered callers."),
    "not_found": (404, "not_found", "The model is not found."),
    "rate_limited": (429, "rate_limit_exceeded", "Resource has been exhausted (e.g. check quota)."),
    "quota": (429, "rate_limit_exceeded", "You exceeded your current quota, please check your plan and billing details."),
    "server": (500, "internal", "An internal error has occurred."),
    "overloaded": (503, "unavailable", "The model is overloaded. Please try again later."),
}


def refuse(request: Received, key: str) -> Failure | None:
    """Return why the real thing would refuse `request`."""
    given = request.headers.get("x-goog-api-key")
    if given is None:
        return Failure(kind="forbidden")
    if given != key:
        return Failure(kind="unauthorized")
    if request.method == "GET":
        return None
    if request.method != "POST" or request.path != "/v1beta/interactions":
        return Failure(kind="not_found")
    body = request.json
    if not isinstance(body, dict) or not body.get("input") or not (body.get("model") or body.get("agent")):
        return Failure(kind="bad_request")
    if body.get("agent") and body.get("generation_config"):
        return Failure(kind="bad_request", message="generation_config is not supported for agents.")
    return None


def follows(request: Received) -> bool:
    """Say whether a GET asks for an interaction."""
    return request.path.startswith("/v1beta/interactions/")


def streams(request: Received) -> bool:
    """Say whether `request` asks for a stream."""
    return bool((request.json or {}).get("stream")) or request.query.get("stream") == "true"


def content_type(request: Received) -> str:
    """Return the media type of a stream."""
    return "text/event-stream"


def body(answer: Answer, request: Received) -> dict[str, Any]:
    """Return the whole interaction."""
    found = _interaction(answer, request)
    if found["status"] not in ("in_progress", "queued"):
        found["steps"] = [_whole(step) for step in _steps(answer, [answer.text] if answer.text else [])]
    return found


def events(answer: Answer, request: Received) -> list[bytes]:
    """Return the interaction as events: its steps one after the other, each with its deltas."""
    final = _interaction(answer, request)
    begun = {name: final[name] for name in ("id", "object", "model") if name in final}
    found = [
        _event("interaction.created", interaction={**begun, "status": "in_progress"}),
        _event("interaction.status_update", interaction_id=final["id"], status="in_progress"),
    ]
    for index, step in enumerate(_steps(answer, pieces(answer))):
        found.append(_event("step.start", index=index, step={name: step[name] for name in ("type", "id", "name") if name in step}))
        found += [_event("step.delta", index=index, delta=delta) for delta in step["deltas"]]
        found.append(_event("step.stop", index=index))
    return [*found, _event("interaction.completed", interaction=final), b"event: done\ndata: [DONE]\n\n"]


def failure(failure: Failure) -> tuple[int, dict[str, Any]]:
    """Return the status and the body of an error."""
    known = {row[0]: kind for kind, row in reversed(_FAILURES.items())}
    kind = failure.kind or known.get(failure.status, "server" if failure.status >= 500 else "bad_request")
    status, code, message = _FAILURES[kind]
    return failure.status or status, {"error": {"message": failure.message or message, "code": code}}


def failure_event(failure_: Failure) -> bytes:
    """Return an error as an event of a stream."""
    return _event("error", **failure(failure_)[1])


def listing(models: tuple[str, ...]) -> dict[str, Any]:
    """Return the list of models."""
    return {"models": [{"name": f"models/{model}", "displayName": model} for model in models]}


def _event(kind: str, **fields: Any) -> bytes:
    data = json.dumps({**fields, "event_type": kind}, ensure_ascii=False)
    return f"event: {kind}\ndata: {data}\n\n".encode()


def _interaction(answer: Answer, request: Received) -> dict[str, Any]:
    asked = request.json or {}
    status = answer.finish or ("requires_action" if answer.tool_calls else "completed")
    place = {"agent": asked["agent"]} if asked.get("agent") else {"model": answer.model or asked.get("model", "fake-model")}
    sent, made = answer.usage
    usage = {
        "total_tokens": sent + made,
        "total_input_tokens": sent,
        "total_cached_tokens": answer.cached,
        "total_output_tokens": made - answer.thought,
        "total_thought_tokens": answer.thought,
        "total_tool_use_tokens": 0,
    }
    times = {"created": "2026-11-01T00:00:00Z", "updated": "2026-11-01T00:00:01Z"}
    return {"id": answer.id or "v1_fake", "object": "interaction", "status": status, **place, **times, "usage": usage}


def _steps(answer: Answer, texts: list[str]) -> list[dict[str, Any]]:
    """Return the steps, each with the deltas that a stream brings it in."""
    steps: list[dict[str, Any]] = []
    if answer.reasoning is not None or answer.signature is not None:
        thoughts = words(answer.reasoning or "")
        deltas: list[dict[str, Any]] = [{"type": "thought_summary", "content": {"type": "text", "text": text}} for text in thoughts]
        if answer.signature is not None:
            deltas.append({"type": "thought_signature", "signature": answer.signature})
        steps.append({"type": "thought", "deltas": deltas})
    said: list[dict[str, Any]] = [{"type": "text", "text": text} for text in texts]
    if answer.refusal is not None:
        said.append({"type": "text", "text": answer.refusal})
    if answer.citations:
        end = len(answer.text.encode())
        notes = [
            {"type": "url_citation", "url": url, "title": title, "start_index": 0, "end_index": end} for url, title in answer.citations
        ]
        said.append({"type": "text_annotation_delta", "annotations": notes})
    if said:
        steps.append({"type": "model_output", "deltas": said})
    for id_, name, arguments in answer.tool_calls:
        text = json.dumps(arguments)
        halves = [text[: len(text) // 2], text[len(text) // 2 :]]
        deltas = [{"type": "arguments_delta", "arguments": half} for half in halves]
        steps.append({"type": "function_call", "id": id_, "name": name, "deltas": deltas})
    return steps


def _whole(step: dict[str, Any]) -> dict[str, Any]:
    """Return a step as an answer without a stream has it."""
    found = {name: value for name, value in step.items() if name != "deltas"}
    for delta in step["deltas"]:
        match delta["type"]:
            case "thought_summary":
                found.setdefault("summary", []).append(delta["content"])
            case "thought_signature":
                found["signature"] = delta["signature"]
            case "text":
                found.setdefault("content", []).append(dict(delta))
            case "text_annotation_delta":
                found["content"][-1]["annotations"] = delta["annotations"]
            case _:
                found["arguments"] = found.get("arguments", "") + delta["arguments"]
    if "arguments" in found:
        found["arguments"] = json.loads(found["arguments"])
    return found
