"""Who made a model: its vendor decides how the fields are called that this format only passes on."""

from __future__ import annotations

import re
from typing import Any

_VENDOR = re.compile(r"(?:^|/)(?:(?:us-gov|us|eu|apac|jp|au|ca|global)\.)?([a-z][a-z0-9]*)\.(?=[a-z])")


def vendor_of(model: str) -> str:
    """Return the vendor as the model's id says it; an id of a user's own profile says nothing."""
    found = _VENDOR.search(model.lower())
    return found[1] if found else ""


def top_k_field(model: str, top_k: int) -> dict[str, Any]:
    """Return how the model wants `top_k`."""
    return {"inferenceConfig": {"topK": top_k}} if vendor_of(model) == "amazon" else {"top_k": top_k}
