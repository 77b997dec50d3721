"""Answer one chat request with the engine: a choice among tools where there are some, then text or JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llmkit.local import sampling
from llmkit.local.call_reader import CallReader
from llmkit.local.engine import Engine
from llmkit.local.prompt import plain, prompt, turns
from llmkit.local.refusal import Refusal, of_engine
from llmkit.local.tools import SYSTEM, Choice, choice_of
from llmkit.local.writers import StreamWriter, WholeWriter, Writer, write_json
from llmkit.transport.inprocess import Cancelled, Pipe

_JSON_BEGINS = '{["-0123456789tfn'
Delta = Callable[[dict[str, Any], Any], None]


class Completion:
    """One request on its way through the engine."""

    def __init__(self, engine: Engine, body: dict[str, Any], pipe: Pipe) -> None:
        self._engine = engine
        self._body = body
        self._pipe = pipe
        self._turns = turns(body.get("messages"))
        self._choice = choice_of(body, after_result=self._turns[-1]["role"] == "tool")
        self._schema = sampling.schema_of(body)
        self._free = sampling.free(body, small=engine.small)  # also checks what a choice does not use
        self._usage = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
        self._cached = 0
        self._guarded = False
        options = body.get("stream_options") or {}
        with_usage = isinstance(options, dict) and options.get("include_usage") is True
        streams = body.get("stream") is True
        self._writer: Writer = StreamWriter(pipe, engine.model, with_usage=with_usage) if streams else WholeWriter(pipe, engine.model)

    def run(self) -> None:
        """Write the answer to the pipe, or the refusal where there is none."""
        try:
            for schema, parameter in ((self._schema, "response_format"), (self._choice and self._choice.schema(), "tools")):
                if schema:
                    self._check(schema, parameter)
            reason = self._called(self._choice) if self._choice else None
            if reason is None:
                reason = self._stage({**self._free, "messages": prompt(self._turns, small=self._engine.small)}, self._say)
            self._writer.end(reason, {**self._usage, "prompt_tokens_details": {"cached_tokens": self._cached}})
        except Refusal as refusal:
            if self._pipe.status and isinstance(self._writer, StreamWriter):
                self._writer.fail(refusal.body)
            else:
                write_json(self._pipe, refusal.status, refusal.body)

    def _called(self, choice: Choice) -> str | None:
        """Let the model choose; None when it chose to answer in text."""
        reader = CallReader()
        begun = False

        def read(delta: dict[str, Any], logprobs: Any) -> None:
            nonlocal begun
            self._guard(delta["content"], "{", "tools")
            more = reader.feed(delta["content"])
            if reader.calling and not begun:
                begun = True
                self._writer.call(reader.name or "")
            if more:
                self._writer.arguments(more)

        messages = plain(self._turns, SYSTEM)
        messages[1:1] = choice.examples()
        reason = self._stage({**sampling.constrained(self._body, choice.schema()), "messages": messages}, read)
        if not reader.calling:
            return None if reader.name == choice.answer and reason != "length" else reason
        return "tool_calls" if reason == "stop" else reason

    def _say(self, delta: dict[str, Any], logprobs: Any) -> None:
        if self._schema is not None:
            self._guard(delta["content"], _JSON_BEGINS, "response_format")
        self._writer.text(delta["content"], logprobs)

    def _check(self, schema: dict[str, Any], parameter: str) -> None:
        try:
            self._engine.check(schema)
        except ValueError as error:
            raise Refusal(str(error), parameter=parameter) from None

    def _guard(self, text: str, beginnings: str, parameter: str) -> None:
        """A grammar that the runtime cannot compile is dropped in silence: the answer then begins like a sentence."""
        if not self._guarded:
            self._guarded = True
            if text.lstrip()[:1] not in beginnings:
                raise Refusal("The embedded model cannot keep to this schema; a pattern may be beyond it.", parameter=parameter)

    def _stage(self, fields: dict[str, Any], on_delta: Delta) -> str:
        reason = "stop"
        self._guarded = False

        def on_chunk(chunk: dict[str, Any]) -> bool:
            nonlocal reason
            if self._pipe.cancelled:
                return True
            if "error" in chunk:
                raise of_engine(chunk["error"])
            for choice in chunk.get("choices") or ():
                delta = choice.get("delta") or {}
                if delta.get("content"):
                    on_delta(delta, choice.get("logprobs"))
                reason = choice.get("finish_reason") or reason
            if chunk.get("usage"):
                self._count(chunk["usage"])
            return False

        try:
            self._engine.chat(fields, on_chunk)
        except ValueError as error:  # what the runtime refuses without an answer
            raise Refusal(str(error)) from None
        if self._pipe.cancelled:
            raise Cancelled
        return reason

    def _count(self, usage: dict[str, Any]) -> None:
        for name in self._usage:
            self._usage[name] += int(usage.get(name) or 0)
        self._cached += int((usage.get("prompt_tokens_details") or {}).get("cached_tokens") or 0)
