"""A client on the virtual clock whose providers answer as scripted."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit import CompletionResponse
from llmkit.connections import blocking_transport
from llmkit.core import Core
from llmkit.errors import ServerError
from llmkit.health import Health
from llmkit.health.checking import known
from llmkit.pipeline.call import compose
from llmkit.routing import Fallback, Router
from llmkit.runtime.step import run
from llmkit.runtime.virtual import Virtual
from llmkit.types.reply import Attempt

FIRST, SECOND = "ollama/one", "llamafile/two"


class World:
    """Plays calls to `route/x`: FIRST, then SECOND. `ill` are the models whose check fails, `failing` those whose calls do."""

    def __init__(self, *layers: Any, checks: Any = None, **options: Any) -> None:
        self.runtime = Virtual()
        self.ill: set[str] = set()
        self.failing: set[str] = set()
        self.checked: list[str] = []
        self.asked: list[str] = []
        self.changes: list[tuple[str, bool]] = []
        settings = {"by": self.check, "on_change": lambda change: self.changes.append((change.deployment, change.up)), **options}
        self.health = Health(checks, **settings)
        self.router = Router({"x": Fallback([FIRST, SECOND])})
        self.core = Core(self.runtime, blocking_transport, {"layers": [self.router, self.health, *layers], "retries": 0})
        self._answer = compose(self.core.layers, self._server)

    def check(self, model: str) -> bool:
        self.checked.append(model)
        return model not in self.ill

    async def _server(self, call: Any) -> CompletionResponse:
        self.asked.append(call.model)
        if call.model in self.failing:
            raise ServerError("x", status=500)
        provider, _, model = call.model.partition("/")
        tries = (*call.budget.attempts, Attempt(provider=provider, model=model, seconds=0.5))
        return CompletionResponse(model=call.model, attempts=tries)

    def play(self, model: Any = "route/x", **options: Any) -> str:
        """Return the model that answered."""
        return str(run(self._answer(self.core.call(model, "hi", options))).model)

    def play_as(self, operation: str) -> None:
        run(self._answer(msgspec.structs.replace(self.core.call("route/x", "hi", {}), operation=operation)))

    def states(self) -> dict[str, str]:
        return {one.deployment: one.state for one in known(self.core).deployments}
