"""The order of events that each vendor's stream has, checked apart from the code that writes it."""

from __future__ import annotations

import json
from typing import Any


def events_of(data: bytes) -> list[tuple[str, Any]]:
    """Return the name and the JSON of each server-sent event; `[DONE]` is a text."""
    found: list[tuple[str, Any]] = []
    for block in data.replace(b"\r\n", b"\n").split(b"\n\n"):
        if not block:
            continue
        lines = [line.partition(b": ") for line in block.split(b"\n")]
        assert all(name in (b"event", b"data") for name, _, _ in lines), block
        name = next((value.decode() for field, _, value in lines if field == b"event"), "")
        text = b"\n".join([value for field, _, value in lines if field == b"data"])
        found.append((name, "[DONE]" if text == b"[DONE]" else json.loads(text)))
    return found


def anthropic(data: bytes) -> None:
    """One message: its start, blocks one after the other with dense indexes, its delta, its stop."""
    events = events_of(data)
    assert all(name == body["type"] for name, body in events)
    names = [name for name, _ in events]
    assert ("message_start", "message_delta", "message_stop") == (names[0], names[-2], names[-1])
    count, opened = 0, False
    for name, body in events[1:-2]:
        assert body["index"] == count - (name != "content_block_start")
        assert opened == (name != "content_block_start")
        if name == "content_block_start":
            count, opened = count + 1, True
        elif name == "content_block_stop":
            opened = False
        else:
            assert name == "content_block_delta"
    assert not opened


def openai_chat(data: bytes) -> None:
    """A role first in each candidate, calls numbered without gaps, one finish a candidate, then usage at most once, then the mark."""
    *events, last = [body for _, body in events_of(data)]
    assert "[DONE]" == last
    assert 1 == len({(body["id"], body["model"], body["created"], body["object"]) for body in events})
    chunks = [body for body in events if body["choices"]]
    assert events[: len(chunks)] == chunks, "a chunk without choices before the end"
    assert len(events) - len(chunks) <= 1
    calls: dict[int, list[int]] = {}
    finished: list[int] = []
    begun: list[int] = []
    for chunk in chunks:
        (choice,) = chunk["choices"]
        number = choice["index"]
        if number not in begun:
            assert "assistant" == choice["delta"]["role"]
            begun.append(number)
        assert number not in finished
        for call in choice["delta"].get("tool_calls", ()):
            known = calls.setdefault(number, [])
            if call["index"] not in known:
                assert call["id"]
                assert call["index"] == len(known)
                known.append(call["index"])
        if choice["finish_reason"] is not None:
            finished.append(number)
    assert sorted(begun) == list(range(len(begun)))


def gemini(data: bytes) -> None:
    """Responses, of which only the last one finishes; calls come whole."""
    bodies = [body for _, body in events_of(data)]
    for body in bodies[:-1]:
        for candidate in body.get("candidates", ()):
            assert "finishReason" not in candidate
    for body in bodies:
        for candidate in body.get("candidates", ()):
            for part in candidate.get("content", {}).get("parts", ()):
                assert "functionCall" not in part or part["functionCall"].get("name")


def openai_responses(data: bytes) -> None:
    """Numbered without gaps: the beginning twice, items with dense indexes that each begin and end once, the whole answer."""
    events = events_of(data)
    bodies = [body for _, body in events]
    assert all(name == body["type"] for name, body in events)
    assert list(range(len(bodies))) == [body["sequence_number"] for body in bodies]
    names = [name for name, _ in events]
    assert ["response.created", "response.in_progress"] == names[:2]
    assert names[-1] in ("response.completed", "response.incomplete", "response.failed")
    added = [body["output_index"] for body in bodies if body["type"] == "response.output_item.added"]
    done = {body["output_index"]: body["item"] for body in bodies if body["type"] == "response.output_item.done"}
    assert list(range(len(added))) == added
    assert len(added) == names.count("response.output_item.done")
    assert [done[place] for place in added] == bodies[-1]["response"]["output"]
    open_items: dict[int, str] = {}
    for body in bodies[2:-1]:
        if body["type"] == "response.output_item.added":
            open_items[body["output_index"]] = body["item"].get("id") or ""
        elif body["type"] == "response.output_item.done":
            assert (body["item"].get("id") or "") == open_items.pop(body["output_index"])
        else:
            assert body["output_index"] in open_items
            assert body.get("item_id") in (None, open_items[body["output_index"]]) or not open_items[body["output_index"]]


GRAMMARS = {"openai_responses": openai_responses, "anthropic": anthropic, "openai_chat": openai_chat, "gemini": gemini}
