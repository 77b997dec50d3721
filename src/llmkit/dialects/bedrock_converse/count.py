"""How many tokens a request has, by CountTokens."""

from __future__ import annotations

import re

from llmkit.dialects.counted import counted
from llmkit.types.dialect import Encoded

OWN_PLACE = True
_TAKEN = ("messages", "system", "toolConfig", "additionalModelRequestFields")
"""What ConverseTokensRequest has (botocore 1.44)."""
_CONVERSE = re.compile(r"/model/(?:(?:us-gov|us|eu|apac|jp|au|ca|global)\.(?=[a-z][a-z0-9]*\.))?([^/]+)/converse$")


def count_path(path: str, /) -> str | None:
    """Return where a request to `path` is counted: at the model itself.

    The ids of profiles that spread a model over regions are refused ("doesn't support counting tokens", recorded 2026).
    """
    found = _CONVERSE.fullmatch(path)
    return f"/model/{found[1]}/count-tokens" if found else None


def encode_count(encoded: Encoded, /, *, model: str) -> Encoded:
    """Return the question how many tokens `encoded` is."""
    converse = {name: encoded.body[name] for name in _TAKEN if name in encoded.body}
    return Encoded(path=encoded.path, body={"input": {"converse": converse}}, headers=encoded.headers)


def decode_count(body: bytes, /) -> int:
    """Return the number of tokens. Raises `ProtocolError` for other bytes."""
    return counted(body, ("inputTokens",))
