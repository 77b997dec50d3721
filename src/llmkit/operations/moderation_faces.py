"""`moderate` of both clients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Unpack

from llmkit.runtime.step import run

if TYPE_CHECKING:
    from llmkit.core import Core
    from llmkit.types.moderation import ModerationOptions, ModerationRequest, ModerationResponse


class ModerationFace:
    """What the sync client has for moderation."""

    _core: Core

    def moderate(
        self, model: str | Sequence[str] | ModerationRequest, inputs: Any = None, /, **options: Unpack[ModerationOptions]
    ) -> ModerationResponse:
        """Return a verdict for each of `inputs`: a text, pictures, a list of these, or a conversation as `Message`s, which gets one.

        `reply.results` has `flagged`, `categories` and `scores` in the provider's words. Raises `UnsupportedFeature` where the
        provider judges nothing, or not this kind of input.
        """
        from llmkit.operations.moderation import moderate  # only who moderates pays for it

        return run(moderate(self._core, model, inputs, options))


class AsyncModerationFace:
    """What the asyncio client has for moderation."""

    _core: Core

    async def moderate(
        self, model: str | Sequence[str] | ModerationRequest, inputs: Any = None, /, **options: Unpack[ModerationOptions]
    ) -> ModerationResponse:
        """Return a verdict for each of `inputs`. See `LLMKit.moderate`."""
        from llmkit.operations.moderation import moderate

        return await moderate(self._core, model, inputs, options)
