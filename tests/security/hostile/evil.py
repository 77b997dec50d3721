"""A host whose every word is `text`, for each place that the command line asks."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.transport.servers import Peer, Received, Server

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(64)).decode()


@contextmanager
def evil(text: str, status: int = 200) -> Iterator[Server]:
    """Run the host; with another status it answers with errors only."""

    def script(peer: Peer) -> None:
        while True:
            request = peer.request()
            peer.send(_error(text, status) if status != 200 else _answer(request, text))

    with Server(script) as server:
        yield server


def _answer(request: Received, t: str) -> bytes:
    path = request.path.partition("?")[0]
    if path.endswith("/chat/completions") and json.loads(request.body).get("stream"):
        events = [
            {"choices": [{"index": 0, "delta": delta}]} for delta in ({"reasoning_content": t}, {"content": t[:40]}, {"content": t[40:]})
        ]
        events.append(
            {"choices": [{"index": 0, "delta": {}, "finish_reason": t}], "model": t, "usage": {"prompt_tokens": 1, "completion_tokens": 1}}
        )  # type: ignore[dict-item]
        body = b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events) + b"data: [DONE]\n\n"
        return _reply(body, "text/event-stream", t)
    for end, made in _ANSWERS.items():
        if path.endswith(end):
            found = made(t)
            return (
                _reply(found, "application/octet-stream", t)
                if isinstance(found, bytes)
                else _reply(json.dumps(found).encode(), "application/json", t)
            )
    return _error(t, 404)


def _error(t: str, status: int) -> bytes:
    return _reply(
        json.dumps({"error": {"message": t, "type": t, "code": t, "param": t}, "message": t, "detail": t}).encode(),
        "application/json",
        t,
        status,
    )


def _reply(body: bytes, kind: str, t: str, status: int = 200) -> bytes:
    shown = "".join(one for one in t if one not in "\r\n\x00").encode("latin-1", "ignore")
    words = bytes(byte for byte in shown if byte >= 0x80 or 0x20 <= byte < 0x7F)
    head = f"HTTP/1.1 {status} ".encode() + words + f"\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n".encode()
    return head + b"x-request-id: " + words + b"\r\nretry-after: " + words + b"\r\n\r\n" + body


def _file(t: str) -> dict[str, Any]:
    return {"id": t, "object": "file", "bytes": 5, "created_at": 1, "filename": t, "purpose": t, "status": t, "status_details": t}


def _batch(t: str, status: str = "in_progress") -> dict[str, Any]:
    errors = {"data": [{"code": t, "message": t, "line": 1, "param": t}]}
    counts = {"total": 1, "completed": 0, "failed": 1}
    return {
        "id": "batch_1",
        "status": status,
        "model": t,
        "endpoint": t,
        "created_at": 1,
        "errors": errors,
        "request_counts": counts,
        "metadata": {t: t},
    }


def _model(t: str) -> dict[str, Any]:
    return {"id": t, "object": "model", "created": 1, "owned_by": t}


_ANSWERS: dict[str, Callable[[str], Any]] = {
    "/chat/completions": lambda t: {
        "id": t,
        "model": t,
        "choices": [{"index": 0, "message": {"role": "assistant", "content": t, "refusal": t, "reasoning_content": t}, "finish_reason": t}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1},
    },
    "/images/generations": lambda t: {"data": [{"b64_json": PNG, "revised_prompt": t}], "output_format": t, "size": t, "quality": t},
    "/audio/transcriptions": lambda t: {
        "text": t,
        "language": t,
        "duration": 1,
        "segments": [{"id": 0, "start": 0, "end": 1, "text": t, "speaker": t}],
        "words": [{"word": t, "start": 0, "end": 1}],
    },
    "/audio/speech": lambda t: b"sound",
    "/embeddings": lambda t: {"data": [{"index": 0, "embedding": [1.0, 0.0]}], "model": t},
    "/moderations": lambda t: {"id": t, "model": t, "results": [{"flagged": True, "categories": {t: True}, "category_scores": {t: 0.9}}]},
    "/files": lambda t: {"data": [_file(t)], "has_more": False},
    "/files/file-1": _file,
    "/batches": lambda t: {"data": [_batch(t)], "has_more": False},
    "/batches/batch_1": lambda t: _batch(t, "failed"),
    "/videos/video_1": lambda t: {"id": "video_1", "status": "failed", "error": {"code": t, "message": t}, "model": t, "prompt": t},
    "/videos": lambda t: {"id": t, "status": "queued"},
    "/models": lambda t: {"data": [_model(t)]},
    "/rerank": lambda t: {"id": t, "results": [{"index": 0, "relevance_score": 0.5, "document": {"text": t}}], "meta": {"warnings": [t]}},
    "/search": lambda t: {
        "query": t,
        "answer": t,
        "results": [{"title": t, "url": f"https://e.example/{t}", "content": t, "published_date": t}],
    },
    "/ocr": lambda t: {"pages": [{"index": 0, "markdown": t, "images": [{"id": t, "image_base64": t}], "dimensions": None}], "model": t},
}
