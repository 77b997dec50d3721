"""Routes in a configuration file mean the same as those in code, and faults name their place."""

from __future__ import annotations

from typing import Any

import pytest

from llmkit.errors import ConfigurationError
from llmkit.routing import Balance, Deployment, Fallback, Learn, Route, Split, When, read_route, read_routes


@pytest.mark.parametrize(
    ("table", "node"),
    [
        ("a/b", Deployment("a/b")),
        (["a/b", "c/d"], Fallback(["a/b", "c/d"])),
        ({"model": "a/b", "weight": 3, "region": "eu"}, Deployment("a/b", weight=3, region="eu")),
        ({"balance": ["a/b", {"fallback": ["c/d"]}], "by": "latency"}, Balance(["a/b", Fallback(["c/d"])], by="latency")),
        ({"split": ["a/b", "c/d"], "weights": [9, 1], "name": "x"}, Split(["a/b", "c/d"], weights=(9, 1), name="x")),
        ({"learn": ["a/b"], "floor": 0.1}, Learn(["a/b"], floor=0.1)),
        (
            {"rules": [{"tools": True, "tenants": ["t"], "to": "a/b"}], "default": "c/d"},
            Route(rules=[When(tools=True, tenants=("t",), to="a/b")], default="c/d"),
        ),
    ],
)
def test_a_table_means_a_node(table: Any, node: Any) -> None:
    assert node == read_route(table)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"balence": ["a/b"]}, r"routes\.x needs one of .* Did you mean balance"),
        ({"balance": ["a/b"], "bye": "latency"}, r"routes\.x\.bye is unknown. Did you mean by"),
        ({"balance": ["a/b"], "by": "latncy"}, r"routes\.x: Balance cannot go by"),
        ({"fallback": ["a/b", {"model": "c/d", "weight": -1}]}, r"routes\.x\.fallback\[1\]: Deployment.weight"),
        ({"rules": [{"tols": True, "to": "a/b"}], "default": "a/b"}, r"routes\.x\.rules\[0\]\.tols is unknown. Did you mean tools"),
        ({"rules": [{"to": "a/b"}]}, "a default"),
        (7, "must be a model id"),
    ],
)
def test_a_fault_is_named_with_its_place(table: Any, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        read_routes({"x": table})
