"""Route calls: strategy trees over deployments, used like a model (`route/NAME`)."""

from llmkit.routing.explanation import Considered
from llmkit.routing.reading import read_route, read_routes
from llmkit.routing.router import Router
from llmkit.routing.tree import Balance, Deployment, Fallback, Learn, Node, Route, Split, When
from llmkit.types.request import Constraints

__all__ = [
    "Balance",
    "Considered",
    "Constraints",
    "Deployment",
    "Fallback",
    "Learn",
    "Node",
    "Route",
    "Router",
    "Split",
    "When",
    "read_route",
    "read_routes",
]
