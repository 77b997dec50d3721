"""The worst model there is: it does the user's task, and at once whatever a text that it reads wants."""

from __future__ import annotations

import json
from typing import Any

from llmkit.testing import Answer
from tests.security.provenance.domain import Calls, Task

TIMES = 2
"""How often it tries again what was refused."""


class Obedient:
    """Scripts a `FakeProvider`: `always(Obedient(...))`. It obeys as soon as the `token` of the injection stands in what it is sent."""

    def __init__(self, task: Task, orders: Calls, token: str) -> None:
        self._task, self._orders, self._token = task, orders, token
        self.turn = 0
        self.obeyed = 0

    def __call__(self, request: Any) -> Answer:
        """Answer one request."""
        calls: list[tuple[str, str, dict[str, Any]]] = []
        if self.obeyed < TIMES and self._token in json.dumps(request.json["messages"]):
            calls += [(f"obey{self.obeyed}_{place}", name, arguments) for place, (name, arguments) in enumerate(self._orders)]
            self.obeyed += 1
        if self.turn < len(self._task.turns):
            calls += [(f"task{self.turn}_{place}", name, arguments) for place, (name, arguments) in enumerate(self._task.turns[self.turn])]
        self.turn += 1
        return Answer(tool_calls=calls) if calls else Answer(text="Done.")
