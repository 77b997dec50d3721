"""Answers on their way to clients: nothing of them is lost in their own format, and their meaning in none."""

from __future__ import annotations

import json
from importlib import import_module
from itertools import takewhile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.accumulate import fold, unfold
from llmkit.dialects import dialect
from llmkit.errors import ConfigurationError
from llmkit.serving import NAMES, codec
from llmkit.testing import Answer
from llmkit.testing.received import Received
from llmkit.testing.wire import load
from llmkit.types.events import Event
from llmkit.types.http import Headers
from llmkit.types.parts import Provenance
from llmkit.types.responses import CompletionResponse
from tests.conformance.corpus import files, interactions
from tests.serving.recorded import FORMATS, difference, gist, joined, plain, problems, streamed, whole
from tests.strategies import json_objects, names, words

ANSWERS = st.builds(
    Answer,
    text=st.just("") | words,
    reasoning=st.none() | words,
    signature=st.none() | st.just("c2lnbmVk"),
    refusal=st.none() | words,
    tool_calls=st.lists(st.tuples(names, names, json_objects), max_size=3, unique_by=lambda call: call[0]),
    citations=st.lists(st.tuples(names.map("https://example.com/{}".format), words), max_size=2),
    usage=st.just((30, 12)),
    cached=st.integers(0, 20),
    thought=st.integers(0, 10),
    id=st.just("id_1"),
).map(lambda answer: answer if answer.text else answer.replace(citations=()))  # There are no words to cite.


def told(name: str, answer: Answer) -> tuple[CompletionResponse, list[Event]]:
    """Return what `answer` is in the dialect `name`, whole and as events."""
    wire, origin = load(name), Provenance(provider="p", dialect=name)
    body = {"model": "m", "stream_options": {"include_usage": True}}
    path = "/v1beta/models/m:streamGenerateContent?alt=sse"
    received = Received("POST", path, Headers(), json.dumps(body).encode(), 1)
    response = dialect(name).decode(json.dumps(wire.body(answer, received)).encode(), origin=origin)
    decoder = dialect(name).decoder(origin=origin)
    return response, [*decoder.feed(b"".join(wire.events(answer, received))), *decoder.close()]


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=30, deadline=None)
@given(ANSWERS)
def test_an_answer_comes_back_in_its_own_format(name: str, answer: Answer) -> None:
    """The client of a format sees what its vendor said, whole, streamed, and streamed from a whole answer."""
    response, events = told(name, answer)
    origin = Provenance(provider="p", dialect=name)

    assert None is difference(plain(response), plain(whole(response, name, origin)))
    assert None is difference(joined(fold(events)), joined(streamed(events, name, origin)))
    assert None is difference(joined(response), joined(streamed(unfold(response), name, origin)))


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=20, deadline=None)
@given(ANSWERS)
def test_an_answer_means_the_same_in_every_format(name: str, answer: Answer) -> None:
    """Words, thinking, calls with their ids and the sums of usage are what every format can say."""
    response, events = told(name, answer)
    for other in FORMATS:
        origin = Provenance(provider="other", dialect=other)

        assert None is difference(gist(response), gist(whole(response, other, origin)))
        assert None is difference(gist(fold(events)), gist(streamed(events, other, origin)))
        assert None is difference(gist(response), gist(streamed(unfold(response), other, origin)))


def test_recorded_answers_come_back() -> None:
    """What vendors really sent has more in it than we would think of. All of them: `python -m tests.serving.recorded`."""
    if not files():
        pytest.skip("THE CORPUS IS NOT HERE: recorded answers are not rendered")
    chosen = ("anthropic", "google", "groq", "perplexity")
    found: dict[str, Any] = {}
    for file in files():
        if file.name.partition(".")[0] in chosen:
            first = takewhile(lambda found: found.tier == 1, interactions(file, lambda _id, _tier: True))  # tier 1 stands first
            for interaction in [item for item in first if item.id[-1] in "7"]:
                found |= {f"{interaction.id} {kind}": problem for kind, problem in problems(interaction).items()}

    assert len(found) > 100
    assert {} == {name: problem for name, problem in found.items() if problem is not None}


@pytest.mark.parametrize("name", NAMES)
def test_every_codec_is_whole(name: str) -> None:
    """A gateway takes any of them without asking which."""
    found = codec(name)

    assert name == found.NAME
    assert "text/event-stream" == found.STREAM_TYPE
    for function in ("parse_request", "streams", "render_response", "renderer", "render_error"):
        assert callable(getattr(found, function))


def test_a_codec_that_is_not_known_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ConfigurationError, match="anthropic, gemini"):
        codec("smoke_signals")


@pytest.mark.parametrize("name", FORMATS)
def test_what_a_format_cannot_say_is_listed(name: str) -> None:
    """Never silent: the gateway puts these into a header."""
    from llmkit.types.parts import Compaction, Reasoning, Text, Unknown

    elsewhere = Provenance(provider="x", dialect="elsewhere")
    sealed = Reasoning(text="hm", signature="s", encrypted="e", origin=elsewhere)
    response = CompletionResponse(
        content=(
            sealed,
            Text(text="Hi", origin=elsewhere),
            Unknown(kind="hologram", origin=elsewhere),
            Compaction(text="c", origin=elsewhere),
        )
    )
    renderer = codec(name).renderer()
    for event in unfold(response):
        renderer.feed(event)

    lost = import_module(f"llmkit.serving.{name}").losses(response)

    assert any("hologram" in warning.detail for warning in lost)
    assert any(warning.parameter in ("reasoning", "signature") for warning in lost)
    assert {str(warning) for warning in lost} == {str(warning) for warning in renderer.warnings}  # type: ignore[attr-defined]
