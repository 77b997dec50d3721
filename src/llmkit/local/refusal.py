"""Say no in the shape of the wire: what the model cannot do, or what the request got wrong."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """An error answer: its HTTP status, and the object that says why."""

    def __init__(self, message: str, *, status: int = 400, parameter: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        kind = "invalid_request_error" if status < 500 else "server_error"
        self.status = status
        self.body: dict[str, Any] = {"error": {"message": message, "type": kind, "param": parameter, "code": code}}


def of_engine(error: dict[str, Any]) -> Refusal:
    """Return the refusal that says what the runtime's `error` says."""
    message = str(error.get("message") or "The embedded model failed.")
    if error.get("type") == "exceed_context_size_error":
        prompt, context = error.get("n_prompt_tokens"), error.get("n_ctx")
        text = f"The messages have {prompt} tokens; the embedded model's context has {context}."
        return Refusal(text, parameter="messages", code="context_length_exceeded")
    status = error.get("code")
    return Refusal(message, status=status if isinstance(status, int) and 400 <= status < 600 else 500)
