"""`classify` and `decide` of both clients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Unpack

from llmkit.runtime.step import run

if TYPE_CHECKING:
    from llmkit.core import Core
    from llmkit.types.classification import ClassificationOptions, ClassificationRequest, ClassificationResponse
    from llmkit.types.decision import DecisionOptions, DecisionRequest, DecisionResponse, Questions


class ClassificationFace:
    """What the sync client has for classification."""

    _core: Core

    def classify(
        self, model: str | Sequence[str] | ClassificationRequest, inputs: Any = None, /, **options: Unpack[ClassificationOptions]
    ) -> ClassificationResponse:
        """Return a label for each of `inputs`: `kit.classify("openai/gpt-5.4-mini", texts, labels=["spam", "ham"]).labels`.

        `reply.how` is `classifier` (the provider classifies), `decision` (it answers typed questions), or `completion` (the model
        writes one of the labels; scores are there as far as it tells the odds of its tokens, else None).
        """
        from llmkit.operations.classification import classify  # only who classifies pays for it

        return run(classify(self._core, model, inputs, options))

    def decide(
        self,
        model: str | Sequence[str] | DecisionRequest,
        input: Any = None,
        questions: Questions | None = None,
        /,
        **options: Unpack[DecisionOptions],
    ) -> DecisionResponse:
        """Answer typed questions (`Predicate`, `Choice`, `Score`, by names of yours) about `input`, with probabilities.

        Raises `UnsupportedFeature` where the provider has no such models.
        """
        from llmkit.operations.decision import decide

        return run(decide(self._core, model, input, questions, options))


class AsyncClassificationFace:
    """What the asyncio client has for classification."""

    _core: Core

    async def classify(
        self, model: str | Sequence[str] | ClassificationRequest, inputs: Any = None, /, **options: Unpack[ClassificationOptions]
    ) -> ClassificationResponse:
        """Return a label for each of `inputs`. See `LLMKit.classify`."""
        from llmkit.operations.classification import classify

        return await classify(self._core, model, inputs, options)

    async def decide(
        self,
        model: str | Sequence[str] | DecisionRequest,
        input: Any = None,
        questions: Questions | None = None,
        /,
        **options: Unpack[DecisionOptions],
    ) -> DecisionResponse:
        """Answer typed questions about `input`. See `LLMKit.decide`."""
        from llmkit.operations.decision import decide

        return await decide(self._core, model, input, questions, options)
