"""Published benchmark scores of models, for choosing by quality. An optional table: most models have none."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import msgspec

from llmkit.types.model import Model
from llmkit.types.model_info import ModelInfo

_FILE = Path(__file__).parent / "data" / "benchmarks.json"


class Score(Model, frozen=True, kw_only=True):
    """What a model reached in a benchmark, by whom it was published. Only scores of one benchmark and source compare."""

    bench: str
    score: float
    """As published: nearly always percent."""
    date: str | None = None
    source: str = ""
    variant: str = ""
    """How the model was set (`high`, `32k thinking tokens`), where it is told."""
    metric: str = ""
    dataset: str = ""


class _Row(msgspec.Struct, array_like=True):
    bench: str
    score: float
    date: str = ""
    source: int = 0
    variant: str = ""
    metric: str = ""
    dataset: str = ""


class _Table(msgspec.Struct):
    sources: list[str]
    scores: dict[str, list[_Row]]


def scores(model: ModelInfo | str) -> list[Score]:
    """Return the scores of a model, `maker/id` spelled just so; a model at a host has those of the maker's model that it is."""
    name = model if isinstance(model, str) else model.base_model or model.model
    table = _table()
    return [
        Score(
            bench=row.bench,
            score=row.score,
            date=row.date or None,
            source=table.sources[row.source],
            variant=row.variant,
            metric=row.metric,
            dataset=row.dataset,
        )
        for row in table.scores.get(name, ())
    ]


@lru_cache(maxsize=1)
def _table() -> _Table:
    return msgspec.json.decode(_FILE.read_bytes(), type=_Table)
