"""The gateway with a fake provider of every format behind it, made once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from typing import Any

from llmkit import LLMKit
from llmkit.errors import UnsupportedFeature
from llmkit.testing import FakeProvider
from llmkit.testing.wire import WIRES
from tests.faces import DIALECTS
from tests.matrix.clients import CLIENTS, Client
from tests.matrix.features import ESSENTIAL, FEATURES, WORDS_ONLY, NotExpressible, Way
from tests.matrix.gateway import Gateway

MODELS = {
    "cohere": ("cohere", "cohere/command-a-03-2025"),
    "gemini_interactions": ("google", "google/gemini-2.5-flash"),
    "mistral": ("mistral", "mistral/mistral-small-latest"),
    "ollama": ("ollama", "ollama/llama3.2"),
    "predictions": ("replicate", "replicate/meta/meta-llama-3-70b-instruct"),
    **DIALECTS,
}
"""Provider and model to reach each format by; those of the other tests come first."""
UPSTREAMS = tuple(name for name in WIRES if name in MODELS)


def served() -> tuple[type[Client], ...]:
    """Return the clients whose format can be rendered."""
    found: list[type[Client]] = []
    for client in CLIENTS:
        try:
            module = import_module(f"llmkit.serving.{client.name}")
        except ImportError:
            continue
        if hasattr(module, "renderer"):
            found.append(client)
    return tuple(found)


class Setting:
    """Everything that runs."""

    def __init__(self, stack: ExitStack) -> None:
        self.fakes = {name: stack.enter_context(FakeProvider(name)) for name in UPSTREAMS}
        self.kits = {name: stack.enter_context(LLMKit(**_client(fake))) for name, fake in self.fakes.items()}
        self.models = {name: MODELS[name][1] for name in UPSTREAMS}
        self.gateway = Gateway({name: (self.kits[name], self.models[name]) for name in UPSTREAMS})
        stack.callback(self.gateway.close)
        self._clients: dict[type[Client], Client] = {}

    def way(self, client: type[Client], upstream: str, *, stream: bool) -> Way:
        """Return the surroundings of one cell; SDKs are imported when first asked."""
        if client not in self._clients:
            self._clients[client] = client(self.gateway.origin)
        fake = self.fakes[upstream]
        return Way(self._clients[client], upstream, fake, self.kits[upstream], self.models[upstream], stream)


def _client(fake: FakeProvider) -> dict[str, Any]:
    provider = MODELS[fake.dialect][0]
    return {"keys": {provider: fake.key}, "base_urls": {provider: fake.base_url}, "retries": 0}


@contextmanager
def running() -> Iterator[Setting]:
    """Run it all for a while."""
    with ExitStack() as stack:
        yield Setting(stack)


def outcome(way: Way, feature: str) -> str | None:
    """Return why the feature is not expressible here, None where it works. Raises where it fails."""
    check = next(check for check in FEATURES if check.__name__ == feature)
    try:
        check(way)
    except NotExpressible as reason:
        return str(reason)
    except Exception as error:
        refusal = str(error)
        essential = ESSENTIAL[:2] if way.upstream in WORDS_ONLY else ESSENTIAL
        if "does not support" in refusal and feature not in essential:
            return f"refused with a typed error ({UnsupportedFeature.__name__})"
        raise
    return None
