"""What a user may write of limits, and what is refused where it is written."""

from __future__ import annotations

from typing import Any

import pytest

from llmkit.errors import ConfigurationError
from llmkit.limits.limit import Limit
from llmkit.pipeline.ratelimit import RateLimit


def test_a_name_from_outside_cannot_be_taken_for_another() -> None:
    """Tenant and user are whatever the caller sends: a separator in one must not make it look like two."""
    limit = Limit(requests=1, by=("tenant", "user"))
    names = {"provider": "", "model": "", "provider_key": "", "key": ""}
    pairs = [("a", "b"), ("a b", ""), ("", "a b"), ("a\x00", "b"), ("x" * 500, "b"), ("x" * 501, "b")]

    keys = {limit.values({**names, "tenant": tenant, "user": user}) for tenant, user in pairs}

    assert len(pairs) == len(keys)
    assert all(len(part) < 200 for key in keys for part in key)


@pytest.mark.parametrize(
    ("limit", "says"),
    [
        ({}, "limits nothing"),
        ({"requests": 0}, "whole number"),
        ({"requests": True}, "whole number"),
        ({"requests": 1, "per": 0}, "per"),
        ({"requests": 1, "by": ("tennant",)}, "Did you mean tenant"),
        ({"requests": 1, "by": "tenant"}, r"by=\('tenant',\)"),
        ({"requests": 1, "where": {"modle": "x"}}, "Did you mean model"),
        ({"tokens": 1, "burst": 5}, "token_burst"),
        ({"requests": 1, "token_burst": 5}, "counts tokens"),
    ],
)
def test_a_contradictory_limit_is_refused_where_it_is_written(limit: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        Limit(**limit)


def test_a_wrong_layer_is_refused_where_it_is_written() -> None:
    with pytest.raises(ConfigurationError, match=r"limits\[1\]"):
        RateLimit(limits=(Limit(requests=1), {"requests": 2}))  # type: ignore[arg-type] - that is the mistake
    with pytest.raises(ConfigurationError, match="away"):
        RateLimit(away="ajar")  # type: ignore[arg-type] - that is the mistake
    with pytest.raises(ConfigurationError, match="count"):
        RateLimit(count="exact")  # type: ignore[arg-type] - that is the mistake
