"""The rows that do not converse: safe, and at the addresses that real traffic went to."""

from __future__ import annotations

import gzip
import json
import re

import pytest

from llmkit import LLMKit
from llmkit.auth.schemes import AwsAuth, HeaderAuth
from llmkit.errors import ServiceEnded
from llmkit.providers.catalog import images, retrieval, search, speech, video
from llmkit.providers.provider import Provider
from llmkit.providers.settings import fill
from llmkit.types.operation import Operation
from tests.conformance.corpus import CORPUS
from tests.contract.stand import Stand
from tests.contract.values import KEY
from tests.rows import PROVIDERS, ROWS

FILES = (images, retrieval, search, speech, video)
MINE = tuple(row for file in FILES for row in file.ROWS)
MUTE = tuple(row for row in ROWS if not row.dialect and not row.ended)


@pytest.mark.parametrize("row", MUTE, ids=lambda row: row.name)
def test_a_row_that_does_not_converse_says_what_it_does_and_nothing_of_conversations(row: Provider) -> None:
    """A starter would offer it to whoever names no model."""
    assert row.operations
    assert ("", "", "", {}, ()) == (row.starter, row.path, row.stream_path, row.profile, row.quirks)


def test_no_operation_has_a_key_in_its_address() -> None:
    """Addresses are written into logs, by us and by everybody on the way."""
    served = [(row.name, name, way.base_url + way.path) for row in ROWS for name, way in row.operations.items()]

    assert len(served) > 100
    assert [] == [place for place in served if re.search(r"[?&][\w-]*(key|token|secret)", place[2], re.IGNORECASE)]


# Where the key goes, by the vendors' documentation; Authorization: Bearer where a row is not named.
SCHEMES = {
    "azure-speech": "Ocp-Apim-Subscription-Key: KEY",
    "black-forest-labs": "x-key: KEY",
    "brave": "X-Subscription-Token: KEY",
    "d-id": "Authorization: Basic KEY",
    "deepgram": "Authorization: Token KEY",
    "elevenlabs": "xi-api-key: KEY",
    "fal": "Authorization: Key KEY",
    "gladia": "x-gladia-key: KEY",
    "heygen": "X-Api-Key: KEY",
    "hume": "X-Hume-Api-Key: KEY",
    "ideogram": "Api-Key: KEY",
    "lmnt": "X-API-Key: KEY",
    "parallel": "x-api-key: KEY",
    "segmind": "x-api-key: KEY",
    "serper": "X-API-KEY: KEY",
    "topaz": "X-API-Key: KEY",
    "twelvelabs": "x-api-key: KEY",
    "vidu": "Authorization: Token KEY",
    "you": "X-API-Key: KEY",
}


def test_the_key_goes_where_each_vendor_wants_it() -> None:
    schemes = {row.name: row.auth for row in MINE if isinstance(row.auth, HeaderAuth)}
    told = {name: f"{auth.name}: {auth.prefix}KEY" for name, auth in schemes.items()}

    assert {name: SCHEMES.get(name, "Authorization: Bearer KEY") for name in told} == told
    assert {"polly", "transcribe"} == {row.auth.service for row in MINE if isinstance(row.auth, AwsAuth)}


# Operations whose address stands in recorded traffic, and in which file of it.
SEEN: tuple[tuple[str, Operation, str, str], ...] = (
    ("black-forest-labs", "image", "flux-dev", "bfl"),
    ("deepgram", "speech", "", "deepgram"),
    ("deepgram", "transcribe", "", "deepgram"),
    ("fal", "image", "fal-ai/flux/dev", "fal"),
    ("fish-audio", "transcribe", "", "fish_audio"),
    ("voyage", "embed", "", "voyage"),
    ("voyage", "rerank", "", "voyage"),
)

QUEUE = "https://queue.fal.run"
"""The same paths as at fal.run, which was recorded, for answers that can be fetched later (fal.ai/docs, as of 2025)."""


@pytest.mark.parametrize(("name", "operation", "model", "file"), SEEN, ids=[f"{name}-{operation}" for name, operation, _, _ in SEEN])
def test_the_address_is_one_that_real_traffic_went_to(name: str, operation: Operation, model: str, file: str) -> None:
    row = PROVIDERS[name]
    way = row.operations[operation]

    address = (way.base_url or row.base_url).replace(QUEUE, "https://fal.run") + fill(way.path, {}, model)
    assert address in addresses(file)


def addresses(file: str) -> set[str]:
    path = CORPUS / f"{file}.jsonl.gz"
    if not path.is_file():
        pytest.skip("The recorded traffic is not beside this checkout.")
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        requests = [json.loads(line)["request"] or {} for line in lines]
    return {str(request.get("url")).partition("?")[0] for request in requests}


CONVERSE = {
    "exa/exa": "https://api.exa.ai/chat/completions",
    "fal/google/gemini-2.5-flash": "https://fal.run/openrouter/router/openai/v1/chat/completions",
    "parallel/speed": "https://api.parallel.ai/chat/completions",
}
PROOF = {"fal": f"Key {KEY}"}


@pytest.mark.parametrize("model", CONVERSE)
def test_those_that_converse_beside_it_do(model: str) -> None:
    name = model.partition("/")[0]
    stand = Stand()
    try:
        stand.set("openai_chat")
        with LLMKit(keys={name: KEY}, transport=stand, retries=0) as kit:
            reply = kit.complete(model, "Hello")
    finally:
        stand.close()

    (sent,) = stand.sent
    assert ("Hello from the contract", CONVERSE[model]) == (reply.text, sent.url)
    assert PROOF.get(name, f"Bearer {KEY}") == sent.headers["authorization"]
    assert KEY not in sent.headers.get("x-api-key", "")


@pytest.mark.parametrize(("name", "since"), [("hume", "2026-11-13"), ("playht", "2025-12-31")])
def test_what_ended_says_since_when(name: str, since: str) -> None:
    with LLMKit() as kit, pytest.raises(ServiceEnded) as caught:
        kit.complete(f"{name}/voice", "Hello")

    assert since == caught.value.since
