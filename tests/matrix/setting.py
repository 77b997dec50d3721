"""The gateway with a fake provider of every format behind it, made once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module

from llmkit import LLMKit
from llmkit.errors import UnsupportedFeature
from llmkit.testing import FakeProvider
from llmkit.testing.wire import WIRES
from tests.faces import DIALECTS, client_of
from tests.matrix.clients import CLIENTS, Client
from tests.matrix.features import ESSENTIAL, FEATURES, NotExpressible, Way
from tests.matrix.gateway import Gateway

UPSTREAMS = tuple(name for name in WIRES if name in DIALECTS)


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
        self.kits = {name: stack.enter_context(LLMKit(**client_of(fake, retries=0))) for name, fake in self.fakes.items()}
        self.models = {name: DIALECTS[name][1] for name in UPSTREAMS}
        self.gateway = Gateway({name: (self.kits[name], self.models[name]) for name in UPSTREAMS})
        stack.callback(self.gateway.close)
        self._clients: dict[type[Client], Client] = {}

    def way(self, client: type[Client], upstream: str, *, stream: bool) -> Way:
        """Return the surroundings of one cell; SDKs are imported when first asked."""
        if client not in self._clients:
            self._clients[client] = client(self.gateway.origin)
        fake = self.fakes[upstream]
        fake._script.clear()
        return Way(self._clients[client], upstream, fake, self.kits[upstream], self.models[upstream], stream)


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
        if "does not support" in refusal and feature not in ESSENTIAL:
            return f"refused with a typed error ({UnsupportedFeature.__name__})"
        raise
    return None
