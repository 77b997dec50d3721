"""The merged facts become lines: nothing invented, nothing doubled, sources and dates with them."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from llmkit.types.model_info import ReasoningInfo
from tests.registry.facts import rates
from tools.registry import lines
from tools.registry.__main__ import main
from tools.registry.fact import Notes
from tools.registry.merged import facts


def row(provider: str = "openai", model: str = "m", **said: Any) -> dict[str, Any]:
    sources = {"all": ["litellm"], "price": "litellm", "mode": "litellm", "ctx": "modelsdev", "license": "curated-family"}
    usual = {"mode": "chat", "status": "active", "last_seen": "2026-11-12", "price": {"input": 1, "output": 4}, "sources": sources}
    return {"provider": provider, "id": model, **usual, **said}


def test_a_row_keeps_what_is_known_and_who_said_it() -> None:
    """Repairs: null among efforts, floats for lengths, a file that is a PDF, a limit that is a placeholder, a date without zeros."""
    said = {
        "dims": 2048.0,
        "modalities_in": ["text", "file"],
        "context_window": 99999999,
        "release_date": "2025-4-6",
        "limits_suspect": True,
    }
    abilities = {
        "capabilities": {"pdf": True, "vision": True, "tools": True, "audio_input": False},
        "reasoning": {"efforts": [None, "low"], "budget": True},
    }

    (found,) = facts([row(**said, **abilities)], Notes())

    info = found.info
    assert (2048, ("text", "pdf"), None, "2025-04-06", ("max_output",)) == (
        info.dimensions,
        info.inputs,
        info.context_window,
        info.release_date,
        info.suspect,
    )
    assert (("tools", "vision"), (), ReasoningInfo(efforts=("low",))) == (info.can, info.cannot, info.reasoning)
    assert ("litellm", "2026-11-12") == (info.price_source, info.price_as_of)
    assert {"context_window": "modelsdev", "mode": "litellm", "price": "litellm"} == found.evidence.fields


def test_two_names_of_a_provider_are_one_and_no_model_is_doubled() -> None:
    """The better-sourced line stays, and the report says so."""
    notes = Notes()
    rows = [row("amazon-bedrock", price=None, sources={"all": ["a", "b"]}), row("bedrock"), row("bedrock", "other")]

    found = facts(rows, notes)

    assert [("bedrock/m", True), ("bedrock/other", True)] == [(fact.info.model, fact.info.price is not None) for fact in found]
    assert ["bedrock/m"] == [model for model, _ in notes.lines]


def test_zero_is_free_only_where_somebody_says_so() -> None:
    """Nought is what lists write when they do not know."""
    nought = {"price": {"input": 0, "output": 0}}
    rows = [row(model="a", **nought), row(model="b", free=True, **nought), row(model="c", subscription=True, **nought)]

    found = facts(rows, Notes())

    assert [None, rates(input="0", output="0"), rates(input="0", output="0")] == [
        fact.info.price and fact.info.price.rates for fact in found
    ]
    assert ["", "litellm", "litellm"] == [fact.info.price_source for fact in found]


def test_an_import_and_a_build_need_nothing_else(tmp_path: Path) -> None:
    """From the facts to lines, and the same lines the second time."""
    path = tmp_path / "facts.jsonl.gz"
    path.write_bytes(gzip.compress(b"\n".join(json.dumps(row(model=name)).encode() for name in "ba")))

    status = main(["--registry", str(tmp_path / "registry"), "import", str(path)])
    first = (tmp_path / "registry" / "openai.jsonl").read_bytes()
    main(["--registry", str(tmp_path / "registry"), "import", str(path)])

    assert (0, ["a", "b"]) == (status, [fact.info.id for fact in lines.read(tmp_path / "registry")])
    assert first == (tmp_path / "registry" / "openai.jsonl").read_bytes()
