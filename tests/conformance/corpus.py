"""Recorded interactions, as bytes that a provider sent and a body that a client sent."""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "dev"
DIALECTS = {
    "chat.completions": "openai_chat",
    "messages": "anthropic",
    "responses": "openai_responses",
    "generateContent": "gemini",
    "streamGenerateContent": "gemini",
    "interactions": "gemini_interactions",
    "completions": "completions",
    "predictions": "predictions",
    "converse": "bedrock_converse",
    "converse-stream": "bedrock_converse",
}


NATIVE = {
    ("bedrock", "invoke"): "anthropic",
    ("cohere", "chat"): "cohere",
    ("mistral", "chat.completions"): "mistral",
    ("ollama", "chat"): "ollama",
}
"""Dialects of one vendor's API whose name others use for another format."""


WRAPPED = frozenset({"invoke"})
"""Streams whose events stand inside binary ones."""
BINARY = frozenset({"converse-stream"}) | WRAPPED
"""Streams of binary events."""


@dataclass(frozen=True)
class Interaction:
    """One request and its response. `stream` says that the response is an event stream; `sent` is None where no request is recorded."""

    id: str
    provider: str
    api: str
    fixture: bool
    """Made by hand, not recorded."""
    tier: int
    stream: bool
    status: int
    raw: bytes
    headers: dict[str, str] = field(default_factory=dict)
    sent: dict[str, Any] | None = None
    path: str = ""
    sent_headers: dict[str, str] = field(default_factory=dict)

    @property
    def wrapped(self) -> bool:
        """Say whether the events stand inside binary ones."""
        return self.stream and self.api in WRAPPED

    @property
    def readable(self) -> bytes:
        """Return the stream for an independent reading: what is wrapped is unwrapped with the vendor's own parser."""
        if not self.wrapped:
            return self.raw
        from botocore.eventstream import EventStreamBuffer

        buffer = EventStreamBuffer()
        buffer.add_data(self.raw)
        chunks = [base64.b64decode(json.loads(event.payload)["bytes"]) for event in buffer]
        return b"".join(b"data: " + chunk + b"\n\n" for chunk in chunks)

    @property
    def dialect(self) -> str:
        return dialect_of(self.provider, self.api) or ""


OLD_COHERE = "/v1/chat"
"""Cohere's first chat API: another format (`message`, `chat_history`, flat events), which we do not speak."""


def dialects() -> list[str]:
    """Return the names of all dialects of which there are recordings."""
    return sorted({*DIALECTS.values(), *NATIVE.values()})


def dialect_of(provider: str, api: str) -> str | None:
    """Return the dialect of a provider's API, None where it is not one of ours."""
    return NATIVE.get((provider, api)) or DIALECTS.get(api)


def files() -> list[Path]:
    """Return the corpus files, the largest first; none where the corpus is absent."""
    return sorted(CORPUS.glob("*.jsonl.gz"), key=lambda file: -file.stat().st_size)


def interactions(file: Path, wanted: Callable[[str, int], bool], *, core: bool = False) -> Iterator[Interaction]:
    """Yield the interactions of our dialects in `file` whose id and tier are `wanted`; `core`: only of tier 1, which comes first."""
    with gzip.open(file, "rt", encoding="utf-8", newline="\n") as lines:
        for line in lines:
            record = json.loads(line)
            if core and record["tier"] != 1:
                break
            if dialect_of(record["provider"], record["api"]) and not _is_other(record) and wanted(record["id"], record["tier"]):
                yield _interaction(record)


def _is_other(record: dict[str, Any]) -> bool:
    """Say whether another format than the API's name tells was recorded."""
    request = record["request"] or {}
    if record["api"] in WRAPPED:  # each vendor's own bodies go through this door; ours are the Messages
        body = request.get("body")
        return not (isinstance(body, dict) and "anthropic_version" in body and "messages" in body)
    return record["provider"] == "cohere" and str(request.get("url")).endswith(OLD_COHERE)


def _interaction(record: dict[str, Any]) -> Interaction:
    request, response = record["request"] or {}, record["response"]
    raw, stream = raw_of(record)
    sent = request.get("body")
    return Interaction(
        id=record["id"],
        provider=record["provider"],
        api=record["api"],
        fixture=record["source"]["kind"] != "recorded",
        tier=record["tier"],
        stream=stream,
        status=response["status"],
        raw=raw,
        headers=response["headers"] or {},
        sent=sent if isinstance(sent, dict) and not sent.keys() & {"multipart", "form", "base64"} else None,
        path=request.get("url") or "",
        sent_headers=request.get("headers") or {},
    )


def raw_of(record: dict[str, Any]) -> tuple[bytes, bool]:
    response = record["response"]
    succeeded = response["status"] < 300
    if record["api"] in BINARY and succeeded and "text" in response:
        # Made by hand: a JSON object a line, in place of the binary events.
        return b"".join([_framed(json.loads(line)) for line in response["text"].splitlines() if line.strip()]), True
    if "text" in response:
        text = response["text"]
        return text.encode(), succeeded and record["stream"]
    if "base64" in response:
        return _binary(response["base64"]), succeeded and record["stream"] and record["api"] in BINARY
    body = response["body"]
    if body is None:
        return b"", False
    if isinstance(body, list) and record["stream"] and succeeded:
        # Sent without `alt=sse` as one JSON array, which we never ask for: the same chunks, framed as events.
        return b"".join(b"data: " + json.dumps(chunk).encode() + b"\r\n\r\n" for chunk in body), True
    return json.dumps(body, ensure_ascii=False).encode(), False


def _binary(text: str) -> bytes:
    """Return the bytes; some recorders wrote binary bodies in hexadecimal, which was then taken for base64 or for the body itself."""
    raw = base64.b64decode(text)
    for spelled in (text, raw.decode("latin-1")):
        if len(spelled) % 2 == 0 and re.fullmatch(r"0000[0-9a-f]+", spelled):
            return bytes.fromhex(spelled)
    return raw


def _framed(said: dict[str, Any]) -> bytes:
    from llmkit.testing.aws_eventstream import event

    kind, body = next(iter(said.items()))
    return event(kind, body)
