"""Fake hosts whose batches lie in storage of the caller's, which they are, too."""

from __future__ import annotations

import json
from typing import Any

from llmkit.testing import Received
from llmkit.testing.host import bytes_reply
from tests.operations.batch_hosts_more import GeminiHost, Kept

ROLE = "arn:aws:iam::123456789012:role/batches"


class BedrockHost(Kept):
    """Gives the answers as Converse does, or as Claude's own format where it was asked in that."""

    provider, model = "bedrock", "bedrock/amazon.nova-micro-v1:0"
    options = {"input_uri": "s3://mine/in/questions.jsonl", "output_uri": "s3://mine/out/", "role": ROLE}

    def place(self) -> None:
        self.begun: dict[str, Any] = {}
        self.on("PUT /mine/in/questions.jsonl", self._put)
        self.on("POST /model-invocation-job", self._begin)
        self.on("GET /model-invocation-job/abc123abc123", lambda request: self.job("Completed" if self.ended() else "InProgress"))
        self.on("POST /model-invocation-job/abc123abc123/stop", {})
        self.on("GET /model-invocation-jobs", lambda request: {"invocationJobSummaries": [self.job("Stopped")]})
        self.on("GET /mine/out/abc123abc123/questions.jsonl.out", self._get)

    def _put(self, request: Received) -> Any:
        self.lines = [json.loads(line) for line in request.body.split(b"\n")]
        return bytes_reply(b"", "")

    def _begin(self, request: Received) -> Any:
        self.begun = request.json
        return {"jobArn": self.job("")["jobArn"]}

    def job(self, status: str) -> dict[str, Any]:
        """Return the job as it is told."""
        return {
            **{name: value for name, value in self.begun.items() if name.endswith("Config") or name in ("jobName", "modelInvocationType")},
            "jobArn": "arn:aws:bedrock:us-east-1:123456789012:model-invocation-job/abc123abc123",
            "modelId": "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-micro-v1:0",
            "status": status,
            "submitTime": "2026-11-23T06:00:00.123Z",
            "totalRecordCount": len(self.lines),
            "successRecordCount": len(self.lines) if status == "Completed" else 0,
        }

    def _get(self, request: Received) -> Any:
        return bytes_reply(b"".join([json.dumps(self.result(line)).encode() + b"\n" for line in self.lines[::-1]]), "")

    def result(self, line: dict[str, Any]) -> dict[str, Any]:
        """Return a line of results."""
        (message,) = line["modelInput"]["messages"]
        content = message["content"]
        text = (content if isinstance(content, str) else content[0]["text"]).upper()
        if "anthropic_version" in line["modelInput"]:
            told = {"input_tokens": 1000, "output_tokens": 100}
            output = {"type": "message", "role": "assistant", "model": "claude", "content": [{"type": "text", "text": text}], "usage": told}
            return {**line, "modelOutput": {**output, "stop_reason": "end_turn"}}
        usage = {"inputTokens": 1000, "outputTokens": 100, "totalTokens": 1100}
        said = {"message": {"role": "assistant", "content": [{"text": text}]}}
        return {**line, "modelOutput": {"output": said, "stopReason": "end_turn", "usage": usage}}


class VertexHost(GeminiHost):
    """The job stands where Vertex has it, and the files in a bucket."""

    provider, model = "vertex", "vertex/gemini-2.5-flash"
    options = {"input_uri": "gs://mine/in/q.jsonl", "output_uri": "gs://mine/out"}

    def place(self) -> None:
        self.on("POST /upload/storage/v1/b/mine/o", self._put)
        self.on("POST /batchPredictionJobs", lambda request: self.job("PENDING"))
        self.on("GET /batchPredictionJobs/77", lambda request: self.job("SUCCEEDED" if self.ended() else "RUNNING"))
        self.on("POST /batchPredictionJobs/77:cancel", {})
        self.on("GET /batchPredictionJobs", lambda request: {"batchPredictionJobs": [self.job("CANCELLED")]})
        self.on("GET /storage/v1/b/mine/o/out%2Fprediction-2026-11-23T06%3A00%3A00.123Z%2Fpredictions.jsonl", self._get)

    def _put(self, request: Received) -> Any:
        self.lines = [json.loads(line) for line in request.body.split(b"\n")]
        return {"name": "in/q.jsonl"}

    def job(self, state: str) -> dict[str, Any]:
        """Return the job as it is told."""
        model = self.model.partition("/")[2]
        owner = "anthropic" if model.startswith("claude") else "google"
        told = {"name": "projects/p/locations/us-central1/batchPredictionJobs/77", "state": f"JOB_STATE_{state}"}
        told |= {"displayName": "llmkit", "model": f"publishers/{owner}/models/{model}", "createTime": "2026-11-23T06:00:00.123456Z"}
        done = {
            "outputInfo": {"gcsOutputDirectory": "gs://mine/out/prediction-2026-11-23T06:00:00.123Z"},
            "completionStats": {"successfulCount": "3"},
        }
        return {**told, **(done if state == "SUCCEEDED" else {})}

    def _get(self, request: Received) -> Any:
        return bytes_reply("\n".join([json.dumps(self.result(line)) for line in self.lines[::-1]]).encode(), "")

    def result(self, line: dict[str, Any]) -> dict[str, Any]:
        """Return a line of results."""
        return {**line, "status": "", "processed_time": "2026-11-23T06:10:00Z", "response": self.answer(line["request"])}


class VertexClaudeHost(VertexHost):
    provider, model = "vertex", "vertex/claude-haiku-4-5"

    def answer(self, request: dict[str, Any]) -> Any:
        text = request["messages"][0]["content"]
        text = text if isinstance(text, str) else text[0]["text"]
        assert "vertex-2023-10-16" == request["anthropic_version"]
        usage = {"input_tokens": 1000, "output_tokens": 100}
        content = [{"type": "text", "text": text.upper()}]
        return {"type": "message", "role": "assistant", "model": "claude-haiku-4-5", "content": content, "usage": usage}


class VertexBareHost(VertexHost):
    """Gives back the request, and nothing else of what the line said."""

    def result(self, line: dict[str, Any]) -> dict[str, Any]:
        return {"request": line["request"], "status": "", "response": self.answer(line["request"])}


class GeminiVectorHost(GeminiHost):
    """Makes vectors: of each text its length."""

    provider, model = "google", "google/gemini-embedding-001"

    def place(self) -> None:
        self.on("POST /models/gemini-embedding-001:asyncBatchEmbedContent", self._create)
        self.on("GET /batches/b1", lambda request: self._batch(self.ended()))

    def output(self) -> Any:
        return {"inlinedEmbedContentResponses": super().output()["inlinedResponses"]}

    def answer(self, request: dict[str, Any]) -> Any:
        assert "models/gemini-embedding-001" == request["model"]
        length = float(len(request["content"]["parts"][0]["text"]))
        return {"embedding": {"values": [length, 1.0]}, "tokenCount": "1000"}
