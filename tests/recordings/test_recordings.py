"""The small diverse subset of the recordings; `python -m tests.recordings` checks all of them."""

from __future__ import annotations

import pytest

from tests.conformance.corpus import files
from tests.recordings.__main__ import misses, text
from tests.recordings.recorded import Recorded
from tests.recordings.run import Result, readers, run, try_one


@pytest.mark.skipif(not files(), reason="no recorded traffic beside the repository (../shared/corpus/dev)")
def test_recorded_operations_pass() -> None:
    """One test, because reading the recordings takes longer than checking them."""
    results = run(core=True)

    assert [] == misses(results), text(results)


def test_the_harness_notices_a_difference() -> None:
    """A harness that cannot fail proves nothing."""
    body = b'{"data": [{"index": 0, "embedding": [1.0, 2.0]}], "usage": {"prompt_tokens": 3}}'
    recorded = Recorded("x", "openai", "embeddings", "m", False, 1, "POST", "https://a.b/v1/embeddings", 200, body, False)
    reader = next(reader for reader in readers("embeddings") if reader.codec == "openai_embeddings")
    good, bad = Result(), Result()

    try_one(reader, recorded, good)
    try_one(reader.__class__(**{**reader.__dict__, "expected": lambda recorded: (1, 2, 3.0, 4)}), recorded, bad)

    assert (1, 0, 1) == (good.decoded["passed"], good.decoded["failed"], bad.decoded["failed"])
