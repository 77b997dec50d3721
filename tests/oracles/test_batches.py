"""The vendors' own packages and ours put equal batches on the wire."""

from __future__ import annotations

import hashlib
import importlib
import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from llmkit import LLMKit
from llmkit.testing import FakeHost, Received
from llmkit.testing.host import bytes_reply, form_of
from tests.operations.faces import client_for

KEY = "sk-test-operations"
WORDS = [{"role": "user", "content": "a"}]
OPENAI_BATCH: dict[str, Any] = {
    "id": "batch_1",
    "object": "batch",
    "endpoint": "/v1/chat/completions",
    "status": "completed",
    "input_file_id": "f",
}
OPENAI_BATCH |= {"completion_window": "24h", "created_at": 1, "output_file_id": "out"}
ANTHROPIC_BATCH: dict[str, Any] = {
    "id": "msgbatch_1",
    "type": "message_batch",
    "processing_status": "ended",
    "created_at": "2026-01-01T00:00:00Z",
}
ANTHROPIC_BATCH |= {"request_counts": {"processing": 0, "succeeded": 0, "errored": 0, "canceled": 0, "expired": 0}}
ANTHROPIC_BATCH |= {"expires_at": "2026-01-02T00:00:00Z", "results_url": "/x"}
GEMINI_BATCH = {"name": "batches/b1", "metadata": {"state": "BATCH_STATE_SUCCEEDED"}}
MISTRAL_JOB: dict[str, Any] = {
    "id": "job-1",
    "input_files": ["f"],
    "endpoint": "/v1/chat/completions",
    "errors": [],
    "status": "SUCCESS",
    "created_at": 1,
}
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


ROLE = "arn:aws:iam::123456789012:role/batches"
BEDROCK_JOB = {"jobArn": "arn:aws:bedrock:us-east-1:123456789012:model-invocation-job/abc123abc123", "status": "InProgress"}
PLACES: dict[str, Any] = {"input_uri": "s3://mine/in/q.jsonl", "output_uri": "s3://mine/out/"}


def botocore_batches(url: str) -> None:
    session = importlib.import_module("botocore.session").Session()
    session.set_credentials("AKIAEXAMPLEEXAMPLE00", "example")
    config = importlib.import_module("botocore.config").Config(
        s3={"addressing_style": "path"}, request_checksum_calculation="when_required"
    )
    line = {
        "recordId": "x",
        "modelInput": {"messages": [{"role": "user", "content": [{"text": "a"}]}], "inferenceConfig": {"maxTokens": 9}},
    }
    s3 = session.create_client("s3", region_name="us-east-1", endpoint_url=url, config=config)
    s3.put_object(Bucket="mine", Key="in/q.jsonl", Body=json.dumps(line, separators=(",", ":")).encode(), ContentType="application/jsonl")
    client = session.create_client("bedrock", region_name="us-east-1", endpoint_url=url)
    client.create_model_invocation_job(
        jobName="mine",
        roleArn=ROLE,
        modelId="amazon.nova-micro-v1:0",
        modelInvocationType="Converse",
        inputDataConfig={"s3InputDataConfig": {"s3InputFormat": "JSONL", "s3Uri": PLACES["input_uri"]}},
        outputDataConfig={"s3OutputDataConfig": {"s3Uri": PLACES["output_uri"]}},
        clientRequestToken="x",
    )
    client.get_model_invocation_job(jobIdentifier="abc123abc123")
    client.stop_model_invocation_job(jobIdentifier="abc123abc124")
    client.list_model_invocation_jobs(maxResults=100, sortBy="CreationTime", sortOrder="Descending")


def our_bedrock_batches(url: str) -> None:
    settings = {"region": "us-east-1", "access_key_id": "AKIAEXAMPLEEXAMPLE00", "secret_access_key": "example"}
    model = "bedrock/amazon.nova-micro-v1:0"
    with LLMKit(settings={"bedrock": settings}, base_urls={"bedrock": url}) as kit:
        made = kit.batches.create(model, [("x", "a")], max_tokens=9, name="mine", role=ROLE, **PLACES)
        kit.batch(made.id).refresh()
        kit.batch(made.id[:-1] + "4").cancel()
        kit.batches.list("bedrock")


def signed_for(request: Received) -> tuple[Any, ...]:
    """Return what a request says, and whom it is signed for."""
    said = dict(request.json or {}) if request.method == "POST" else json.loads(request.body or b"null")
    if isinstance(said, dict):
        said.pop("clientRequestToken", None)  # theirs is made up for each call
    scope = request.headers["authorization"].partition("Credential=")[2].partition(",")[0].split("/")
    if request.method == "PUT":
        assert hashlib.sha256(request.body).hexdigest() == request.headers["x-amz-content-sha256"]
    return (request.method, request.path, request.query, said or None, scope[0], scope[2:])


def test_batches_of_bedrock_are_asked_for_as_botocore_does() -> None:
    """Its client for S3 puts the file, and the one for Bedrock begins the job."""
    pytest.importorskip("botocore")
    answers: dict[str, Any] = {"POST /model-invocation-job": BEDROCK_JOB, "GET /model-invocation-job/abc123abc123": BEDROCK_JOB}
    answers |= {"GET /model-invocation-job/abc123abc124": BEDROCK_JOB, "POST /model-invocation-job/abc123abc124/stop": {}}
    answers |= {"GET /model-invocation-jobs": {"invocationJobSummaries": []}, "PUT /mine/in/q.jsonl": bytes_reply(b"", "")}
    said: list[list[Any]] = []
    for use in (botocore_batches, our_bedrock_batches):
        with FakeHost() as host:
            for place, answer in answers.items():
                host.on(place, answer)
            use(host.url)
            said.append([signed_for(request) for request in host.requests if ("GET", f"{JOB}4") != (request.method, request.path)])

    assert said[0] == said[1]


JOB = "/model-invocation-job/abc123abc12"


def test_the_signature_for_s3_is_botocores() -> None:
    """At one moment, for one request."""
    auth = pytest.importorskip("botocore.auth")
    from llmkit.auth.secret import Secret
    from llmkit.auth.sigv4 import AwsKeys, SignatureV4
    from llmkit.types.http import HttpRequest, Origin, Timeouts

    origin = Origin(scheme="https", host="s3.us-east-1.amazonaws.com", port=443)
    data = b'{"recordId":"x"}'
    headers = {"Content-Type": "application/jsonl", "x-amz-content-sha256": hashlib.sha256(data).hexdigest()}
    path = "/mine/in/a-b_c.d/q.jsonl"
    asked = importlib.import_module("botocore.awsrequest").AWSRequest("PUT", f"{origin}{path}", {**headers}, data)
    signer = auth.S3SigV4Auth(importlib.import_module("botocore.credentials").Credentials("AKIAEXAMPLE", "example"), "s3", "us-east-1")
    request = HttpRequest(method="PUT", origin=origin, path=path, headers=tuple(headers.items()), body=data, timeouts=Timeouts())
    clock = 1795417200.0
    keys = AwsKeys(key_id="AKIAEXAMPLE", secret=Secret("example"))
    ours = dict(SignatureV4(keys, origin=origin, region="us-east-1", service="s3", clock=lambda: clock).headers(request))

    asked.headers["X-Amz-Date"] = ours["X-Amz-Date"]
    asked.context["timestamp"] = ours["X-Amz-Date"]
    theirs = signer.signature(signer.string_to_sign(asked, signer.canonical_request(asked)), asked)

    assert theirs == ours["Authorization"].rpartition("Signature=")[2]


def gemini_vectors_sdk(url: str) -> None:
    genai = importlib.import_module("google.genai")
    client = genai.Client(api_key=KEY, http_options={"base_url": url.removesuffix("/v1beta"), "api_version": "v1beta"})
    source = {"inlined_requests": {"contents": ["a"], "config": {"output_dimensionality": 768}}}
    client.batches.create_embeddings(model="gemini-embedding-001", src=source, config={"display_name": "mine"})


def our_gemini_vectors(url: str) -> None:
    with LLMKit(**client_for("google", url)) as kit:
        kit.batches.create("google/gemini-embedding-001", [{"id": "x", "inputs": ["a"], "dimensions": 768}], name="mine")


def vertex_sdk(url: str) -> None:
    genai = importlib.import_module("google.genai")
    credentials = importlib.import_module("google.oauth2.credentials").Credentials("token")
    options = {"base_url": url, "api_version": "v1"}
    client = genai.Client(enterprise=True, project="p", location="us-central1", credentials=credentials, http_options=options)
    client.batches.create(model="gemini-2.5-flash", src="gs://mine/q.jsonl", config={"display_name": "mine", "dest": "gs://mine/out"})
    client.batches.get(name="77")
    client.batches.cancel(name="77")


def our_vertex(url: str) -> None:
    address = f"{url}/v1/projects/p/locations/us-central1"
    with LLMKit(**client_for("vertex", address)) as kit:
        where: dict[str, Any] = {"input_uri": "gs://mine/q.jsonl", "output_uri": "gs://mine/out"}
        batch = kit.batches.create("vertex/gemini-2.5-flash", ["a"], name="mine", **where)
        batch.refresh().cancel()


def plain(request: Received) -> Any:
    """Return what a request says; names of requests are only ours."""
    body = json.loads(json.dumps(request.json)) if request.json else None
    for inside in (body or {}).get("batch", {}).get("inputConfig", {}).get("requests", {}).get("requests", []):
        inside.pop("metadata", None)
        if inside["request"].pop("model", "") not in ("", "models/gemini-embedding-001"):
            inside["wrong"] = True
        inside["request"]["content"].pop("role", None)
    return (request.method, request.path, body)


VERTEX_JOB = {"name": "projects/p/locations/us-central1/batchPredictionJobs/77", "state": "JOB_STATE_RUNNING"}
_JOBS = "/v1/projects/p/locations/us-central1/batchPredictionJobs"
GOOGLE: dict[str, tuple[Callable[[str], None], Callable[[str], None], str, dict[str, Any]]] = {
    "vectors": (
        gemini_vectors_sdk,
        our_gemini_vectors,
        "/v1beta",
        {"POST /v1beta/models/gemini-embedding-001:asyncBatchEmbedContent": GEMINI_BATCH},
    ),
    "vertex": (
        vertex_sdk,
        our_vertex,
        "",
        {
            f"POST {_JOBS}": VERTEX_JOB,
            f"GET {_JOBS}/77": VERTEX_JOB,
            f"POST {_JOBS}/77:cancel": {},
            "POST /v1/projects/p/locations/us-central1/upload/storage/v1/b/mine/o": {},
        },
    ),
}


@pytest.mark.filterwarnings("ignore:batches.create_embeddings")  # is experimental, it says
@pytest.mark.parametrize("case", GOOGLE)
def test_googles_other_batches_are_asked_for_as_google_genai_does(case: str) -> None:
    pytest.importorskip("google.genai")
    theirs, own, prefix, answers = GOOGLE[case]
    said: list[list[Any]] = []
    for use in (theirs, own):
        with FakeHost() as host:
            for place, answer in answers.items():
                host.on(place, answer)
            use(host.url + prefix)
            said.append([plain(request) for request in host.requests if "/upload/" not in request.path])

    assert said[0] == said[1][: len(said[0])]  # we look once more after a batch was cancelled
