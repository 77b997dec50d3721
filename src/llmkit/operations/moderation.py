"""Judge texts, pictures and conversations by a provider's policy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from llmkit.guardrails.verdicts import Verdict
from llmkit.operations.inputs import models_in, several, text_or_parts
from llmkit.operations.reading import models_of, read, words
from llmkit.types.messages import Message
from llmkit.types.moderation import Moderation, ModerationRequest, ModerationResponse

if TYPE_CHECKING:
    from llmkit.core import Core

_CONVERT = {"source": lambda name, value: words(name, value, ("input", "output"))}


async def moderate(core: Core, model: Any, inputs: Any, options: Mapping[str, Any]) -> ModerationResponse:
    """Return a verdict for each of `inputs`, or one for a conversation."""
    given: dict[str, Any] = {}
    if not isinstance(model, ModerationRequest):
        items = [inputs] if isinstance(inputs, Message) else several("inputs", inputs)
        if all(isinstance(item, Message) for item in items):
            given = {"inputs": (), "messages": tuple(items)}
        else:
            given = {"inputs": tuple([text_or_parts(f"inputs[{place}]", item) for place, item in enumerate(items)]), "messages": ()}
    request = read(ModerationRequest, models_in(model, ModerationRequest)[0], given, options, _CONVERT)
    reply: ModerationResponse = await core.operate("moderate", request, models_of(core, model, "moderate"))
    return reply


def verdicts_of(result: Moderation, where: Literal["input", "output"] = "input") -> tuple[Verdict, ...]:
    """Return what was found as the verdicts that guardrails give: one for each category that is true."""
    return tuple([Verdict(where=where, category=name, action="flag", score=result.scores.get(name)) for name in result.found])
