"""The path of a call: the model is part of it."""

from __future__ import annotations

import re
from urllib.parse import quote

from llmkit.errors import InvalidRequest
from llmkit.types.asking import Place

_COLLECTIONS = ("endpoints", "models", "projects", "publishers", "tunedModels")
"""What an id begins with when it is a whole resource name, whose slashes are kept."""
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f?#\\%]|(^|/)\.{1,2}(/|$)|//|^/|/$")


def path_of(model: str, *, stream: bool) -> str:
    """Return the path below the base URL. Raises `InvalidRequest` for an id that would lead elsewhere."""
    if not model or not model.isascii() or _FORBIDDEN.search(model):
        raise InvalidRequest(f"{model!r} is no model id.", parameter="model")
    is_name = "/" in model and model.partition("/")[0] in _COLLECTIONS
    resource = quote(model, safe="/@-._~") if is_name else "models/" + quote(model, safe="@-._~")
    return f"/{resource}:streamGenerateContent?alt=sse" if stream else f"/{resource}:generateContent"


def full_name(place: Place) -> str:
    """Return the model's full name, as the row's option `model` says: in a project where the host has those."""
    name: str = place.options.get("model", "models/{model}")
    for key, value in (("model", place.model), *place.values.items()):
        name = name.replace(f"{{{key}}}", value)
    return name
