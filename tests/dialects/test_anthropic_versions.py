"""The API's two versions, chosen by what a request carries; betas as data; what summarising cost."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from llmkit.dialects import anthropic
from llmkit.dialects.anthropic.betas import BETAS, EDIT_BETAS, FIELD_BETAS, TOOL_BETAS
from llmkit.dialects.anthropic.usage import decode_usage
from llmkit.errors import UnsupportedFeature
from llmkit.types.messages import Message
from llmkit.types.model import NO_NATIVE
from llmkit.types.parts import Citation, Document, Part, Provenance, Text, Unknown
from llmkit.types.requests import CompletionRequest
from llmkit.types.usage import Usage
from tests.dialects.anthropic_cases import encoded, request

OLDER, NEWER = "2023-06-01", "2026-10-21"
PREFERS_NEWER = anthropic.PROFILE.replace(headers={"anthropic-version": NEWER})
HELLO = Message.user("Hi")
NATIVE = Provenance(provider="anthropic", dialect="anthropic")
DOCUMENT = Document(data=b"%PDF-1.7", media_type="application/pdf")
CITED = Text(text="a", options={"anthropic": {"citations": [{"type": "char_location"}]}})


def _with(role: str, part: Part) -> CompletionRequest:
    return request(HELLO, Message(role=role, content=(part,)), HELLO)  # type: ignore[arg-type]


REFUSED_BY_THE_NEWER: list[CompletionRequest] = [
    request(temperature=1.0),
    request(top_k=1),
    request(options={"anthropic": {"top_p": 0.9}}),
    _with("assistant", DOCUMENT),
    _with("assistant", Unknown(kind="document", origin=NATIVE)),
    _with("user", CITED),
]


@pytest.mark.parametrize("asked", REFUSED_BY_THE_NEWER)
def test_what_the_newer_version_refuses_goes_out_whole_with_the_older_one(asked: CompletionRequest) -> None:
    """Both versions serve every model that takes the request, so that nothing has to be dropped."""
    body, warnings, headers = encoded(asked, profile=PREFERS_NEWER)

    expected, expected_warnings, _ = encoded(asked)
    assert (expected, expected_warnings) == (body, warnings)
    assert {"anthropic-version": OLDER} == headers


@pytest.mark.parametrize("asked", [request(), _with("user", DOCUMENT), _with("assistant", Text(text="a", citations=(Citation(url="u"),)))])
def test_any_other_request_goes_out_with_the_version_that_the_profile_prefers(asked: CompletionRequest) -> None:
    assert {"anthropic-version": NEWER} == encoded(asked, profile=PREFERS_NEWER)[2]
    assert {"anthropic-version": OLDER} == encoded(asked)[2]


def _asking(asked: CompletionRequest) -> CompletionRequest:
    options = asked.options.get("anthropic", {})
    return asked.replace(options={"anthropic": {**options, "version": NEWER}})


def test_a_version_that_the_caller_asks_for_is_kept() -> None:
    body, warnings, headers = encoded(_asking(request(temperature=1.0, top_k=1)))

    assert {"temperature", "top_k"}.isdisjoint(body)
    assert ["dropped temperature", "dropped top_k"] == warnings
    assert {"anthropic-version": NEWER} == headers


def test_citations_that_the_asked_version_refuses_are_dropped_with_a_warning() -> None:
    body, warnings, _ = encoded(_asking(_with("user", CITED)))

    assert "citations" not in str(body)
    assert ["dropped citations"] == warnings


def test_documents_that_the_asked_version_refuses_raise() -> None:
    """Without the document the answer would be about something else."""
    with pytest.raises(UnsupportedFeature, match=NEWER):
        encoded(_asking(_with("assistant", DOCUMENT)))


BETAS_OF_A_BACKEND = {"advanced-tool-use-2025-11-20": "tool-search-tool-2025-10-19", "fast-mode-2026-02-01": ""}
ON_A_BACKEND: list[tuple[dict[str, Any], str | None, list[str]]] = [
    ({"betas": ["advanced-tool-use-2025-11-20"]}, "tool-search-tool-2025-10-19", []),
    ({"betas": ["advanced-tool-use-2025-11-20", "tool-search-tool-2025-10-19"]}, "tool-search-tool-2025-10-19", []),
    ({"betas": ["b"], "speed": "fast"}, "b", ["dropped betas"]),
    ({"speed": "fast"}, None, ["dropped betas"]),
]


@pytest.mark.parametrize(("options", "header", "warned"), ON_A_BACKEND)
def test_betas_are_renamed_and_left_out_as_the_backend_has_it(options: dict[str, Any], header: str | None, warned: list[str]) -> None:
    _, warnings, headers = encoded(request(options={"anthropic": options}), profile=anthropic.PROFILE.replace(betas=BETAS_OF_A_BACKEND))

    assert header == headers.get("anthropic-beta")
    assert warned == warnings


NEEDED: list[tuple[dict[str, Any], str]] = [
    ({"thinking": {"type": "adaptive", "display": "updates"}}, "thinking-display-updates-2026-08-18"),
    ({"thinking": {"type": "adaptive", "block_binding": {}}}, "thinking-binding-controls-2026-08-01"),
    ({"billing_policy": {"type": "billing_policy"}}, "user-profiles-billing-2026-10-01"),
]


@pytest.mark.parametrize(("options", "header"), NEEDED)
def test_what_shows_in_the_body_brings_its_beta(options: dict[str, Any], header: str) -> None:
    assert header == encoded(request(options={"anthropic": options}))[2]["anthropic-beta"]


def test_a_tool_defined_in_the_conversation_brings_its_betas() -> None:
    native = msgspec.Raw(b'{"type":"tool_addition","tool":{"type":"tool_definition","definition":{"type":"mcp_toolset"}}}')
    addition = Unknown(kind="tool_addition", origin=NATIVE, native=native)

    _, _, headers = encoded(_with("user", addition))

    assert "mid-conversation-tool-changes-2026-07-01,inline-tools-2026-09-15,mcp-client-2026-09-15" == headers["anthropic-beta"]


def test_every_beta_has_a_date_and_stands_once() -> None:
    """A name without its date is refused by the API."""
    known = [*TOOL_BETAS.values(), *FIELD_BETAS.values(), *EDIT_BETAS.values(), *BETAS]

    assert all(beta[-11] == "-" and beta[-10:].replace("-", "").isdigit() for beta in known)
    assert sorted(set(BETAS)) == list(BETAS)


COMPACTED = {
    "input_tokens": 162,
    "cache_creation_input_tokens": 0,
    "cache_read_input_tokens": 5,
    "output_tokens": 11,
    "iterations": [
        {
            "type": "compaction",
            "input_tokens": 99195,
            "output_tokens": 81,
            "cache_read_input_tokens": 7,
            "cache_creation_input_tokens": 9,
            "cache_creation": {"ephemeral_5m_input_tokens": 4, "ephemeral_1h_input_tokens": 5},
        },
        {"type": "message", "input_tokens": 162, "output_tokens": 11},
        {"type": "advisor_message", "model": "other", "input_tokens": 1000, "output_tokens": 1000},
    ],
}


def test_usage_holds_what_summarising_earlier_turns_took() -> None:
    """It is not in the totals of the wire (recorded 2026), and it is billed."""
    found = decode_usage(COMPACTED, NO_NATIVE)

    assert Usage(uncached=99357, cache_read=12, cache_write_5m=4, cache_write_1h=5, output_text=92) == found
    assert (99378, 92) == (found.input, found.output) if found else None
