"""The models that a Messages API serves, page by page (vendor's SDK 2.12, 2026-11)."""

from __future__ import annotations

from urllib.parse import quote

from llmkit.dialects.listing import Object, abilities, day, inner, listed, text, tokens
from llmkit.types.dialect import ModelPage
from llmkit.types.model_info import ModelInfo, ReasoningInfo

PATH = "/models?limit=1000"
_ABILITIES = {
    "batch": "batch",
    "citations": "citations",
    "image_input": "vision",
    "pdf_input": "pdf",
    "structured_outputs": "structured_output",
    "thinking": "reasoning",
}
_KINDS = {"image_input": "image", "pdf_input": "pdf"}
_EFFORTS = ("low", "medium", "high", "xhigh", "max")
_STATES = ("active", "deprecated", "retired")


def list_path(page: str | None = None, /) -> str:
    """Return the path of the models behind the model `page`; None: of the first ones."""
    return PATH if page is None else f"{PATH}&after_id={quote(page, safe='')}"


def decode_models(body: bytes, /, *, provider: str) -> ModelPage:
    """Return the models that `provider` lists in `body`. Raises `ProtocolError` for other bytes."""
    head, entries = listed(body, "data")
    models = tuple([_read(entry, provider) for entry in entries if text(entry, "id")])
    return ModelPage(models=models, next=(text(head, "last_id") or None) if head.get("has_more") is True else None)


def _read(entry: Object, provider: str) -> ModelInfo:
    told = inner(entry, "capabilities")
    can, cannot = abilities((_ABILITIES[name], inner(told, name).get("supported")) for name in told if name in _ABILITIES)
    kinds = [kind for name, kind in _KINDS.items() if inner(told, name).get("supported") is True]
    name, state = text(entry, "display_name"), text(entry, "lifecycle")
    return ModelInfo(
        provider=provider,
        id=text(entry, "id"),
        mode="chat",
        name=name,
        family=text(entry, "line"),
        status=state if state in _STATES else "active",
        inputs=("text", *kinds) if told else (),
        context_window=tokens(entry, "max_input_tokens"),
        max_output=tokens(entry, "max_tokens"),
        can=can,
        cannot=cannot,
        reasoning=_reasoning(told),
        release_date=day(entry.get("created_at")),
        deprecation_date=day(entry.get("retires_at")) or day(entry.get("deprecated_at")),
    )


def _reasoning(told: Object) -> ReasoningInfo | None:
    effort = inner(told, "effort")
    efforts = tuple([name for name in _EFFORTS if inner(effort, name).get("supported") is True])
    return ReasoningInfo(efforts=efforts) if efforts and effort.get("supported") is True else None
