"""A model's own name, without what a provider writes around it."""

from __future__ import annotations

import re

# Cross-region inference profiles (documentation of inference profiles, read 2026-11-22).
_REGION = re.compile(r"(?:us-gov|us|eu|apac|jp|au|ca|global)\.(?=[a-z])")
_VENDOR = re.compile(r"([a-z][a-z0-9]*)\.(?=[a-z])")
"""A dot between a word without a hyphen and a letter; the dots of version numbers stand before digits."""
_VERSION = re.compile(r"(?:-v\d+)?:\d+(?::\w+)?$|@.*$")
_JOINED = re.compile(r"llama(?=\d)")
_NO_NAME = re.compile(r"[a-z]\d")
"""A model that is only a letter and a number keeps its vendor: `vendor.r1` is `vendor-r1`."""


def bare_name(model: str) -> str:
    """Return `model` in lower case without vendor, region and version (`us.anthropic.claude-...-v1:0`, `anthropic/claude-...@date`)."""
    name = _VERSION.sub("", model.rpartition("/")[2].lower())
    region = _REGION.match(name)
    if region is not None:
        name = name[region.end() :]
    vendor = _VENDOR.match(name)
    if vendor is not None:
        rest = name[vendor.end() :]
        name = f"{vendor[1]}-{rest}" if _NO_NAME.match(rest) else rest
    return _JOINED.sub("llama-", name, count=1)
