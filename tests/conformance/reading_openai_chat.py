"""Read Chat Completions, with what the compatible hosts add."""

from __future__ import annotations

import json
from typing import Any

from tests.conformance.reading import FAILED, Reading, arguments, mapping, number, payloads, sequence

UNIFIED = {
    "stop": {"stop"},
    "eos": {"stop"},
    "eos_token": {"stop"},
    "stop_sequence": {"stop"},
    "end_turn": {"stop"},
    "length": {"length"},
    "max_tokens": {"length"},
    "tool_calls": {"tool_calls"},
    "tool_call": {"tool_calls"},
    "function_call": {"tool_calls"},
    "content_filter": {"content_filter"},
    "error": {"error"},
}


def read_body(raw: bytes) -> Reading:
    """Read a whole answer."""
    try:
        body = json.loads(raw)
    except ValueError:
        return FAILED
    choices = [choice for choice in sequence(mapping(body).get("choices")) if isinstance(choice, dict)]
    if not choices or mapping(body).get("error"):
        return FAILED
    if not isinstance(choices[0].get("message"), dict) and not choices[0].get("finish_reason"):
        return FAILED
    first, *rest = sorted(choices, key=lambda choice: number(choice.get("index")))
    if first.get("error"):
        return FAILED
    reading = Reading(usage=_usage(body.get("usage")), model=body.get("model"))
    _message(reading, mapping(first.get("message")))  # one that the content filter stopped has none
    _finish(reading, first.get("finish_reason"))
    _sources(reading, body)
    reading.others = [_content(mapping(choice.get("message")).get("content"))[0] for choice in rest]
    return reading


def read_stream(raw: bytes) -> Reading:
    """Read a stream."""
    reading = Reading(complete=False)
    calls: list[dict[str, Any]] = []
    others: dict[int, str] = {}
    for _, data in payloads(raw):
        if data.strip() == "[DONE]":
            reading.complete = True
            break
        try:
            chunk = json.loads(data)
        except ValueError:
            return FAILED
        if not isinstance(chunk, dict) or chunk.get("error"):
            return FAILED
        reading.model = reading.model or chunk.get("model")
        reading.usage = _usage(chunk.get("usage")) or _usage(mapping(chunk.get("x_groq")).get("usage")) or reading.usage
        _sources(reading, chunk)
        for choice in sequence(chunk.get("choices")):
            if choice.get("error"):
                return FAILED
            reading.usage = _usage(choice.get("usage")) or reading.usage
            delta = mapping(choice.get("delta"))
            if number(choice.get("index")):
                others[choice["index"]] = others.get(choice["index"], "") + _content(delta.get("content"))[0]
                continue
            fragments = sequence(delta.get("tool_calls")) or sequence(choice.get("tool_calls"))
            _message(reading, {**delta, "tool_calls": None, "function_call": None})
            for fragment in fragments:
                _fragment(calls, fragment)
            legacy = mapping(delta.get("function_call"))
            if legacy.get("name") or legacy.get("arguments"):
                _fragment(calls, {"function": legacy})
            if choice.get("finish_reason"):
                _finish(reading, choice["finish_reason"])
                reading.complete = True
    reading.calls = [(call["id"], call["name"], arguments(call["arguments"])) for call in calls]
    reading.others = [others[index] for index in sorted(others)]
    if reading.calls:
        reading.unified |= {"tool_calls"}
    return reading


def _message(reading: Reading, message: dict[str, Any]) -> None:
    text, thought = _content(message.get("content"))
    reading.text += text
    reading.reasoning += _reasoning(message) or thought
    if isinstance(message.get("refusal"), str):
        reading.refusal += message["refusal"]
    for call in sequence(message.get("tool_calls")):
        function = mapping(call.get("function"))
        if call.get("type") == "custom" and not function:
            custom = mapping(call.get("custom"))
            reading.calls.append((call.get("id") or None, custom.get("name", ""), {"input": custom.get("input")}))
        else:
            given = function.get("arguments", function.get("parameters"))  # an early server's word
            reading.calls.append((call.get("id") or None, function.get("name") or "", arguments(given)))
    legacy = mapping(message.get("function_call"))
    if legacy.get("name"):
        reading.calls.append((None, legacy["name"], arguments(legacy.get("arguments"))))
    for note in sequence(message.get("annotations")):
        if note.get("type") == "url_citation":
            reading.citations.append(mapping(note.get("url_citation") or note).get("url") or "")
    for detail in sequence(message.get("reasoning_details")):
        reading.kept += [detail[name] for name in ("data", "signature") if isinstance(detail.get(name), str) and detail[name]]
    if (audio := mapping(message.get("audio")).get("id")) and audio not in reading.kept:
        reading.kept.append(audio)
        reading.media += 1
    reading.media += len(sequence(message.get("images")))


def _content(content: Any) -> tuple[str, str]:
    """Return the words and the thinking in a message's content: text, or a list of parts."""
    if isinstance(content, str):
        return content, ""
    if isinstance(content, dict | int | float) and not isinstance(content, bool):
        return json.dumps(content, separators=(",", ":")), ""
    words, thoughts = "", ""
    for part in sequence(content):
        match part.get("type"):
            case "text":
                words += part.get("text") or ""
            case "thinking":
                thoughts += "".join(piece.get("text") or "" for piece in sequence(part.get("thinking")))
            case "reasoning":
                thoughts += part.get("text") or "".join(piece.get("text") or "" for piece in sequence(part.get("summary")))
    return words, thoughts


def _reasoning(message: dict[str, Any]) -> str:
    for name in ("reasoning_content", "reasoning"):
        if isinstance(message.get(name), str) and message[name]:
            return str(message[name])
    return "".join(detail.get("text") or detail.get("summary") or "" for detail in sequence(message.get("reasoning_details")))


def _fragment(calls: list[dict[str, Any]], fragment: dict[str, Any]) -> None:
    """Add to the call that `fragment` belongs to; a name with a new id or, lacking ids, with a new index begins another."""
    id_, index, function = fragment.get("id") or None, fragment.get("index"), mapping(fragment.get("function"))
    name, text = function.get("name") or "", function.get("arguments")
    if id_ is not None and name:
        known = [call for call in calls if call["id"] == id_ and call["index"] == index]
    elif index is not None:
        known = [call for call in calls if call["index"] == index]
    else:
        known = calls
    if not known:
        calls.append({"id": id_, "index": index, "name": name, "arguments": "" if text is None else text})
        return
    call = known[-1]
    call["name"] = call["name"] or name
    call["arguments"] = text if isinstance(text, dict) else call["arguments"] + (text or "")


def _finish(reading: Reading, word: Any) -> None:
    reading.finish = word or None
    reading.unified = set(UNIFIED.get(word, {"other"})) if word else set()
    if reading.calls and word in ("stop", "eos", "tool_calls"):
        reading.unified |= {"tool_calls"}
    if reading.refusal:
        reading.unified |= {"refusal"}


def _sources(reading: Reading, body: dict[str, Any]) -> None:
    """Note the sources that a search host lists beside the answer."""
    reading.allowed |= {url for url in sequence(body.get("citations")) if isinstance(url, str)}
    reading.allowed |= {source.get("url") for source in sequence(body.get("search_results")) if isinstance(source, dict)}


def _usage(usage: Any) -> dict[str, int] | None:
    if not isinstance(usage, dict) or not isinstance(usage.get("prompt_tokens"), int | float):
        return None
    sent, made = number(usage["prompt_tokens"]), number(usage.get("completion_tokens"))
    inside, outside = mapping(usage.get("prompt_tokens_details")), mapping(usage.get("completion_tokens_details"))
    cached = inside.get("cached_tokens")
    for name in ("prompt_cache_hit_tokens", "cache_read_input_tokens", "cached_tokens", "num_cached_tokens"):
        cached = usage.get(name) if cached is None else cached
    thought = number(outside.get("reasoning_tokens")) or number(usage.get("reasoning_tokens"))
    # Some hosts count the thinking beside the completion: the total tells, or a multiple of the completion. Others count it with
    # another tokenizer and reach a little more than the completion, of which it is a part all the same.
    if thought and (number(usage.get("total_tokens")) == sent + made + thought or thought > 2 * made):
        made += thought
    thought = min(thought, made)
    if number(cached) > sent:
        sent += number(cached)  # more than all of it cannot be part of it: this host counts it beside
    return {"input": sent, "output": made, "cache_read": number(cached), "reasoning": thought}
