"""What a request would cost, before it is sent."""

from __future__ import annotations

from llmkit.types.model import Model
from llmkit.types.token_count import TokenCount
from llmkit.types.usage import Cost
from llmkit.types.warnings import Warning


class Estimate(Model, frozen=True, kw_only=True):
    """Tokens and cost of a request that was not sent. A cost that is not known is None, and a warning says why."""

    model: str
    """As `provider/id`."""
    input: TokenCount
    output_tokens: int | None = None
    """The length of the answer that was assumed: what the caller said; None: nothing was."""
    most_output_tokens: int | None = None
    """The longest answer: `max_tokens` of the request, else the model's own limit; None: not known."""
    input_cost: Cost | None = None
    cost: Cost | None = None
    """Of the input and `output_tokens`; None too where no length was assumed."""
    most: Cost | None = None
    """Of the input and `most_output_tokens`."""
    warnings: tuple[Warning, ...] = ()
