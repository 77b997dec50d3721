"""Spoken answers in a stream: base64 in pieces that can be joined as text."""

from __future__ import annotations

from base64 import b64encode

from llmkit.dialects.openai_chat.wire import Object
from llmkit.serving.growing import Growing
from llmkit.serving.openai_chat.answer_parts import audio_wire
from llmkit.types.events import MediaDelta
from llmkit.types.parts import Audio


def more_sound(growing: Growing, event: MediaDelta) -> Object | None:
    """Return the delta with the whole triples of bytes so far; what is left of them waits."""
    data = growing.rest + event.data
    whole = len(data) - len(data) % 3
    growing.rest = data[whole:]
    words = growing.more(event.transcript) if event.transcript else ""
    if not whole and not words:
        return None
    sound: Object = {"data": b64encode(data[:whole]).decode()} if whole else {}
    if words:
        sound["transcript"] = words
    if growing.place is None:
        growing.place = True
        if isinstance(growing.part, Audio) and growing.part.id is not None:
            sound = {"id": growing.part.id, **sound}
    return {"audio": sound}


def last_sound(growing: Growing, part: Audio) -> Object | None:
    """Return the delta that completes the sound."""
    if growing.place is None and not growing.rest:
        return {"audio": audio_wire(part)}
    return {"audio": {"data": b64encode(growing.rest).decode()}} if growing.rest else None
