"""An output item of a stream that was begun, and a part of the answer that grows in it."""

from __future__ import annotations

from llmkit.dialects.openai_chat.wire import Object
from llmkit.serving.growing import Growing
from llmkit.types.parts import Part

_BLANK: dict[str, Object] = {
    "message": {"content": []},
    "reasoning": {"summary": []},
    "function_call": {"arguments": ""},
    "custom_tool_call": {"input": ""},
    "image_generation_call": {"result": None},
}


class OpenOutput:
    """One item; `place` is its `output_index`. A message is closed when nothing can join it any more."""

    __slots__ = ("blocks", "closed", "growing", "item", "own", "place", "unended")

    def __init__(self, place: int, item: Object, *, own: bool) -> None:
        self.place = place
        self.item = item
        self.own = own
        self.blocks: list[Object] = []
        self.growing = 0
        self.unended = False
        """Its last content may still be extended by words that follow."""
        self.closed = False

    @property
    def id(self) -> str:
        """Return the item's id; some calls have none."""
        return str(self.item.get("id") or self.item.get("call_id") or "")

    def begun(self) -> Object:
        """Return the item as it is told at its beginning: nothing of it has come."""
        kind = self.item.get("type", "")
        blank = {**_BLANK.get(kind, {}), **({"status": "in_progress"} if "status" in self.item else {})}
        return {name: value for name, value in {**self.item, **blank}.items() if name not in ("encrypted_content", "logprobs")}


class Told(Growing):
    """A part, the item it stands in (None: not begun yet), and its place among the item's contents."""

    __slots__ = ("content", "output", "spoken")

    def __init__(self, part: Part, candidate: int) -> None:
        super().__init__(part, candidate)
        self.output: OpenOutput | None = None
        self.content = 0
        self.spoken = False
        """Its words were begun: a summary is announced before its first."""
