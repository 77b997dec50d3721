"""Faults of tool calls, of usage, and of several candidates."""

from __future__ import annotations

import json
from typing import Any

from llmkit.testing.answers import Answer
from tests.faults.chaos import Damage
from tests.faults.connections import BAD, BROKEN
from tests.faults.material import Change, Material
from tests.faults.row import Row, Way
from tests.transport.servers import Peer

CALLS = Answer(tool_calls=[("call_1", "get_weather", {"city": "Oslo"}), ("call_2", "now", {"zone": "UTC"})], usage=(12, 9))
NUMBERS = ("index", "output_index", "contentBlockIndex")
NUMBERED = ("openai_chat", "mistral", "cohere", "anthropic", "openai_responses", "bedrock_converse", "gemini_interactions")
"""Formats whose pieces of calls carry a number."""
SPLIT = tuple(name for name in NUMBERED if name != "mistral")
"""Formats that send a call in pieces."""
IN_PIECES = tuple(name for name in SPLIT if name != "openai_responses")
"""The other one says the whole arguments once more."""
CHAT = ("openai_chat", "mistral")
WITH_CALLS = (*NUMBERED, "gemini", "ollama")
PLACES = ("tool_calls", "functionCall", "toolUse", "content_block", "item", "step", "content", "output", "steps")
USAGE = ("usage", "usageMetadata", "prompt_eval_count", "eval_count", "metrics")


def edited(*changes: Change) -> Damage:
    """Return the damage that changes the JSON objects of the answer."""
    return lambda m, peer: peer.send(m.chunked(m.edited(*changes)))


def pieces_of(value: Any) -> list[dict[str, Any]]:
    """Return every object that is a call or a piece of one, at any depth."""
    found: list[dict[str, Any]] = []
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in PLACES:
                found += [one for one in (inner if isinstance(inner, list) else [inner]) if isinstance(one, dict)]
            found += pieces_of(inner)
    elif isinstance(value, list):
        for inner in value:
            found += pieces_of(inner)
    return found


def no_index(value: dict[str, Any]) -> None:
    for piece in pieces_of(value):
        piece.pop("index", None)


def index_null(value: dict[str, Any]) -> None:
    for piece in pieces_of(value):
        if "index" in piece:
            piece["index"] = None


def one_index(value: dict[str, Any]) -> None:
    for one in (value, *pieces_of(value)):
        for name in NUMBERS:
            if name in one:
                one[name] = 0


def empty_ids(value: dict[str, Any]) -> None:
    for piece in pieces_of(value):
        for name in ("id", "call_id", "toolUseId"):
            if name in piece:
                piece[name] = ""


def same_ids(value: dict[str, Any]) -> None:
    for piece in pieces_of(value):
        for name in ("id", "call_id", "toolUseId"):
            if name in piece:
                piece[name] = "call_1"


def null_arguments(value: dict[str, Any]) -> None:
    """A first piece says null where nothing has come yet."""
    for piece in pieces_of(value):
        function = piece.get("function")
        if isinstance(function, dict) and function.get("arguments") == "":
            function["arguments"] = None


def number_of(event: bytes) -> int | None:
    """Return which call an event is about."""
    start, end = event.find(b"{"), event.rfind(b"}") + 1
    if start < 0:
        return None
    try:
        value = json.loads(event[start:end])
    except ValueError:
        return None
    numbers = [one[name] for one in (*pieces_of(value), value) for name in NUMBERS if isinstance(one.get(name), int)]
    return numbers[0] if numbers and "response" not in value else None


def interleaved(m: Material, peer: Peer) -> None:
    """The pieces of both calls in turns."""
    first, second = ([event for event in m.events if number_of(event) == number] for number in (0, 1))
    others = [event for event in m.events if number_of(event) not in (0, 1)]
    turns = [event for pair in zip(first, second, strict=True) for event in pair]
    at = m.events.index(first[0])
    before = [event for event in m.events[:at] if event in others]
    peer.send(m.chunked(b"".join([*before, *turns, *others[len(before) :]])))


def behind_the_finish(m: Material, peer: Peer) -> None:
    """The last piece of the arguments comes after the reason why it ended."""
    place = next(place for place, event in enumerate(m.events) if b'"tool_calls"}' in event or b'"finish_reason": "tool_calls"' in event)
    events = [*m.events[: place - 1], m.events[place], m.events[place - 1], *m.events[place + 1 :]]
    peer.send(m.chunked(b"".join(events)))


def half_the_arguments(m: Material, peer: Peer) -> None:
    """The second half of the last arguments never comes."""
    last = max(place for place, event in enumerate(m.events) if b"UTC" in event)
    peer.send(m.chunked(b"".join(m.events[:last] + m.events[last + 1 :])))


def usage_as(made: Any) -> Change:
    """Return the change that replaces what is said of tokens; `...` takes it out."""

    def change(value: Any) -> None:
        if isinstance(value, dict):
            for name in [name for name in value if name in USAGE]:
                if made is ...:
                    del value[name]
                else:
                    value[name] = made
            for inner in value.values():
                change(inner)
        elif isinstance(value, list):
            for inner in value:
                change(inner)

    return change


def far_candidate(value: dict[str, Any]) -> None:
    for candidate in (*value.get("choices", ()), *value.get("candidates", ())):
        candidate["index"] = 1_000_000_000


def second_candidate(value: dict[str, Any]) -> None:
    """Each piece of the first candidate is followed by one of a second."""
    for name in ("choices", "candidates"):
        if value.get(name):
            value[name] += [{**one, "index": 1} for one in value[name]]


OWN_IDS, ONE_ID = "both calls, ids of our own", "both calls, one id"
UNKNOWN, ZERO = "complete, usage unknown", "complete, usage 0 and 0"
NO_TOKENS = {"predictions": ("complete", "complete")}
CANDIDATES = ("openai_chat", "completions", "mistral", "gemini")
KEEP_IDS = ("anthropic", "bedrock_converse", "gemini_interactions", "openai_responses")

ROWS = (
    Row(
        52,
        "odd pieces of tool calls",
        (
            Way("no index", edited(no_index), "complete", "complete", only=CHAT, answer=CALLS),
            Way("index null", edited(index_null), "complete", "complete", only=CHAT, answer=CALLS),
            Way("one index for all", edited(one_index), "complete", "complete", only=NUMBERED, answer=CALLS),
            Way(
                "empty ids",
                edited(empty_ids),
                OWN_IDS,
                OWN_IDS,
                by=dict.fromkeys(KEEP_IDS, (ONE_ID, ONE_ID)),
                only=WITH_CALLS,
                answer=CALLS,
            ),
            Way("one id for all", edited(same_ids), ONE_ID, ONE_ID, only=WITH_CALLS, answer=CALLS),
            Way("null before the arguments", edited(null_arguments), "complete", "complete", only=(*CHAT, "cohere"), answer=CALLS),
            Way("in turns", interleaved, None, "complete", by={"cohere": (None, BROKEN)}, only=SPLIT, answer=CALLS),
            Way(
                "arguments behind the finish", behind_the_finish, None, BROKEN, by={"mistral": (None, "complete")}, only=CHAT, answer=CALLS
            ),
        ),
        ("tests/dialects::test_tool_calls_come_together_whatever_the_server_makes_of_index_and_id",),
        note="mistral's fake sends each call in one piece; two calls with one id stay two calls",
    ),
    Row(
        53,
        "arguments that are no JSON",
        (Way("half of them", half_the_arguments, None, "1 calls and 1 invalid", only=IN_PIECES, answer=CALLS),),
        ("tests/dialects::test_anything_else_is_an_invalid_call_with_the_text_and_a_reason",),
        note="the call is an `InvalidToolCall` with what the model wrote",
    ),
    Row(
        54,
        "tokens missing or odd",
        (
            Way("missing", edited(usage_as(...)), UNKNOWN, UNKNOWN, by=NO_TOKENS),
            Way("null", edited(usage_as(None)), UNKNOWN, UNKNOWN, by=NO_TOKENS),
            Way("words", edited(usage_as("many")), UNKNOWN, UNKNOWN, by=NO_TOKENS),
            Way(
                "below zero",
                edited(usage_as({"prompt_tokens": -5, "input_tokens": -5, "inputTokens": -5, "promptTokenCount": -5})),
                ZERO,
                ZERO,
                by={**dict.fromkeys(("cohere", "gemini_interactions", "ollama"), (UNKNOWN, UNKNOWN)), **NO_TOKENS},
            ),
        ),
        (
            "tests/dialects::test_usage_comes_from_wherever_the_server_puts_it",
            "tests/metering::test_a_stream_that_is_left_is_recorded_and_marked_estimated",
        ),
    ),
    Row(
        55,
        "several candidates",
        (
            Way("two in turns", edited(second_candidate), "complete", "complete", only=CANDIDATES),
            Way("number 1,000,000,000", edited(far_candidate), "complete", BAD, only=CANDIDATES),
        ),
        ("tests/dialects::test_candidates_keep_their_own_parts_reasons_and_probabilities",),
    ),
)
