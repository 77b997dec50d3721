"""The output items of a streamed answer: begun, filled and ended in the format's own order of events."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.openai_chat.wire import Object, text_of
from llmkit.dialects.openai_responses.dialect_profile import NAME
from llmkit.dialects.openai_responses.items import contents
from llmkit.serving.losses import Losses
from llmkit.serving.openai_responses.annotations import annotations_of
from llmkit.serving.openai_responses.answer_items import content_of, extended, item_of, message_of, native_item
from llmkit.serving.openai_responses.frames import Frames
from llmkit.serving.openai_responses.open_output import OpenOutput, Told
from llmkit.serving.origins import is_own
from llmkit.types.parts import Citation, InvalidToolCall, Part, Reasoning, Refusal, Text, ToolCall

_WORDS = (Text, Refusal)


class Outputs:
    """All items of one answer, in the order they began."""

    def __init__(self, frames: Frames, losses: Losses, custom: frozenset[str]) -> None:
        self.all: list[OpenOutput] = []
        self.response = ""
        self.logprobs: list[Object] = []
        self._frames = frames
        self._losses = losses
        self._custom = custom

    def is_own(self, part: Part) -> bool:
        """Tell whether this format made `part`."""
        return is_own(part, NAME)

    def named(self, fields: Object) -> OpenOutput | None:
        """Return the item that an event of this format is about, None where it was not begun."""
        name, place = text_of(fields.get("item_id")), fields.get("output_index")
        if name:
            return next((output for output in self.all if output.id == name), None)
        return self.all[place] if isinstance(place, int) and 0 <= place < len(self.all) else None

    def begin(self, told: Told) -> None:
        """Begin what can begin now: a part that may turn out to be nothing waits for its first words, one that comes whole for its end."""
        part = told.part
        native = native_item(part)
        if isinstance(part, _WORDS):
            self._begin_words(told, part, native)
        elif native is not None:
            told.output = self._add(native, own=True)
        elif isinstance(part, ToolCall | InvalidToolCall) and part.id and part.name:
            self._begin_made(told, part)

    def more(self, told: Told, words: str) -> None:
        """Tell more words of a part."""
        if told.output is None and isinstance(told.part, Reasoning):
            self._begin_made(told, told.part.replace(text=words))
        if told.output is None:
            return
        words = told.more(words)
        if words:
            self._words(told, told.output, words)

    def end(self, told: Told, part: Part) -> None:
        """End a part: what was not told of it, then the whole."""
        if isinstance(part, _WORDS):
            self._end_words(told, part)
            return
        if isinstance(part, Citation):
            self._cite(part)
            return
        item = item_of(part, (self.response, len(self.all) if told.output is None else told.output.place), self._custom, self._losses)
        if item is None:
            return
        if told.output is None:
            told.output = self._add(item, own=native_item(part) is not None)
        self._end_item(told, told.output, part, item)

    def cut(self, told: Told) -> None:
        """End a part whose end did not come."""
        if isinstance(told.part, Text | Refusal | Reasoning) and told.output is not None:
            self.end(told, told.part.replace(text=told.said))
        elif told.output is not None:
            self._done(told.output)

    def close_all(self) -> None:
        """End the messages that waited for more."""
        for output in self.all:
            self._close(output)

    def _add(self, item: Object, *, own: bool) -> OpenOutput:
        for output in self.all:
            if not output.growing:
                self._close(output)
        added = OpenOutput(len(self.all), item, own=own)
        self.all.append(added)
        self._frames.add("response.output_item.added", output_index=added.place, item=added.begun())
        return added

    def _begin_made(self, told: Told, part: Part) -> None:
        item = item_of(part, (self.response, len(self.all)), self._custom, self._losses)
        if item is not None:
            told.output = self._add(item, own=False)

    def _begin_words(self, told: Told, part: Part, native: Object | None) -> None:
        last = self.all[-1] if self.all and not self.all[-1].closed and self.all[-1].item.get("type") == "message" else None
        joins = last is not None and (last.own and bool(native.get("id")) and native["id"] == last.id if native else not last.own)
        if last is None or not joins:
            item = native if native is not None else message_of([], (self.response, len(self.all)))
            last = self._add({**item, "content": []}, own=native is not None)
        told.output = last
        last.growing += 1
        if last.unended and last.growing == 1 and isinstance(part, Text) and last.blocks[-1].get("type") == "output_text":
            told.content = len(last.blocks) - 1
            return
        self._end_content(last)
        told.content = len(last.blocks)
        refusal = isinstance(part, Refusal)
        blank: Object = (
            {"type": "refusal", "refusal": ""} if refusal else {"type": "output_text", "annotations": [], "logprobs": [], "text": ""}
        )
        last.blocks.append(blank)
        self._frames.add("response.content_part.added", **self._at(told, last), part=blank)

    def _words(self, told: Told, output: OpenOutput, words: str) -> None:
        match told.part:
            case Text():
                self._frames.add("response.output_text.delta", **self._at(told, output), delta=words, logprobs=[])
            case Refusal():
                self._frames.add("response.refusal.delta", **self._at(told, output), delta=words)
            case Reasoning():
                if not told.spoken:
                    told.spoken = True
                    blank = {"type": "summary_text", "text": ""}
                    self._frames.add("response.reasoning_summary_part.added", **self._summary(output), part=blank)
                self._frames.add("response.reasoning_summary_text.delta", **self._summary(output), delta=words)
            case ToolCall() | InvalidToolCall() if output.item.get("type") == "function_call":
                self._frames.add("response.function_call_arguments.delta", item_id=output.id, output_index=output.place, delta=words)

    def _end_words(self, told: Told, part: Text | Refusal) -> None:
        native = native_item(part)
        if told.output is None:
            self._begin_words(told, part, native)
        output = told.output
        assert output is not None
        rest = told.left(part.text)
        if rest:
            self._words(told, output, rest)
        block: Any = contents(native)[0] if native is not None and contents(native) else content_of(part, self.logprobs, self._losses)
        if not isinstance(block, dict):
            block = {"type": "output_text", "annotations": [], "logprobs": [], "text": str(block)}
        self.logprobs = []
        whole = (extended(output.blocks[told.content], block) if native is None else None) or block
        self._annotate(output, told.content, output.blocks[told.content], whole)
        output.blocks[told.content] = whole
        output.growing -= 1
        output.item = {**(native if native is not None else output.item), "content": output.blocks}
        output.unended = told.content == len(output.blocks) - 1
        if native is not None or not output.unended:
            self._content_done(output, told.content)
            output.unended = False
        if output is not self.all[-1] and not output.growing:
            self._close(output)

    def _annotate(self, output: OpenOutput, content: int, before: Object, after: Object) -> None:
        known = len(before.get("annotations") or ())
        for place, note in enumerate((after.get("annotations") or ())[known:], known):
            at = {"item_id": output.id, "output_index": output.place, "content_index": content}
            self._frames.add("response.output_text.annotation.added", **at, annotation_index=place, annotation=note)

    def _end_content(self, output: OpenOutput) -> None:
        if output.unended:
            output.unended = False
            self._content_done(output, len(output.blocks) - 1)

    def _content_done(self, output: OpenOutput, content: int) -> None:
        block = output.blocks[content]
        at = {"item_id": output.id, "output_index": output.place, "content_index": content}
        if block.get("type") == "refusal":
            self._frames.add("response.refusal.done", **at, refusal=block.get("refusal"))
        else:
            self._frames.add("response.output_text.done", **at, text=block.get("text"), logprobs=block.get("logprobs") or [])
        self._frames.add("response.content_part.done", **at, part=block)

    def _cite(self, part: Citation) -> None:
        """Put a source that stands by itself to the last words before it."""
        last = self.all[-1] if self.all and self.all[-1].unended else None
        block = last.blocks[-1] if last is not None else {}
        if last is None or last.growing or block.get("type") != "output_text":
            self._losses.add("dropped", "citations", "a source that belongs to no words has no place")
            return
        notes = annotations_of((part,), len(text_of(block.get("text"))), self._losses)
        whole = {**block, "annotations": [*block["annotations"], *notes]}
        self._annotate(last, len(last.blocks) - 1, block, whole)
        last.blocks[-1] = whole

    def _end_item(self, told: Told, output: OpenOutput, part: Part, item: Object) -> None:
        output.item = item
        if isinstance(part, Reasoning):
            rest = told.left(part.text)
            if rest:
                self._words(told, output, rest)
            if told.spoken:
                said = {"type": "summary_text", "text": told.said}
                self._frames.add("response.reasoning_summary_text.done", **self._summary(output), text=told.said)
                self._frames.add("response.reasoning_summary_part.done", **self._summary(output), part=said)
        elif item.get("type") == "function_call":
            arguments = text_of(item.get("arguments"))
            rest = told.left(arguments)
            if rest:
                self._words(told, output, rest)
            named = {"item_id": output.id, "output_index": output.place, "name": item.get("name")}
            self._frames.add("response.function_call_arguments.done", **named, arguments=arguments)
        elif item.get("type") == "custom_tool_call":
            words = text_of(item.get("input"))
            at = {"item_id": output.id, "output_index": output.place}
            if words:
                self._frames.add("response.custom_tool_call_input.delta", **at, delta=words)
            self._frames.add("response.custom_tool_call_input.done", **at, input=words)
        self._done(output)

    def _close(self, output: OpenOutput) -> None:
        if not output.closed and output.item.get("type") == "message" and output.blocks:
            self._end_content(output)
            self._done(output)

    def _done(self, output: OpenOutput) -> None:
        if not output.closed:
            output.closed = True
            self._frames.add("response.output_item.done", output_index=output.place, item=output.item)

    def _at(self, told: Told, output: OpenOutput) -> Object:
        return {"item_id": output.id, "output_index": output.place, "content_index": told.content}

    def _summary(self, output: OpenOutput) -> Object:
        return {"item_id": output.id, "output_index": output.place, "summary_index": 0}
