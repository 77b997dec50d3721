"""`health` and `check_health` of both clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmkit.runtime.step import run

if TYPE_CHECKING:
    from llmkit.core import Core
    from llmkit.health.report import HealthReport


class HealthFace:
    """What the sync client says of its own health."""

    _core: Core

    def health(self) -> HealthReport:
        """Return how every deployment stands that was called or is checked: state, figures, reasons. Nothing is sent.

        Figures and checks come from the layer `Health`, circuits and places from `Breaker` and `Concurrency`, where the client has them.
        """
        return _known(self._core)

    def check_health(self, *models: str) -> HealthReport:
        """Check now all that the layer `Health` watches, and `models` from now on; look for model servers and ask the stores of layers.

        A check asks for the provider's list of models, which costs nothing, unless the layer says otherwise.
        """
        return run(_checked(self._core, models))


class AsyncHealthFace:
    """What the asyncio client says of its own health."""

    _core: Core

    def health(self) -> HealthReport:
        """Return how every deployment stands; nothing is awaited. See `LLMKit.health`."""
        return _known(self._core)

    async def check_health(self, *models: str) -> HealthReport:
        """Check everything now. See `LLMKit.check_health`."""
        return await _checked(self._core, models)


def _known(core: Core) -> HealthReport:
    from llmkit.health.checking import known  # only who asks pays for it

    return known(core)


async def _checked(core: Core, models: tuple[str, ...]) -> HealthReport:
    from llmkit.health.checking import checked

    return await checked(core, models)
