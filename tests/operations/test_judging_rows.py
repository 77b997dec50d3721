"""Every row that ranks, judges, searches or reads documents can be asked to, at its own place with its own key."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from llmkit import LLMKit
from llmkit.dialects.operations import MODULES, codec
from llmkit.errors import LLMKitError
from llmkit.providers.settings import fill, resolve
from llmkit.testing import FakeHost
from llmkit.types.decision import Predicate
from tests.contract.values import KEY, settings_of
from tests.rows import PROVIDERS

FAMILIES = ("rerank.", "moderation.", "classification.", "search.", "ocr.")
ASK: dict[str, Any] = {
    "rerank": lambda kit, model: kit.rerank(model, "q", ["a", "b"]),
    "moderate": lambda kit, model: kit.moderate(model, "a"),
    "classify": lambda kit, model: kit.classify(model, "a"),
    "decide": lambda kit, model: kit.decide(model, "a", {"q": Predicate(question="?")}),
    "search": lambda kit, model: kit.search(model, "a"),
    "ocr": lambda kit, model: kit.ocr(model, b"%PDF-1.4"),
}
PLACES = [
    (row.name, operation)
    for row in PROVIDERS.values()
    for operation, way in row.operations.items()
    if operation in ASK and codec(way.dialect) is not None and not row.ended
]
TOKENS = {"vertex": "ya29.token", "watsonx": "token-of-ibm"}
"""Rows whose key is first exchanged for a token: they get one."""


@pytest.fixture(scope="module")
def host() -> Iterator[FakeHost]:
    with FakeHost() as host:
        yield host.on("POST /*", {}).on("GET /*", {})


@pytest.fixture(scope="module")
def kit(host: FakeHost) -> Iterator[LLMKit]:
    names = {name for name, _ in PLACES}
    given = {name: settings_of(PROVIDERS[name]) | ({"access_token": TOKENS[name]} if name in TOKENS else {}) for name in names}
    with LLMKit(
        keys={name: KEY for name in names if name != "vertex" and PROVIDERS[name].env},
        base_urls=dict.fromkeys(names, host.url),
        settings={name: values for name, values in given.items() if values},
        retries=0,
    ) as kit:
        yield kit


@pytest.mark.parametrize(("name", "operation"), PLACES)
def test_a_request_arrives_at_the_row_s_place_with_its_key(name: str, operation: Any, host: FakeHost, kit: LLMKit) -> None:
    """The answer is none, which is an error; only the request matters here."""
    row = PROVIDERS[name]
    way = row.operations[operation]
    asked = len(host.requests)

    with suppress(LLMKitError):
        ASK[operation](kit, f"{name}/some-model")

    request = host.requests[asked]
    path = fill(way.path.partition("?")[0], resolve(row, settings_of(row), {}).values, "some-model")
    assert path.rstrip("/") in request.path
    held = " ".join([request.target, *request.headers.values()])
    assert (KEY in held) == (bool(row.env) and name not in TOKENS)


def test_every_format_is_named_by_a_row() -> None:
    """A format that no row speaks is dead."""
    mine = {name for name, module in MODULES.items() if module.startswith(FAMILIES)}
    named = {way.dialect for row in PROVIDERS.values() for way in row.operations.values()}

    assert set() == mine - named
