"""Count tokens as the embedded model does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from llmkit.errors import InvalidRequest
from llmkit.local.engine import acquire, release
from llmkit.local.prompt import prompt, turns
from llmkit.local.refusal import Refusal
from llmkit.local.settings import LocalSettings


def count_tokens(messages: str | Sequence[dict[str, Any]], *, settings: LocalSettings | None = None) -> int:
    """Return how many tokens a text has, or the prompt that messages (dicts in the wire's shape) become.

    Loads the model where no client has it loaded. Raises `InvalidRequest` for messages that are not text.
    """
    problem = ""
    conversation = None
    if not isinstance(messages, str):
        try:
            conversation = turns(list(messages))
        except Refusal as refusal:
            problem = str(refusal)
    if problem:
        raise InvalidRequest(problem, parameter="messages")
    settings = settings or LocalSettings.of()
    engine = acquire(settings)
    try:
        return engine.tokens(messages) if isinstance(messages, str) else engine.count(prompt(conversation or [], small=engine.small))
    finally:
        release(settings)
