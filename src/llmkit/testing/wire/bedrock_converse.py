"""Converse and ConverseStream, as their documentation and service model of 2026 have them."""

from __future__ import annotations

import json
import re
from typing import Any

from llmkit.testing.answers import Answer, pieces, words
from llmkit.testing.aws_eventstream import event, exception
from llmkit.testing.received import Received
from llmkit.testing.wire import Failure

NAME = "bedrock_converse"
PREFIX = ""
KEY = "bedrock-api-key-fake-0123456789"

_PATH = re.compile(r"/model/[^/]+/(converse|converse-stream)")
_FAILURES: dict[str, tuple[int, str, str]] = {
    "bad_request": (400, "ValidationException", "The provided request is not valid."),
    "context_length": (400, "ValidationException", "Input is too long for requested model."),
    "content_filter": (400, "ValidationException", "The request was blocked by the content filter."),
    "unauthorized": (403, "UnrecognizedClientException", "The security token included in the request is invalid."),
    "quota": (400, "ServiceQuotaExceededException", "The service quota of the account is used up."),
    "forbidden": (403, "AccessDeniedException", "You don't have access to the model with the specified model ID."),
    "not_found": (404, "ResourceNotFoundException", "The provided model identifier is invalid."),
    "too_large": (413, "RequestEntityTooLarge", "The request is too large."),
    "rate_limited": (429, "ThrottlingException", "Too many requests, please wait before trying again."),
    "server": (500, "InternalServerException", "The system encountered an unexpected error during processing. Try your request again."),
    "overloaded": (503, "ServiceUnavailableException", "The service is temporarily unable to process the request."),
}


def refuse(request: Received, key: str) -> Failure | None:
    """Return why the real thing would refuse `request`. Signatures are not judged here, only bearer keys."""
    given = request.headers.get("authorization")
    if given is None:
        return Failure(kind="unauthorized", message="Missing Authentication Token")
    if not given.startswith("AWS4-HMAC-SHA256 ") and given != f"Bearer {key}":
        return Failure(kind="unauthorized")
    if request.method == "GET":
        return None
    if request.method != "POST" or not _PATH.fullmatch(request.path):
        return Failure(kind="not_found", message="Unknown operation")
    body = request.json
    if not isinstance(body, dict):
        return Failure(kind="bad_request", message="The request body is not valid JSON")
    return _malformed(body)


def _malformed(body: dict[str, Any]) -> Failure | None:
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        return Failure(kind="bad_request", message="A conversation must start with a user message.")
    for place, message in enumerate(messages):
        content = message.get("content")
        if not isinstance(content, list) or not content:
            return Failure(kind="bad_request", message=f"The content field in the Message object at messages.{place} is empty.")
        if any(block.get("text") == "" for block in content):
            return Failure(kind="bad_request", message=f"The text field in the ContentBlock object at messages.{place} is blank.")
        if any("document" in block for block in content) and not any("text" in block for block in content):
            return Failure(kind="bad_request", message="A text block must be included when using documents.")
    used = any("toolUse" in block or "toolResult" in block for message in messages for block in message["content"])
    if used and "toolConfig" not in body:
        return Failure(kind="bad_request", message="The toolConfig field must be defined when using toolUse and toolResult content blocks.")
    if isinstance(body.get("system"), str) or "stream" in body:
        return Failure(kind="bad_request", message="Malformed input request")
    return None


def streams(request: Received) -> bool:
    """Say whether `request` asks for a stream."""
    return request.path.endswith("/converse-stream")


def content_type(request: Received) -> str:
    """Return the media type of a stream."""
    return "application/vnd.amazon.eventstream"


def body(answer: Answer, request: Received) -> dict[str, Any]:
    """Return the whole answer."""
    message = {"role": "assistant", "content": _blocks(answer)}
    return {"output": {"message": message}, "stopReason": _stop(answer), "usage": _usage(answer), "metrics": {"latencyMs": 7}}


def events(answer: Answer, request: Received) -> list[bytes]:
    """Return the answer as a stream; every event carries padding, as the real ones do."""
    found = [_event("messageStart", {"role": "assistant"})]
    for index, block in enumerate(_blocks(answer)):
        if "toolUse" in block:
            start = {name: value for name, value in block["toolUse"].items() if name != "input"}
            found.append(_event("contentBlockStart", {"contentBlockIndex": index, "start": {"toolUse": start}}))
        deltas = _deltas(block, answer)
        found += [_event("contentBlockDelta", {"contentBlockIndex": index, "delta": delta}) for delta in deltas]
        found.append(_event("contentBlockStop", {"contentBlockIndex": index}))
    found.append(_event("messageStop", {"stopReason": _stop(answer)}))
    found.append(_event("metadata", {"usage": _usage(answer), "metrics": {"latencyMs": 7}}))
    return found


def failure(failure: Failure) -> tuple[int, dict[str, Any]]:
    """Return the status and the body of an error."""
    status, type_, message = _FAILURES[failure.kind or _kind(failure.status)]
    return failure.status or status, {"__type": type_, "message": failure.message or message}


def failure_event(failure_: Failure) -> bytes:
    """Return an error as an event of a stream."""
    said = failure(failure_)[1]
    kind = said["__type"]
    return exception(kind[0].lower() + kind[1:], said["message"])


def listing(models: tuple[str, ...]) -> dict[str, Any]:
    """Return the list of models."""
    return {"modelSummaries": [{"modelId": model, "modelName": model, "providerName": "Fake"} for model in models]}


def _kind(status: int) -> str:
    known = {row[0]: kind for kind, row in reversed(_FAILURES.items())}
    return known.get(status, "server" if status >= 500 else "bad_request")


def _blocks(answer: Answer) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = []
    if answer.reasoning is not None or answer.signature is not None:
        said = {"text": answer.reasoning or "", "signature": answer.signature or "c2lnbmF0dXJl"}
        blocks.append({"reasoningContent": {"reasoningText": said}})
    if answer.redacted is not None:
        blocks.append({"reasoningContent": {"redactedContent": answer.redacted}})
    if answer.text or answer.refusal or answer.citations:
        text = answer.text or answer.refusal or ""
        cited = [{"title": title, "location": {"web": {"url": url}}} for url, title in answer.citations]
        blocks.append({"citationsContent": {"content": [{"text": text}], "citations": cited}} if cited else {"text": text})
    for id_, name, arguments in answer.tool_calls:
        blocks.append({"toolUse": {"toolUseId": id_, "name": name, "input": arguments}})
    return blocks


def _deltas(block: dict[str, Any], answer: Answer) -> list[dict[str, Any]]:
    kind, said = next(iter(block.items()))
    match kind:
        case "text":
            return [{"text": piece} for piece in (pieces(answer) if answer.text else words(said))]
        case "citationsContent":
            return [*({"text": piece} for piece in pieces(answer)), *({"citation": citation} for citation in said["citations"])]
        case "reasoningContent" if "redactedContent" in said:
            return [{"reasoningContent": said}]
        case "reasoningContent":
            thoughts = [{"reasoningContent": {"text": word}} for word in words(said["reasoningText"]["text"])]
            return [*thoughts, {"reasoningContent": {"signature": said["reasoningText"]["signature"]}}]
        case _:
            text = json.dumps(said["input"], ensure_ascii=False)
            half = len(text) // 2
            return [{"toolUse": {"input": part}} for part in ("", text[:half], text[half:])] if said["input"] else []


def _stop(answer: Answer) -> str:
    return answer.finish or ("tool_use" if answer.tool_calls else "content_filtered" if answer.refusal else "end_turn")


def _usage(answer: Answer) -> dict[str, Any]:
    """Return the usage: cached tokens stand beside `inputTokens`, not inside."""
    sent, made = answer.usage
    usage: dict[str, Any] = {"inputTokens": sent - answer.cached, "outputTokens": made, "totalTokens": sent + made}
    return {**usage, "cacheReadInputTokens": answer.cached, "cacheWriteInputTokens": 0} if answer.cached else usage


def _event(kind: str, said: dict[str, Any]) -> bytes:
    return event(kind, {**said, "p": "abcdefgh"})
