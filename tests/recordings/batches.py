"""Recorded batches: their states, their results, and what was sent to begin them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from llmkit.dialects import dialect
from llmkit.dialects.batches import anthropic, gemini, openai, xai
from llmkit.dialects.embeddings import openai as embeddings
from llmkit.types.asking import Answer
from llmkit.types.batch import BatchRequest, BatchState
from llmkit.types.dialect import Encoded
from llmkit.types.embedding import EmbeddingRequest
from llmkit.types.http import Headers
from llmkit.types.parts import Provenance
from tests.recordings.recorded import Reader, Recorded, place, told

ORIGIN = Provenance(provider="test", dialect="test", model="m")


class Lines:
    """Lines in memory, as the file of a batch."""

    headers: dict[str, str] = {}
    digest = "0" * 64
    wire = ""

    def __init__(self, lines: list[Any], address: str = "") -> None:
        self.data = b"\n".join([json.dumps(line).encode() for line in lines])
        self.count, self.size, self.address = len(lines), len(self.data), address

    def pieces(self) -> Iterator[bytes]:
        yield self.data

    def lines(self) -> Iterator[bytes]:
        yield from self.data.split(b"\n")


def _state_of(module: Any, recorded: Recorded) -> Any:
    state = told(module.refresh("x", place(recorded.model, "/batches")), recorded.answer)
    counts = state.counts
    return (state.handle, state.status, counts.total, counts.succeeded, counts.failed, state.sources)


def _failed(module: Any, recorded: Recorded) -> Any:
    error = module.error(recorded.status, Headers(recorded.headers.items()), recorded.raw)
    return (type(error).__name__, error.status)


def _reply_of(wire: str, body: bytes) -> Any:
    if wire == "openai_embeddings":
        count = len(json.loads(body)["data"])
        steps = embeddings.steps(EmbeddingRequest(model="m", inputs=("x",) * count), place("m"))
        reply = told(steps, Answer(status=200, headers=Headers(), body=body))
        return (reply.dimensions, reply.usage.input)
    reply = dialect(wire).decode(body, origin=ORIGIN)
    return (reply.text, reply.usage.input, reply.usage.output)


def _results_of(module: Any, recorded: Recorded, state: BatchState, *, lines: bool, wire: str = "") -> Any:
    found: list[Any] = []
    for data in recorded.raw.splitlines() if lines else [recorded.raw]:
        for raw in module.results(data, state, place(recorded.model, "/batches"))[0]:
            found.append((raw.id, raw.status, _reply_of(raw.wire or wire, raw.body) if raw.outcome == "succeeded" else raw.outcome))
    return found


def _upload(module: Any, request: BatchRequest, where: Any) -> Any:
    """Return the body that a format sends in pieces."""
    steps = module.create(request, where)
    ask = next(steps)
    steps.close()
    return json.loads(b"".join(ask.upload.pieces()))


# OpenAI

_WORDS = {"validating": "queued", "in_progress": "running", "finalizing": "running", "completed": "ended", "cancelling": "cancelling"}


def _openai_state(recorded: Recorded) -> Any:
    body = recorded.json
    counts = body["request_counts"]
    files = tuple([body[name] for name in ("output_file_id", "error_file_id") if body[name]])
    return (body["id"], _WORDS[body["status"]], counts["total"], counts["completed"], counts["failed"], files)


def _is_openai_result(recorded: Recorded) -> bool:
    return recorded.status == 200 and b'"custom_id"' in recorded.raw and b'"response"' in recorded.raw


def _openai_wire(body: Any) -> str:
    return {"list": "openai_embeddings", "response": "openai_responses"}.get(body["object"], "openai_chat")


def _openai_results(recorded: Recorded) -> Any:
    body = json.loads(recorded.raw.splitlines()[0])["response"]["body"]
    return _results_of(openai, recorded, BatchState(handle="x", status="ended"), lines=True, wire=_openai_wire(body))


def _openai_told(recorded: Recorded) -> Any:
    found = []
    for line in recorded.raw.splitlines():
        said = json.loads(line)
        body = said["response"]["body"]
        usage = body["usage"]
        if body["object"] == "list":
            told = (len(body["data"][0]["embedding"]), usage["prompt_tokens"])
        else:
            told = (body["choices"][0]["message"]["content"], usage["prompt_tokens"], usage["completion_tokens"])
        found.append((said["custom_id"], said["response"]["status_code"], told))
    return found


def _openai_begun(recorded: Recorded) -> Any:
    body = recorded.sent
    if recorded.method != "POST" or not isinstance(body, dict) or "input_file_id" not in body:
        return None
    request = BatchRequest(model="m", file=Lines([], body["endpoint"].removeprefix("/v1")), metadata=body.get("metadata") or {})
    steps = openai.create(request, place("m", "/batches"))
    next(steps)
    ask = steps.send(Answer(status=200, headers=Headers(), body=json.dumps({"id": body["input_file_id"]}).encode()))
    steps.close()
    return ask.body


def _openai_lines(recorded: Recorded) -> Any:
    lines = _openai_uploaded(recorded)
    if lines is None:
        return None
    return [
        openai.line(line["custom_id"], Encoded(path=line["url"].removeprefix("/v1"), body=line["body"]), "openai_chat", place("m"))
        for line in lines
    ]


def _openai_uploaded(recorded: Recorded) -> Any:
    fields = recorded.sent.get("multipart", []) if isinstance(recorded.sent, dict) else []
    files = [field["text"] for field in fields if field["name"] == "file" and "text" in field]
    batch = any(field["name"] == "purpose" and field.get("text") == "batch" for field in fields)
    if not batch or not files or recorded.truncated:
        return None
    try:
        lines = [json.loads(line) for line in files[0].splitlines() if line.strip()]
    except ValueError:  # cut by the recorder
        return None
    return lines if all("url" in line and line["custom_id"] for line in lines) else None  # an empty id names no request


# Anthropic


def _is_results(recorded: Recorded) -> bool:
    return recorded.path.endswith("/results")


def _anthropic(recorded: Recorded) -> Any:
    if recorded.status != 200:
        return _failed(anthropic, recorded)
    if _is_results(recorded):
        return _results_of(anthropic, recorded, BatchState(handle="x", status="ended"), lines=True, wire="anthropic")
    return _state_of(anthropic, recorded)


def _anthropic_told(recorded: Recorded) -> Any:
    if recorded.status != 200:
        return ("NotFound", 404)
    if _is_results(recorded):
        lines = [json.loads(line) for line in recorded.raw.splitlines()]
        return [(line["custom_id"], 200, _anthropic_words(line["result"]["message"])) for line in lines]
    body = recorded.json
    counts = body["request_counts"]
    status = {"in_progress": "running", "ended": "ended", "canceling": "cancelling"}[body["processing_status"]]
    return (body["id"], status, sum(counts.values()), counts["succeeded"], counts["errored"], ())


def _anthropic_words(message: Any) -> Any:
    words = "".join([part["text"] for part in message["content"] if part["type"] == "text"])
    return (words, message["usage"]["input_tokens"], message["usage"]["output_tokens"])


def _anthropic_begun(recorded: Recorded) -> Any:
    if not isinstance(recorded.sent, dict) or "requests" not in recorded.sent:
        return None
    sent = recorded.sent["requests"]
    lines = [anthropic.line(one["custom_id"], Encoded(path="", body=one["params"]), "anthropic", place("m")) for one in sent]
    return _upload(anthropic, BatchRequest(model="m", file=Lines(lines)), place("m", "/x"))


def _anthropic_sent(recorded: Recorded) -> Any:
    """Return the requests without the word that they are no streams, which is needless there."""
    if not isinstance(recorded.sent, dict) or "requests" not in recorded.sent:
        return None
    bodies = [
        (one["custom_id"], {key: value for key, value in one["params"].items() if key != "stream"}) for one in recorded.sent["requests"]
    ]
    return {"requests": [{"custom_id": id, "params": body} for id, body in bodies]}


# Gemini


def _gemini(recorded: Recorded) -> Any:
    state = BatchState(handle="x", status="ended")
    return (_state_of(gemini, recorded), _results_of(gemini, recorded, state, lines=False))


def _gemini_told(recorded: Recorded) -> Any:
    body = recorded.json
    about = body["metadata"]
    status = {"PENDING": "queued", "RUNNING": "running", "SUCCEEDED": "ended"}[about["state"].removeprefix("BATCH_STATE_")]
    counts = {name: int(number) for name, number in about["batchStats"].items()}
    done = counts.get("successfulRequestCount")
    found = []
    for number, item in enumerate(body.get("response", {}).get("inlinedResponses", {}).get("inlinedResponses", [])):
        answer, usage = item["response"], item["response"]["usageMetadata"]
        words = "".join([part.get("text", "") for part in answer["candidates"][0]["content"]["parts"]])
        output = usage["candidatesTokenCount"] + usage.get("thoughtsTokenCount", 0)
        found.append((item.get("metadata", {}).get("custom_id", str(number)), 200, (words, usage["promptTokenCount"], output)))
    return ((body["name"], status, counts["requestCount"], done, counts.get("failedRequestCount"), ()), found)


def _gemini_begun(recorded: Recorded) -> Any:
    sent = _gemini_sent(recorded)
    if sent is None:
        return None
    lines = [gemini.line(id, Encoded(path="", body=body), "gemini", place("m")) for id, body in sent[1]]
    steps = gemini.create(BatchRequest(model="m", file=Lines(lines), name=sent[0]), place("m", "/x"))
    batch = next(steps).body["batch"]
    steps.close()
    inside = batch["inputConfig"]["requests"]["requests"]
    return (batch["displayName"], [(one["metadata"]["key"], json.loads(bytes(one["request"]))) for one in inside])


def _gemini_sent(recorded: Recorded) -> Any:
    """Return the name and the requests; an id is called otherwise by everybody, and the model stands in the path already."""
    if not isinstance(recorded.sent, dict) or "batch" not in recorded.sent:
        return None
    batch = recorded.sent["batch"]
    inside = batch["inputConfig"]["requests"]["requests"]
    ids = [str(one.get("metadata", {}).get("custom_id", number)) for number, one in enumerate(inside)]
    bodies = [{key: value for key, value in one["request"].items() if key != "model"} for one in inside]
    return (batch.get("displayName", "llmkit"), list(zip(ids, bodies, strict=True)))


# xAI


def _xai(recorded: Recorded) -> Any:
    if recorded.json is None:
        return "added"
    if _is_results(recorded):
        return _results_of(xai, recorded, BatchState(handle="x", status="ended"), lines=False)
    return _state_of(xai, recorded)


def _xai_told(recorded: Recorded) -> Any:
    body = recorded.json
    if body is None:
        return "added"
    if _is_results(recorded):
        return [
            (item["batch_request_id"], 200, _xai_words(item["batch_result"]["response"]["chat_get_completion"])) for item in body["results"]
        ]
    counts = body["state"]
    status = "queued" if not counts["num_requests"] else "running" if counts["num_pending"] else "ended"
    return (body["batch_id"], status, counts["num_requests"], counts["num_success"], counts["num_error"], ())


def _xai_words(body: Any) -> Any:
    usage = body["usage"]
    thought = usage["completion_tokens_details"]["reasoning_tokens"]
    return (body["choices"][0]["message"]["content"], usage["prompt_tokens"], usage["completion_tokens"] + thought)


def _xai_begun(recorded: Recorded) -> Any:
    body = recorded.sent
    if not isinstance(body, dict):
        return None
    requests = body.get("batch_requests", [])
    wires = {name: wire for wire, name in xai.KINDS.items()}
    lines = []
    for one in requests:
        [(name, request)] = one["batch_request"].items()
        lines.append(xai.line(one["batch_request_id"], Encoded(path="", body=request), wires[name], place("m")))
    steps = xai.create(BatchRequest(model="m", file=Lines(lines), name=body.get("name", "")), place("m", "/batches"))
    ask = next(steps)
    if requests:
        ask = steps.send(Answer(status=200, headers=Headers(), body=b'{"batch_id":"b"}'))
        return {"batch_requests": [json.loads(bytes(raw)) for raw in ask.body["batch_requests"]]}
    return ask.body


def _same(recorded: Recorded) -> Any:
    return recorded.sent


def _of(provider: str) -> Any:
    return lambda recorded: recorded.provider == provider


READERS = [
    Reader(
        codec="openai_batch",
        apis=("batches",),
        takes=_of("openai"),
        decoded=lambda recorded: _state_of(openai, recorded),
        expected=_openai_state,
        encoded=_openai_begun,
        sent=lambda recorded: None if _openai_begun(recorded) is None else recorded.sent,
    ),
    Reader(codec="openai_batch", apis=("files",), takes=_is_openai_result, decoded=_openai_results, expected=_openai_told),
    Reader(
        codec="openai_batch",
        apis=("files",),
        takes=lambda recorded: _openai_uploaded(recorded) is not None,
        decoded=lambda recorded: told(openai.upload(BatchRequest(model="m", file=Lines([])), place("m")), recorded.answer),
        expected=lambda recorded: json.loads(recorded.raw)["id"],
        encoded=_openai_lines,
        sent=_openai_uploaded,
    ),
    Reader(
        codec="anthropic_batch",
        apis=("batches",),
        takes=_of("anthropic"),
        decoded=_anthropic,
        expected=_anthropic_told,
        encoded=_anthropic_begun,
        sent=_anthropic_sent,
    ),
    Reader(
        codec="gemini_batch",
        apis=("batches",),
        takes=_of("google"),
        decoded=_gemini,
        expected=_gemini_told,
        encoded=_gemini_begun,
        sent=_gemini_sent,
    ),
    Reader(codec="xai_batch", apis=("batches",), takes=_of("xai"), decoded=_xai, expected=_xai_told, encoded=_xai_begun, sent=_same),
]
