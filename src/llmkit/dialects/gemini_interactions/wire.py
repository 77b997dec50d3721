"""What is read of an Interaction and of the events of its stream; everything may be missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from llmkit.types.model import NO_NATIVE

READ = frozenset({"id", "model", "steps", "outputs", "status", "created", "usage", "service_tier", "object", "role"})
"""Fields of an interaction that have a place of their own, or say nothing; every other one goes to `extra`."""


class WireInteraction(msgspec.Struct, gc=False):
    """An interaction. `outputs` is what the preview of the API, up to May 2026, had for `steps`."""

    id: str | None = None
    model: str | None = None
    status: str | None = None
    created: Any = None
    service_tier: str | None = None
    steps: list[msgspec.Raw] | None = None
    outputs: list[msgspec.Raw] | None = None
    usage: msgspec.Raw = NO_NATIVE
    errors: msgspec.Raw = NO_NATIVE
    error: msgspec.Raw = NO_NATIVE


class WireDelta(msgspec.Struct, gc=False):
    """The words of a delta; every other kind is read in full."""

    type: str = ""
    text: Any = None
    arguments: Any = None


class WireEvent(msgspec.Struct, gc=False):
    """One event of a stream. `content` is the preview's word for `step`."""

    event_type: str = ""
    event_id: str | None = None
    index: int = 0
    interaction: msgspec.Raw = NO_NATIVE
    step: msgspec.Raw = NO_NATIVE
    content: msgspec.Raw = NO_NATIVE
    delta: msgspec.Raw = NO_NATIVE
    usage: msgspec.Raw = NO_NATIVE
    metadata: msgspec.Raw = NO_NATIVE
    status: Any = None
    error: msgspec.Raw = NO_NATIVE


class WireCall(msgspec.Struct, gc=False):
    """A function call whose arguments keep the model's spelling."""

    arguments: msgspec.Raw = NO_NATIVE


read_interaction: Callable[[bytes | msgspec.Raw], WireInteraction] = msgspec.json.Decoder(WireInteraction).decode
read_event: Callable[[bytes], WireEvent] = msgspec.json.Decoder(WireEvent).decode
read_delta: Callable[[msgspec.Raw], WireDelta] = msgspec.json.Decoder(WireDelta).decode
read_call: Callable[[bytes | msgspec.Raw], WireCall] = msgspec.json.Decoder(WireCall).decode
