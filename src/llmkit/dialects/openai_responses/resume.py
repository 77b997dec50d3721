"""Where an answer is fetched again: servers that keep it let its events be read from any on."""

from __future__ import annotations

from llmkit.dialects.files.answers import in_path
from llmkit.dialects.openai_responses.dialect_profile import PATH
from llmkit.errors import InvalidRequest


def resume_path(response_id: str, /, *, stream: bool, after: str | None = None) -> str:
    """Return the path of the answer `response_id`; with `stream`, of its events behind the event number `after`.

    Only an answer that was asked for with `background` and is stored can be streamed again. Raises `InvalidRequest`.
    """
    if after is not None and not (after.isascii() and after.isdecimal()):
        raise InvalidRequest("The events of this format are numbered.", parameter="after", hint="Pass the last sequence_number that came.")
    place = f"{PATH}/{in_path(response_id, 'kept answer')}"
    if not stream:
        return place
    return f"{place}?stream=true" + ("" if after is None else f"&starting_after={after}")
