"""Where a stream that broke goes on: servers that keep the response let it be read again from any event."""

from __future__ import annotations

from urllib.parse import quote

from llmkit.dialects.openai_responses.dialect_profile import PATH


def resume_path(response: str, after: int | None = None) -> str:
    """Return the path to GET, relative to the base URL, for the stream of `response` from the event that follows number `after`.

    The response must have been made with `background` and be stored.
    """
    rest = "" if after is None else f"&starting_after={after}"
    return f"{PATH}/{quote(response, safe='')}?stream=true{rest}"
