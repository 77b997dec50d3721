"""Say in this format's words what went wrong."""

from __future__ import annotations

from typing import Any

from llmkit.errors import LLMKitError
from llmkit.serving.openai_chat.failure import error_body, render_error

__all__ = ["error_event", "render_error"]


def error_event(error: LLMKitError, number: int) -> dict[str, Any]:
    """Return the event that ends a stream: documented fields, and the object that the vendor's clients look for."""
    details = error_body(error)["error"]
    plain = {"code": details["code"] or details["type"], "message": details["message"], "param": details["param"]}
    return {"type": "error", **plain, "error": details, "sequence_number": number}
