"""LLMKit used against all advice: the key stands in the question, the model, the tenant and the tags, so that what keeps those shows it."""

from __future__ import annotations

from typing import Any

from llmkit import LLMKit
from tests.security.canary.ours import Ours
from tests.security.canary.schemes import GIVEN


class Careless(Ours):
    """Its layers must be found to leak."""

    name = "careless"
    silent = frozenset(
        {
            "layers: what the client says of health",  # it tells of deployments, of which none is named by a caller
            "layers: failover: the key of one provider at the host of another",  # a key that is sent on is planted in the other library
            "layers: names of files",  # the names are fixed
            "layers: outputs and warnings of all layers",  # nothing prints
        }
    )

    def __init__(self) -> None:
        super().__init__(next(given for given in GIVEN if given.name == "Authorization: Bearer"))

    def loaded(self, key: Any, url: str, layers: list[Any], **more: Any) -> LLMKit:
        """Return a client whose tenant is the key; the model will be called by it, and its answers repeat it."""
        self.model, self.answer = f"canary/{key}", f"Your key is {key}."
        return super().loaded(key, url, layers, tenant=key, **more)

    def ask(self, client: LLMKit, text: str) -> Any:
        """Ask with the key in the question."""
        return client.complete(self.model, f"{text} {self.model}", tags=[self.model])
