"""One candidate of a stream: its pieces into parts."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from llmkit.dialects.arguments import tool_call
from llmkit.dialects.gemini.content import PartReader
from llmkit.dialects.gemini.decode import extra_of, logprobs_of
from llmkit.dialects.gemini.finish import finish_of
from llmkit.dialects.gemini.partial_call import PartialCall
from llmkit.dialects.gemini.sources import Sources, placed
from llmkit.dialects.gemini.wire import Fields, WireCandidate, WireText, object_of, read_any, read_text, string_of
from llmkit.types.events import ArgumentsDelta, CitationDelta, Event, LogprobsDelta, MediaDelta, PartEnd, PartStart, ReasoningDelta, TextDelta
from llmkit.types.parts import Audio, Citation, Image, InvalidToolCall, Part, Provenance, Reasoning, Text, ToolCall, Video
from llmkit.types.responses import FinishReason

_SOUND = ("audio/l16", "audio/pcm")
"""Raw samples: pieces of one recording that can be joined."""


class StreamedAnswer:
    """Grows one candidate's parts.

    Words of one kind that follow each other in different events are one part. A part with a signature stands alone: it must be
    sent back as it came, neither joined to one without nor to another with one (the API's documentation, read 2026-11).
    """

    __slots__ = (
        "_call",
        "_candidate",
        "_index",
        "_kind",
        "_last",
        "_message",
        "_new_index",
        "_opened",
        "_origin",
        "_parts",
        "_pieces",
        "_reader",
        "_seed",
        "_sound",
        "_sources",
        "_texts",
        "reason",
    )

    def __init__(self, origin: Provenance, seed: str, candidate: int, new_index: Callable[[], int]) -> None:
        self.reason: object = None
        self._message: str | None = None
        self._origin = origin
        self._seed = seed
        self._candidate = candidate
        self._new_index = new_index
        self._reader = PartReader(origin, seed, candidate)
        self._sources = Sources(origin)
        self._last = WireCandidate()
        self._parts: list[Part] = []
        self._kind: type[Text | Reasoning] | None = None
        self._index = 0
        self._pieces: list[str] = []
        self._texts: list[_Words] = []
        self._sound: Audio | None = None
        self._opened = 0
        self._call: PartialCall | None = None

    @property
    def is_open_call(self) -> bool:
        """Tell whether a call still waits for arguments."""
        return self._call is not None
