"""Send a client's body through our types."""

from __future__ import annotations

import copy
from typing import Any

import msgspec

from llmkit.dialects import gemini
from llmkit.serving.gemini import parse_request
from llmkit.types.parts import Provenance

TARGET = Provenance(provider="google", dialect="gemini")
PATH = "/v1beta/models/gemini-x:generateContent"


def sent_again(body: dict[str, Any]) -> dict[str, Any]:
    """Return `body` after its way through our types."""
    request = parse_request(copy.deepcopy(body), path=PATH)
    encoded = gemini.encode(request, model=request.model, target=TARGET, profile=gemini.PROFILE, stream=False)
    assert [] == encoded.warnings
    found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(encoded.body))
    return found
