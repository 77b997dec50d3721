"""Fake hosts that keep batches in other formats than OpenAI's."""

from __future__ import annotations

import json
from typing import Any

from llmkit.testing import FakeHost, Received
from llmkit.testing.host import bytes_reply, form_of
from llmkit.testing.serving import json_reply
from tests.operations.batch_hosts import answered
from tests.operations.faces import client_for
from tests.rows import PROVIDERS


class Kept(FakeHost):
    """A host with one batch."""

    provider = ""
    model = ""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[dict[str, Any]] = []
        self.looks = 0
        self.place()

    def place(self) -> None:
        """Say what is answered where."""

    @property
    def client(self) -> dict[str, Any]:
        """Return the client's arguments."""
        return client_for(self.provider, self.url)

    def ended(self) -> bool:
        """Tell whether it was looked at twice."""
        self.looks += 1
        return self.looks > 1


class AnthropicHost(Kept):
    provider, model = "anthropic", "anthropic/claude-haiku-4-5"

    def place(self) -> None:
        self.on("POST /messages/batches", self._create)
        self.on("GET /messages/batches/msgbatch_1", lambda request: self._state(self.ended()))
        self.on("GET /messages/batches/msgbatch_1/results", self._results)

    def _create(self, request: Received) -> Any:
        self.lines = request.json["requests"]
        return self._state(False)

    def _state(self, over: bool) -> Any:
        counts = {"processing": 0 if over else len(self.lines), "succeeded": len(self.lines) if over else 0}
        return {
            "id": "msgbatch_1",
            "type": "message_batch",
            "processing_status": "ended" if over else "in_progress",
            "request_counts": {**counts, "errored": 0, "canceled": 0, "expired": 0},
            "created_at": "2026-08-19T14:44:51.493319+00:00",
            "results_url": "https://elsewhere.example/results",
        }

    def _results(self, request: Received) -> Any:
        return bytes_reply(b"".join([json.dumps(self._result(line)).encode() + b"\n" for line in self.lines[::-1]]), "application/x-jsonl")

    def _result(self, line: dict[str, Any]) -> Any:
        content = line["params"]["messages"][0]["content"]
        text = content if isinstance(content, str) else content[0]["text"]
        message = {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": "claude-haiku-4-5-20251001",
            "content": [{"type": "text", "text": text.upper()}],
            "stop_reason": "end_turn",
            "usage": {"input_tokens": 1000, "output_tokens": 100, "service_tier": "batch"},
        }
        return {"custom_id": line["custom_id"], "result": {"type": "succeeded", "message": message}}


class GeminiHost(Kept):
    provider, model = "google", "google/gemini-2.5-flash"

    def place(self) -> None:
        self.on("POST /models/gemini-2.5-flash:batchGenerateContent", self._create)
        self.on("GET /batches/b1", lambda request: self._batch(self.ended()))

    def _create(self, request: Received) -> Any:
        self.lines = request.json["batch"]["inputConfig"]["requests"]["requests"]
        return self._batch(False)

    def _batch(self, over: bool) -> Any:
        told: dict[str, Any] = {"name": "batches/b1", "metadata": self.about("SUCCEEDED" if over else "RUNNING")}
        if over:
            told |= {"done": True, "response": self.output()}
        return told

    def about(self, state: str) -> Any:
        """Return what is told of the batch."""
        count = str(len(self.lines))
        return {"model": "models/gemini-2.5-flash", "state": f"BATCH_STATE_{state}", "batchStats": {"requestCount": count}}

    def output(self) -> Any:
        """Return the results."""
        responses = [{"response": self.answer(line["request"]), "metadata": line["metadata"]} for line in self.lines[::-1]]
        return {"inlinedResponses": {"inlinedResponses": responses}}

    def answer(self, request: dict[str, Any]) -> Any:
        """Answer one request."""
        text = request["contents"][0]["parts"][0]["text"].upper()
        return {
            "candidates": [{"content": {"role": "model", "parts": [{"text": text}]}, "finishReason": "STOP"}],
            "usageMetadata": {"promptTokenCount": 1000, "candidatesTokenCount": 100, "totalTokenCount": 1100},
            "modelVersion": "gemini-2.5-flash",
        }


class GeminiFileHost(GeminiHost):
    """The same for requests that are too many to be inside the question: more than ten bytes."""

    @property
    def client(self) -> dict[str, Any]:
        row = PROVIDERS["google"]
        way = row.operations["batch"].replace(options={"inline": 10})
        return {**super().client, "providers": [row.replace(operations={**row.operations, "batch": way})]}

    def place(self) -> None:
        super().place()
        self.on("POST /upload/v1beta/files", lambda request: json_reply(200, {}, (("X-Goog-Upload-URL", f"{self.url}/here?upload_id=1"),)))
        self.on("POST /here", self._upload)
        self.on("GET /download/v1beta/files/out:download", self._download)

    def _upload(self, request: Received) -> Any:
        self.lines = [json.loads(line) for line in request.body.split(b"\n")]
        return {"file": {"name": "files/in"}}

    def _create(self, request: Received) -> Any:
        assert {"fileName": "files/in"} == request.json["batch"]["inputConfig"]
        return self._batch(False)

    def output(self) -> Any:
        return {"responsesFile": "files/out"}

    def _download(self, request: Received) -> Any:
        lines = [json.dumps({"key": line["key"], "response": self.answer(line["request"])}) for line in self.lines[::-1]]
        return bytes_reply("\n".join(lines).encode(), "application/octet-stream")


class MistralHost(Kept):
    provider, model = "mistral", "mistral/mistral-small-latest"

    def place(self) -> None:
        self.on("POST /files", self._upload)
        self.on("POST /batch/jobs", lambda request: self._job(False))
        self.on("GET /batch/jobs/job-1", lambda request: self._job(self.ended()))
        self.on("GET /files/out/content", self._content)

    def _upload(self, request: Received) -> Any:
        self.lines = [json.loads(line) for line in form_of(request)[-1][3].split(b"\n")]
        return {"id": "file-1"}

    def _job(self, over: bool) -> Any:
        return {
            "id": "job-1",
            "status": "SUCCESS" if over else "RUNNING",
            "endpoint": "/v1/chat/completions",
            "model": "mistral-small-latest",
            "total_requests": len(self.lines),
            "succeeded_requests": len(self.lines) if over else 0,
            "failed_requests": 0,
            "errors": [],
            "output_file": "out" if over else None,
            "created_at": 1787150613,
        }

    def _content(self, request: Received) -> Any:
        lines = [
            {"id": "r", "custom_id": line["custom_id"], "response": {"status_code": 200, "body": answered(line)}, "error": None}
            for line in self.lines[::-1]
        ]
        return bytes_reply("\n".join([json.dumps(line) for line in lines]).encode(), "application/jsonl")


class XaiHost(Kept):
    """Its results come in pages of one."""

    provider, model = "xai", "xai/grok-4.3"

    def place(self) -> None:
        self.on("POST /batches", lambda request: self._batch(False))
        self.on("POST /batches/b-1/requests", self._add)
        self.on("GET /batches/b-1", lambda request: self._batch(self.ended()))
        self.on("GET /batches/b-1/results", self._page)

    def _add(self, request: Received) -> Any:
        self.lines += request.json["batch_requests"]
        return json_reply(200, None)

    def _batch(self, over: bool) -> Any:
        count = len(self.lines)
        state = {"num_requests": count, "num_pending": 0 if over else count, "num_success": count if over else 0, "num_error": 0}
        return {"batch_id": "b-1", "name": "llmkit", "create_time": "2026-08-10", "state": {**state, "num_cancelled": 0}}

    def _page(self, request: Received) -> Any:
        place = int(request.query.get("pagination_token", "0"))
        line = self.lines[::-1][place]
        body = answered({"body": line["batch_request"]["chat_get_completion"]})
        result = {"batch_request_id": line["batch_request_id"], "batch_result": {"response": {"chat_get_completion": body}}}
        more = {"pagination_token": str(place + 1)} if place + 1 < len(self.lines) else {}
        return {"results": [result], **more}


class TogetherHost(Kept):
    provider, model = "together", "together/meta-llama/Llama-3.3-70B-Instruct-Turbo"

    def place(self) -> None:
        self.on("POST /files/upload", self._upload)
        self.on("POST /batches", lambda request: {"job": self._job(False)})
        self.on("GET /batches/0123", lambda request: self._job(self.ended()))
        self.on("GET /files/file-out/content", self._content)

    def _upload(self, request: Received) -> Any:
        self.lines = [json.loads(line) for line in form_of(request)[-1][3].split(b"\n")]
        return {"id": "file-1"}

    def _job(self, over: bool) -> Any:
        return {
            "id": "0123",
            "status": "COMPLETED" if over else "IN_PROGRESS",
            "endpoint": "/v1/chat/completions",
            "model_id": "meta-llama/Llama-3.3-70B-Instruct-Turbo",
            "created_at": "2024-01-15T14:30:00Z",
            "output_file_id": "file-out" if over else None,
        }

    def _content(self, request: Received) -> Any:
        lines = [{"custom_id": line["custom_id"], "response": {"status_code": 200, "body": answered(line)}} for line in self.lines[::-1]]
        return bytes_reply("\n".join([json.dumps(line) for line in lines]).encode(), "application/jsonl")


class OpenRouterHost(Kept):
    """Everything is inside: the requests in the question, the results in the batch."""

    provider, model = "openrouter", "openrouter/openai/gpt-4.1-nano"

    def place(self) -> None:
        self.on("POST /api/beta/batches", self._create)
        self.on("GET /api/beta/batches/b-1", lambda request: self._batch(self.ended()))

    def _create(self, request: Received) -> Any:
        assert ["endpoint", "model", "requests"] == list(request.json), "the server refuses another order"
        self.lines = request.json["requests"]
        return json_reply(202, self._batch(False))

    def _batch(self, over: bool) -> Any:
        told = {"id": "b-1", "status": "completed" if over else "validating", "endpoint": "/v1/chat/completions", "created_at": 1787150613}
        results = [{"custom_id": line["custom_id"], "response": {"status_code": 200, "body": answered(line)}} for line in self.lines[::-1]]
        return {**told, "model": "openai/gpt-4.1-nano", "results": results if over else None}
