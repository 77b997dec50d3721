"""Parts of a streamed answer that still grow."""

from __future__ import annotations

import msgspec

from llmkit.types.parts import Audio, Citation, Provenance, Reasoning, Text

_SOUND = ("audio/l16", "audio/pcm")


class OpenWords:
    """Text or thinking without a signature: words of following events can join it."""

    __slots__ = ("citations", "index", "kind", "pieces")

    def __init__(self, index: int, kind: type[Text | Reasoning]) -> None:
        self.index = index
        self.kind = kind
        self.pieces: list[str] = []
        self.citations: list[Citation] = []

    @property
    def text(self) -> str:
        """Return the words so far."""
        return "".join(self.pieces)

    def part(self, origin: Provenance, signature: str | None = None) -> Text | Reasoning:
        """Return the part as it stands."""
        text = self.text
        if self.kind is Text:
            return Text(text=text, signature=signature, citations=tuple(self.citations), origin=origin)
        block = {"text": text, "thought": True}
        if signature is not None:
            block["thoughtSignature"] = signature
        return Reasoning(text=text, signature=signature, summary=True, origin=origin, native=msgspec.Raw(msgspec.json.encode(block)))


class OpenSound:
    """A recording in raw samples: its pieces can be joined."""

    __slots__ = ("first", "index", "pieces")

    def __init__(self, index: int, first: Audio) -> None:
        self.index = index
        self.first = first
        self.pieces: list[bytes] = []

    def takes(self, audio: Audio) -> bool:
        """Tell whether `audio` goes on with this recording."""
        return audio.media_type == self.first.media_type

    def part(self) -> Audio:
        """Return the recording as it stands."""
        return self.first.replace(data=b"".join(self.pieces))


def is_sound(part: object) -> bool:
    """Tell whether `part` is raw samples with nothing beside them."""
    return (
        isinstance(part, Audio)
        and part.data is not None
        and not part.options
        and part.name is None
        and (part.media_type or "").lower().startswith(_SOUND)
    )
