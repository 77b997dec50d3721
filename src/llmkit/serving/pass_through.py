"""Send a client's own bytes on, where nothing of them has to change but what the gateway owns.

A request in the model's own format goes through our types only to be understood (routed, checked, counted). If encoding it for the
model gives the same values again, no profile and no quirk had to edit it, and the client's bytes are sent with the gateway's members
spliced in: nothing is lost that we have no type for, and the provider's prompt cache sees what the client wrote. Else the encoded
body is sent, with its warnings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from llmkit.serving.splice import REMOVE, check, splice

OWNED = ("model", "stream", "stream_options")
"""What the gateway decides: which model, and how it wants to be answered."""
_sorted = msgspec.json.Encoder(order="sorted").encode


def pass_through(body: bytes, encoded: Mapping[str, Any], *, owned: Iterable[str] = OWNED) -> bytes | None:
    """Return the bytes to send in place of `encoded`, None where `encoded` must be sent itself.

    `body` is what the client sent, `encoded` the body that the whole way through our types gives, quirks applied; both are of the same
    dialect. Members of `encoded` out of `owned` are put into the client's bytes. A null says as much as no member. Raises
    `InvalidRequest` for a body that is not strict JSON.
    """
    original = check(body)
    ours = msgspec.json.decode(msgspec.json.encode(encoded))
    names = frozenset(owned)
    if not isinstance(original, dict) or _said(original, names) != _said(ours, names):
        return None
    edits: dict[str, Any] = {}
    for name in names:
        if name in ours and (name not in original or _sorted(original[name]) != _sorted(ours[name])):
            edits[name] = ours[name]
        elif name in original and name not in ours:
            edits[name] = REMOVE
    return splice(body, {name: edits[name] for name in sorted(edits)}) if edits else body


def _said(body: dict[str, Any], owned: frozenset[str]) -> bytes:
    """Return what a body says besides the owned members, in one spelling: true is not 1, and 1.0 not 1."""
    return _sorted(_without_nulls({name: value for name, value in body.items() if name not in owned}))


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(item) for name, item in value.items() if item is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value
