"""An answer whole and as events, for tests."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from tests.dialects.bedrock_converse_cases import stream_of

Deltas = list[dict[str, Any]]


WEB = {"title": "t", "location": {"web": {"url": "https://a", "domain": "a"}}}


PAGE = {
    "title": "pdf",
    "sourceContent": [{"text": "quo"}, {"text": "ted"}],
    "location": {"documentPage": {"documentIndex": 1, "start": 1, "end": 2}},
}


CALL = {"toolUseId": "t1", "name": "f"}


SERVER = {"toolUseId": "s1", "name": "nova_grounding", "type": "server_tool_use"}


RESULT = {"toolUseId": "s1", "type": "nova_grounding_result", "status": "success"}


PNG = b64encode(b"\x89PNG\r\n\x1a\n").decode()


SEAL = [b64encode(piece).decode() for piece in (b"ab", b"cde")]


PAIRS: list[tuple[dict[str, Any], dict[str, Any] | None, Deltas]] = [
    ({"text": "Grüße 🎉"}, None, [{"text": "Grü"}, {"text": ""}, {"text": "ße 🎉"}]),
    ({"text": ""}, None, [{"text": ""}]),
    (
        {"reasoningContent": {"reasoningText": {"text": "ab", "signature": "s1s2"}}},
        None,
        [{"reasoningContent": piece} for piece in ({"text": "a"}, {"text": "b"}, {"signature": "s1"}, {"signature": "s2"})],
    ),
    ({"reasoningContent": {"reasoningText": {"text": "a"}}}, None, [{"reasoningContent": {"text": "a"}}]),
    (
        {"reasoningContent": {"redactedContent": b64encode(b"abcde").decode()}},
        None,
        [{"reasoningContent": {"redactedContent": s}} for s in SEAL],
    ),
    (
        {"toolUse": {**CALL, "input": {"a": [1, {"b": "ü"}]}}},
        {"toolUse": CALL},
        [{"toolUse": {"input": s}} for s in ('{"a":[1,', '{"b":"ü"}', "]}")],
    ),
    ({"toolUse": {**CALL, "input": {}}}, {"toolUse": CALL}, [{"toolUse": {"input": ""}}]),
    ({"toolUse": {**CALL, "type": "tool_use", "input": {}}}, {"toolUse": {**CALL, "type": "tool_use"}}, []),
    ({"toolUse": {**SERVER, "input": {"q": 1}}}, {"toolUse": SERVER}, [{"toolUse": {"input": '{"q":1}'}}]),
    (
        {"toolResult": {**RESULT, "content": [{"text": "x"}, {"json": {"a": 1}}]}},
        {"toolResult": RESULT},
        [{"toolResult": [{"text": "x"}]}, {"toolResult": [{"json": {"a": 1}}]}],
    ),
    (
        {"citationsContent": {"content": [{"text": "cited"}], "citations": [WEB, PAGE]}},
        None,
        [{"text": "cited"}, {"citation": WEB}, {"citation": PAGE}],
    ),
    ({"citationsContent": {"citations": [WEB]}}, None, [{"citation": WEB}]),
    ({"image": {"format": "png", "source": {"bytes": PNG}}}, {"image": {"format": "png"}}, [{"image": {"source": {"bytes": PNG}}}]),
    ({"hologram": {"z": 1}}, {"hologram": {"z": 1}}, []),
]


ALL = stream_of(*[(start, deltas) for _, start, deltas in PAIRS])
