"""What people and models write: templates, configuration, JSON that is not complete, arguments of tools, subtitles."""

from __future__ import annotations

import json
import re
from collections.abc import Hashable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from llmkit.config.reading import read_file, refuse
from llmkit.dialects.arguments import arguments_json, tool_call
from llmkit.prompts.prompt import Prompt
from llmkit.structured.fault import Fault
from llmkit.structured.partial import NOTHING, PartialJson
from llmkit.structured.schema_check import check_schema
from llmkit.structured.tolerant import found_in
from llmkit.structured.validator import validate
from llmkit.tools import ToolContext, tool
from llmkit.tools.failures import ArgumentsInvalid
from llmkit.types.parts import ToolCall
from llmkit.types.transcription import TranscriptionResponse
from tests.security.fuzz.harvest import words_of
from tests.security.fuzz.target import Target, hold

_PROMPT = (
    b'+++\nversion = "1.2"\n[variables]\nname = {type = "text", longest = 9}\nitems = {type = "list", default = ["a"]}\n+++\n'
    b"=== system ===\nBe {{name}}.\n=== user ===\n{{#items}}- {{.}}\n{{/items}}{{^items}}none{{/items}}\\{{x}}\n"
)
_CONFIG = (
    b'timeout = 30\n[keys]\nopenai = "env:OPENAI"\n[providers.mine]\nbase_url = "https://x.example/v1"\ndialect = "openai_chat"\n',
    b'[layers.cache]\nttl = "1h"\n[layers.retry]\nattempts = 3\n[[layers.ratelimit.limits]]\nrequests = 5\nper = 60\n',
    b'[routes.fast]\nfirst = ["openai/gpt-4o", "anthropic/claude-haiku-4-5"]\n[mcp.files]\ncommand = ["x"]\n[layers.budget]\nlimit = 5.0\n',
)
_SCHEMA = (
    b'{"type":"object","properties":{"a":{"type":"integer","minimum":1},"b":{"$ref":"#/$defs/x"}},'
    b'"required":["a"],"$defs":{"x":{"enum":[1,"a"]}}}'
    b'\n---\n{"a":2,"b":"a"}',
    b'{"anyOf":[{"type":"array","items":{"multipleOf":0.1},"uniqueItems":true},{"not":{"const":null}}]}\n---\n[0.1,0.2,{"c":[]}]',
)
_SPOKEN = (
    b'{"text":"Hello there. You.","segments":[{"text":"Hello there.","start":0,"end":1.5,"speaker":"a"},'
    b'{"text":"You.","start":1.5,"end":2}]}',
    b'{"text":"a b","words":[{"text":"a","start":0,"end":0.1},{"text":"b","start":0.2,"end":0.4}],"duration":9}',
)


def targets() -> Iterator[Target]:
    """Return the readers of texts."""
    marks = (
        b"{{",
        b"}}",
        b"\\{{",
        b"{{#",
        b"{{/",
        b"{{^",
        b"{{>",
        b"{{.}}",
        b"=== user ===\n",
        b"+++\n",
        b"{{x.__class__}}",
        b"\n",
        b"\r\n",
    )
    yield Target(
        name="prompt", run=_prompt, seeds=lambda: (_PROMPT, b"Say {{a}}"), words=lambda: [*marks, *words_of("llmkit.prompts")], longest=3000
    )
    yield Target(name="config", run=_config, seeds=lambda: _CONFIG, words=_config_words, longest=3000)
    documents = (b'{"a":[1,2.5e3,true,null,"x\\u00e9\\ud83d\\ude00"],"b":{"c":{}}}', b" [ ] ", b'"a"', b"12")
    yield Target(
        name="json.partial", run=_partial, seeds=lambda: documents, words=lambda: (b"\\u", b"\\", b'"', b"[", b"{", b"}", b",", b":")
    )
    said = (b'Here:\n```json\n{"a":1}\n```\nDone.', b"{'a': True, 'b': [None,],}", b'x {"a":1} y [2] z', b'{"a":"line\nbreak"}')
    marks_ = (b"```json\n", b"```", b"'", b"True", b"None", b"{", b"}", b"[", b"\\'", b"\x00", b"\xef\xbb\xbf")
    yield Target(name="json.tolerant", run=_tolerant, seeds=lambda: said, words=lambda: marks_)
    yield Target(name="json.schema", run=_schema, seeds=lambda: _SCHEMA, words=lambda: words_of("llmkit.structured.validator"))
    calls = (b'{"name":"a","count":2,"day":"2026-11-23","place":{"x":1.5},"tags":["a"],"kind":"b"}', b"{}", b'{"name":1}')
    yield Target(
        name="tool.arguments", run=_arguments, seeds=lambda: calls, words=lambda: (b"name", b"count", b"day", b"place", b"tags", b"kind")
    )
    yield Target(
        name="subtitles", run=_subtitles, seeds=lambda: _SPOKEN, words=lambda: (b"-->", b"\\n\\n", b"<b>", b"&", b"text", b"start", b"end")
    )


def _prompt(data: bytes) -> Hashable:
    prompt = Prompt.parse(data.decode("utf-8", "replace"), partials={"p": "Hi {{name}}"})
    given: dict[str, Any] = {
        "text": "{{a}} \\{{b}} {x.__class__}",
        "integer": 1,
        "number": 0.5,
        "boolean": True,
        "list": ["{{a}}"],
        "json": {"a": 1},
    }
    values = {name: given[variable.type] for name, variable in prompt.variables.items() if variable.type in given}
    messages = prompt.messages(**values)
    hold("__init__" not in str(messages) and "<class" not in str(messages), "a template reads attributes")
    return tuple([type(node).__name__ for turn in prompt.turns[:3] for node in turn.nodes[:4]]), len(prompt.variables), len(messages)


class _File(type(Path())):  # type: ignore[misc]  # the class that `Path` makes here
    """A file of configuration that is in memory."""

    held: bytes = b""

    def read_bytes(self) -> bytes:
        return type(self).held


@cache
def _known() -> dict[str, Any]:
    from tests.rows import PROVIDERS

    return {name: PROVIDERS[name] for name in ("openai", "anthropic", "azure", "bedrock")}


def _config_words() -> list[bytes]:
    return [
        *words_of("llmkit.config", "llmkit.options"),
        b"[layers.",
        b"]\n",
        b"[[",
        b" = ",
        b"'''",
        b'"""',
        b"1979-05-27T07:32:00Z",
        b"0x1f",
        b"inf",
    ]


def _config(data: bytes) -> Hashable:
    _File.held = data
    file = _File("/nowhere/config.toml")
    reading = read_file(file, _known(), {})
    lines = data.count(b"\n") + data.count(b"\r") + 1
    for mistake in reading.mistakes:
        hold(0 <= mistake.line <= lines, "a mistake stands in a line that is not there")
        str(mistake).encode("utf-8", "surrogatepass")
    refuse(file, reading.mistakes)
    return tuple(reading.content)[:5], len(reading.layers_on)


def _partial(data: bytes) -> Hashable:
    text = data.decode("utf-8", "replace")
    whole, parts = PartialJson(), PartialJson()
    whole.feed(text)
    for piece in _texts(text):
        parts.feed(piece)
    same = (whole.done, whole.broken) == (parts.done, parts.broken)
    hold(same, "a split changes the state")
    if not whole.broken:
        hold(_written(whole.value) == _written(parts.value), "a split changes the value")
    whole.close()
    exact = _exact(text)
    if exact is not NOTHING:
        hold(not whole.broken and whole.done and _written(whole.value) == _written(exact), "a whole document is read otherwise")
    return whole.done, whole.broken, type(whole.value).__name__, len(text) > 20


def _texts(text: str) -> list[str]:
    size = max(1, len(text) // 3)
    return list(text) if len(text) < 60 else [text[start : start + size] for start in range(0, len(text), size)]


def _exact(text: str) -> Any:
    """Return what a strict parser reads; NOTHING where it reads none, or what has limits of its own."""
    try:
        value = msgspec.json.decode(text)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return NOTHING
    return NOTHING if _deep(text) > 90 or re.search(r"[0-9eE.+-]{4000}", text) else value


def _deep(text: str) -> int:
    most = depth = 0
    for letter in text:
        depth += (letter in "{[") - (letter in "}]")
        most = max(most, depth)
    return most


def _written(value: Any) -> bytes:
    return b"" if value is NOTHING else json.dumps(value).encode()


def _tolerant(data: bytes) -> Hashable:
    text = data.decode("utf-8", "replace")
    try:
        found = found_in(text)
    except Fault:
        return "nothing"
    for one in found:
        json.dumps(one.value)
    exact = _exact(text.strip().lstrip("\ufeff"))
    hold(exact is NOTHING or _written(found[0].value) == _written(exact), "a clean answer is read otherwise")
    return tuple(sorted({repair for one in found for repair in one.repairs})), len(found)


def _schema(data: bytes) -> Hashable:
    if b"attern" in data:  # how long a developer's own pattern takes is the developer's affair
        return None
    first, _, second = data.partition(b"\n---\n")
    try:
        schema, value = msgspec.json.decode(first), msgspec.json.decode(second)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return "no JSON"
    if not isinstance(schema, dict):
        return "no schema"
    try:
        check_schema(schema)
        validate(value, schema, schema)
    except Fault as fault:
        return str(fault)[:16]
    return tuple(schema)[:4]


class _Place(msgspec.Struct):
    x: float
    y: float = 0.0


@cache
def _tool() -> Any:
    from datetime import date
    from typing import Literal

    def act(
        name: str,
        count: int = 1,
        day: date | None = None,
        place: _Place | None = None,
        tags: tuple[str, ...] = (),
        kind: Literal["a", "b"] = "a",
    ) -> str:
        """Do something."""
        return f"{name}{count}{day}{place}{tags}{kind}"

    act.__annotations__ = {
        "name": str,
        "count": int,
        "day": date | None,
        "place": _Place | None,
        "tags": tuple[str, ...],
        "kind": Literal["a", "b"],
        "return": str,
    }
    return tool(act)


@cache
def _context() -> ToolContext:
    return ToolContext(call=ToolCall(id="c", name="act", arguments={}, json="{}"))


def _arguments(data: bytes) -> Hashable:
    call = tool_call("c", "act", data.decode("utf-8", "replace"))
    again = tool_call("c", "act", arguments_json(call))
    hold(type(again) is type(call), "a call that is sent back is another one")
    if not isinstance(call, ToolCall):
        return "invalid"
    hold(isinstance(call.arguments, dict), "arguments are no object")
    try:
        result = _tool().bind(call.arguments, _context())()
    except ArgumentsInvalid as problem:
        return str(problem)[:24]
    hold(isinstance(result, str), "the call was not made")
    return tuple(call.arguments)[:4]


def _subtitles(data: bytes) -> Hashable:
    try:
        heard = msgspec.json.decode(data, type=TranscriptionResponse)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return "no transcript"
    for written in (heard.srt(), heard.vtt()):
        for block in written.removeprefix("WEBVTT\n\n").rstrip("\n").split("\n\n"):
            hold(block == "" or block.count("-->") == 1 or not written.startswith("WEBVTT"), "a text passes for a time")
    return len(heard.segments), len(heard.words)
