"""What is known of a model at a provider: limits, abilities, prices, dates."""

# Without postponed annotations: evaluating them would be most of the time that a first look-up takes.
from decimal import Decimal
from typing import Literal, TypeAlias

from llmkit.types.model import Model
from llmkit.types.price import Price

Mode: TypeAlias = Literal[
    "chat",
    "completion",
    "embedding",
    "rerank",
    "moderation",
    "decision",
    "image",
    "video",
    "tts",
    "stt",
    "realtime",
    "ocr",
    "search",
    "music",
    "extraction",
    "guardrail",
    "vector_store",
]
ModelStatus: TypeAlias = Literal["active", "beta", "deprecated", "retired", "unlisted"]
"""`unlisted`: only sources older than three months name it."""

_SEES = {"vision": "image", "pdf": "pdf", "audio_input": "audio", "video_input": "video"}
"""Abilities that follow from what goes in."""


class ReasoningInfo(Model, frozen=True, kw_only=True):
    """How the model's thinking is steered."""

    efforts: tuple[str, ...] = ()
    budget_min: int | None = None
    budget_max: int | None = None
    toggle: bool = False
    always_on: bool = False
    field: str = ""
    """Where the answer holds it, if the provider says."""


class ModelInfo(Model, frozen=True, kw_only=True):
    """One model at one provider. What is not known is None (or empty), never a guess.

    Limits are tokens, dates ISO 8601 (a day, or a month where only that is known), prices those of `Price`.
    """

    provider: str
    id: str
    """The id that the provider takes."""
    mode: str = "chat"
    """A `Mode`, or one that this version does not know."""
    name: str = ""
    family: str = ""
    base_model: str = ""
    """The same model at its maker, as `maker/id`."""
    status: str = "active"
    """A `ModelStatus`."""
    inputs: tuple[str, ...] = ()
    """What goes in: text, image, pdf, audio, video."""
    outputs: tuple[str, ...] = ()
    context_window: int | None = None
    """Input and output together."""
    max_input: int | None = None
    max_output: int | None = None
    dimensions: int | None = None
    """Length of its embeddings."""
    price: Price | None = None
    free: bool = False
    """The provider says that it costs nothing. A zero that is neither free nor a plan's is not known to be one, and is left out."""
    subscription: bool = False
    """It is paid by a plan: the listed price of a call is zero."""
    price_source: str = ""
    price_as_of: str | None = None
    can: tuple[str, ...] = ()
    """Abilities that it has; `supports` knows those that follow from `inputs` too."""
    cannot: tuple[str, ...] = ()
    """Abilities that it has not. What is in neither is not known."""
    reasoning: ReasoningInfo | None = None
    parameters: tuple[str, ...] = ()
    """What an image or video model can be asked for, where the provider tells."""
    release_date: str | None = None
    updated: str | None = None
    knowledge_cutoff: str | None = None
    deprecation_date: str | None = None
    """From when it is not to be used, or is gone."""
    open_weights: bool | None = None
    weights: str = ""
    """Its id on the hub of open weights."""
    aliases: tuple[str, ...] = ()
    endpoints: tuple[str, ...] = ()
    """Paths that serve it, where the provider tells."""
    suspect: tuple[str, ...] = ()
    """Fields on which sources contradict each other or which cannot be right."""
    last_seen: str | None = None
    """The newest source that lists it is of this day."""

    @property
    def model(self) -> str:
        """Return `provider/id`, as the client takes it."""
        return f"{self.provider}/{self.id}"

    def supports(self, ability: str) -> bool | None:
        """Return whether the model can do `ability` (`tools`, `vision`, `reasoning` ...); None: not known."""
        if ability in self.can:
            return True
        if ability in self.cannot:
            return False
        kind = _SEES.get(ability)
        return kind in self.inputs if kind is not None and self.inputs else None

    @property
    def capabilities(self) -> dict[str, bool]:
        """Return all abilities that are known, true or false."""
        names = sorted({*self.can, *self.cannot, *(_SEES if self.inputs else ())})
        return {name: bool(self.supports(name)) for name in names}


class PriceThen(Model, frozen=True, kw_only=True):
    """The usual rates from the day `since` on (None: from the beginning), in USD per million tokens."""

    since: str | None
    input: Decimal | None = None
    output: Decimal | None = None
    cache_read: Decimal | None = None


class Evidence(Model, frozen=True, kw_only=True):
    """Where the facts about a model come from."""

    fields: dict[str, str] = {}
    """The source of each field."""
    agreeing: tuple[str, ...] = ()
    """Sources with the same price."""
    sources: tuple[str, ...] = ()
    """All sources that know the model."""
    price_url: str = ""
    history: tuple[PriceThen, ...] = ()
    """Earlier prices, oldest first."""


class Match(Model, frozen=True, kw_only=True):
    """What a model id was found to mean. `kind` is `none` where `info` is None.

    `exact`: the provider's own id; `alias`: another name of the same; `normalised`: alike but for case, date or version, so the
    facts may be another release's and the price is not used; `region` says which regional spelling was asked for.
    """

    asked: str
    kind: Literal["exact", "alias", "normalised", "none"] = "none"
    info: ModelInfo | None = None
    region: str = ""
