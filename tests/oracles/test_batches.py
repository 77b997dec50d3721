"""The vendors' own packages and ours put equal batches on the wire."""

from __future__ import annotations

import importlib
import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from llmkit import LLMKit
from llmkit.testing import FakeHost, Received
from llmkit.testing.host import form_of
from tests.operations.faces import client_for

KEY = "sk-test-operations"
WORDS = [{"role": "user", "content": "a"}]
OPENAI_BATCH = {"id": "batch_1", "object": "batch", "endpoint": "/v1/chat/completions", "status": "completed", "input_file_id": "f"}
OPENAI_BATCH |= {"completion_window": "24h", "created_at": 1, "output_file_id": "out"}
ANTHROPIC_BATCH = {"id": "msgbatch_1", "type": "message_batch", "processing_status": "ended", "created_at": "2026-01-01T00:00:00Z"}
ANTHROPIC_BATCH |= {"request_counts": {"processing": 0, "succeeded": 0, "errored": 0, "canceled": 0, "expired": 0}}
ANTHROPIC_BATCH |= {"expires_at": "2026-01-02T00:00:00Z", "results_url": "/x"}
GEMINI_BATCH = {"name": "batches/b1", "metadata": {"state": "BATCH_STATE_SUCCEEDED"}}
MISTRAL_JOB = {"id": "job-1", "input_files": ["f"], "endpoint": "/v1/chat/completions", "errors": [], "status": "SUCCESS", "created_at": 1}
MISTRAL_JOB |= {"total_requests": 1, "completed_requests": 1, "succeeded_requests": 1, "failed_requests": 0, "object": "batch"}
MISTRAL_FILE = {"id": "file-1", "object": "file", "bytes": 1, "created_at": 1, "filename": "x", "purpose": "batch"}
MISTRAL_FILE |= {"sample_type": "batch_request", "source": "upload"}


def openai_sdk(url: str) -> None:
    client = importlib.import_module("openai").OpenAI(api_key=KEY, base_url=url, max_retries=0)
    line = {"custom_id": "x", "method": "POST", "url": "/v1/chat/completions", "body": {"model": "gpt-4.1-nano", "messages": WORDS}}
    client.files.create(file=("batch.jsonl", io.BytesIO(json.dumps(line).encode())), purpose="batch")
    client.batches.create(input_file_id="file-1", endpoint="/v1/chat/completions", completion_window="24h", metadata={"k": "v"})
    client.batches.retrieve("batch_1")
    client.batches.cancel("batch_2")
    client.files.content("out")
    client.batches.list(limit=100)


def anthropic_sdk(url: str) -> None:
    batches = importlib.import_module("anthropic").Anthropic(api_key=KEY, base_url=url.removesuffix("/v1"), max_retries=0).messages.batches
    params = {"model": "claude-haiku-4-5", "max_tokens": 9, "messages": WORDS}
    batches.create(requests=[{"custom_id": "x", "params": params}])
    batches.retrieve("msgbatch_1")
    batches.cancel("msgbatch_2")
    batches.list(limit=100)


def gemini_sdk(url: str) -> None:
    genai = importlib.import_module("google.genai")
    options = {"base_url": url.removesuffix("/v1beta"), "api_version": "v1beta"}
    client = genai.Client(api_key=KEY, http_options=options)  # which ends its connections when it is gone
    batches = client.batches
    request = {"contents": [{"role": "user", "parts": [{"text": "a"}]}], "metadata": {"key": "x"}}
    batches.create(model="gemini-2.5-flash", src=[request], config={"display_name": "mine"})
    batches.get(name="batches/b1")
    batches.cancel(name="batches/b2")


def mistral_sdk(url: str) -> None:
    client = importlib.import_module("mistralai.client").Mistral(api_key=KEY, server_url=url.removesuffix("/v1"))
    line = {"custom_id": "x", "body": {"messages": WORDS}}
    client.files.upload(file={"file_name": "batch.jsonl", "content": json.dumps(line).encode()}, purpose="batch")
    client.batch.jobs.create(
        endpoint="/v1/chat/completions", input_files=["file-1"], model="mistral-small-latest", metadata={"k": "v"}, timeout_hours=24
    )
    client.batch.jobs.get(job_id="job-1")
    client.batch.jobs.cancel(job_id="job-2")


def ours(
    provider: str, model: str, handles: tuple[str, str], options: dict[str, Any], listing: bool, results: bool
) -> Callable[[str], None]:
    def use(url: str) -> None:
        with LLMKit(**client_for(provider, url)) as kit:
            kit.batches.create(model, [("x", "a")], **options)
            batch = kit.batch(f"batch:{model}:{handles[0]}").refresh()
            kit.batch(f"batch:{model}:{handles[1]}").cancel()
            if results:
                list(batch.results())
            if listing:
                kit.batches.list(provider)

    return use


def told(request: Received) -> Any:
    """Return what a request says, whatever its bytes are: a form by its fields, the files in it by their lines."""
    kind = request.headers.get("content-type", "")
    if kind.startswith("multipart/"):
        # Mistral's package always says `visibility=workspace`, which is the usual.
        fields = {
            name: data if name != "file" else [json.loads(line) for line in data.split(b"\n")]
            for name, _, _, data in form_of(request)
            if name != "visibility"
        }
        return (request.method, request.path, fields)
    body = None if request.json == {} else request.json  # some say nothing as an empty object
    return (request.method, request.path, body, request.query if request.method == "GET" else {})


CASES: dict[str, tuple[str, Callable[[str], None], Callable[[str], None], dict[str, Any]]] = {
    "openai": (
        "/v1",
        openai_sdk,
        ours("openai", "openai/gpt-4.1-nano", ("batch_1", "batch_2"), {"metadata": {"k": "v"}}, True, True),
        {
            "POST /files": {
                "id": "file-1",
                "object": "file",
                "bytes": 1,
                "created_at": 1,
                "filename": "x",
                "purpose": "batch",
                "status": "ok",
            },
            "POST /batches": OPENAI_BATCH,
            "GET /batches/batch_1": OPENAI_BATCH,
            "POST /batches/batch_2/cancel": OPENAI_BATCH,
            "GET /files/out/content": {"custom_id": "x", "response": None, "error": {"code": "batch_expired"}},
            "GET /batches": {"object": "list", "data": [], "has_more": False},
        },
    ),
    "anthropic": (
        "/v1",
        anthropic_sdk,
        ours("anthropic", "anthropic/claude-haiku-4-5", ("msgbatch_1", "msgbatch_2"), {"max_tokens": 9}, True, False),
        {
            "POST /messages/batches": ANTHROPIC_BATCH,
            "GET /messages/batches/msgbatch_1": ANTHROPIC_BATCH,
            "POST /messages/batches/msgbatch_2/cancel": ANTHROPIC_BATCH,
            "GET /messages/batches": {"data": [], "has_more": False, "first_id": None, "last_id": None},
        },
    ),
    "google-genai": (
        "/v1beta",
        gemini_sdk,
        ours("google", "google/gemini-2.5-flash", ("batches/b1", "batches/b2"), {"name": "mine"}, False, False),
        {
            "POST /models/gemini-2.5-flash:batchGenerateContent": GEMINI_BATCH,
            "GET /batches/b1": GEMINI_BATCH,
            "GET /batches/b2": GEMINI_BATCH,
            "POST /batches/b2:cancel": {},
        },
    ),
    "mistralai": (
        "/v1",
        mistral_sdk,
        ours("mistral", "mistral/mistral-small-latest", ("job-1", "job-2"), {"metadata": {"k": "v"}, "window": "24h"}, False, False),
        {
            "POST /files": MISTRAL_FILE,
            "POST /batch/jobs": MISTRAL_JOB,
            "GET /batch/jobs/job-1": MISTRAL_JOB,
            "POST /batch/jobs/job-2/cancel": MISTRAL_JOB,
        },
    ),
}
OURS_ALONE = {("GET", "/v1beta/batches/b2")}
"""Questions that only we ask: how a batch stands after it was cancelled, where the answer does not say."""


@pytest.mark.parametrize("package", CASES)
def test_batches_are_asked_for_as_the_vendor_does(package: str) -> None:
    pytest.importorskip("google.genai" if package == "google-genai" else package)
    prefix, theirs, own, answers = CASES[package]
    said: list[list[Any]] = []
    for use in (theirs, own):
        with FakeHost() as host:
            for place, answer in answers.items():
                host.on(place.replace(" /", f" {prefix}/"), answer)
            use(host.url + prefix)
            said.append([told(request) for request in host.requests if (request.method, request.path) not in OURS_ALONE])

    assert said[0] == said[1]
