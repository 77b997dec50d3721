"""The methods of both clients that answer with a value of the user's own type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, Unpack, overload

from llmkit.core import Core
from llmkit.runtime.step import run
from llmkit.types.requests import CompletionOptions, CompletionRequest, OutputMode

if TYPE_CHECKING:
    from llmkit.parsing import OpeningParse, ParseStream
    from llmkit.structured.parsed import Parsed

T = TypeVar("T")
Models: TypeAlias = str | Sequence[str] | CompletionRequest


class ParseFace:
    """`parse`, `parsed` and `parse_stream` of the sync client."""

    _core: Core

    @overload
    def parse(
        self,
        model: Models,
        messages: Any,
        kind: type[T],
        /,
        *,
        tries: int = 2,
        mode: OutputMode | None = None,
        **options: Unpack[CompletionOptions],
    ) -> T: ...
    @overload
    def parse(
        self,
        model: Models,
        messages: Any,
        kind: Any,
        /,
        *,
        tries: int = 2,
        mode: OutputMode | None = None,
        **options: Unpack[CompletionOptions],
    ) -> Any: ...
    def parse(
        self,
        model: Models,
        messages: Any,
        kind: Any,
        /,
        *,
        tries: int = 2,
        mode: OutputMode | None = None,
        **options: Unpack[CompletionOptions],
    ) -> Any:
        """Answer `messages` with a value of the type `kind`: `invoice = kit.parse("openai/gpt-5", text, Invoice)`.

        Args:
            kind: a pydantic model, dataclass, TypedDict, msgspec Struct, attrs class, Enum, `Literal[...]`, `list[...]`, a union,
                or a JSON Schema as a dict.
            tries: the most times the model is asked; an answer that does not fit is asked for again, with what is wrong.
            mode: `native`, `tool`, `json_object` or `prompt`; None: the best the model takes.

        Raises `OutputInvalid`, `OutputTruncated`, `OutputRefused`, and what `complete` raises.
        """
        return run(self._core.parsed(model, messages, kind, tries, mode, options)).value

    @overload
    def parsed(
        self,
        model: Models,
        messages: Any,
        kind: type[T],
        /,
        *,
        tries: int = 2,
        mode: OutputMode | None = None,
        **options: Unpack[CompletionOptions],
    ) -> Parsed[T]: ...
    @overload
    def parsed(
        self,
        model: Models,
        messages: Any,
        kind: Any,
        /,
        *,
        tries: int = 2,
        mode: OutputMode | None = None,
        **options: Unpack[CompletionOptions],
    ) -> Parsed[Any]: ...
    def parsed(
        self,
        model: Models,
        messages: Any,
        kind: Any,
        /,
        *,
        tries: int = 2,
        mode: OutputMode | None = None,
        **options: Unpack[CompletionOptions],
    ) -> Parsed[Any]:
        """Answer like `parse`, and return the value with its response, usage, cost and number of tries."""
        return run(self._core.parsed(model, messages, kind, tries, mode, options))

    @overload
    def parse_stream(
        self,
        model: Models,
        messages: Any,
        kind: type[T],
        /,
        *,
        tries: int = 2,
        mode: OutputMode | None = None,
        **options: Unpack[CompletionOptions],
    ) -> ParseStream[T]: ...
    @overload
    def parse_stream(
        self,
        model: Models,
        messages: Any,
        kind: Any,
        /,
        *,
        tries: int = 2,
        mode: OutputMode | None = None,
        **options: Unpack[CompletionOptions],
    ) -> ParseStream[Any]: ...
    def parse_stream(
        self,
        model: Models,
        messages: Any,
        kind: Any,
        /,
        *,
        tries: int = 2,
        mode: OutputMode | None = None,
        **options: Unpack[CompletionOptions],
    ) -> ParseStream[Any]:
        """Answer like `parse`, growing: iterate for the parts that are there, then `value()`; use it in a `with` block."""
        from llmkit.parsing import ParseStream

        return ParseStream(run(self._core.parse_stream(model, messages, kind, tries, mode, options)))


class AsyncParseFace:
    """`parse`, `parsed` and `parse_stream` of the asyncio client. See `ParseFace` for the arguments."""

    _core: Core

    @overload
    async def parse(
        self,
        model: Models,
        messages: Any,
        kind: type[T],
        /,
        *,
        tries: int = 2,
        mode: OutputMode | None = None,
        **options: Unpack[CompletionOptions],
    ) -> T: ...
    @overload
    async def parse(
        self,
        model: Models,
        messages: Any,
        kind: Any,
        /,
        *,
        tries: int = 2,
        mode: OutputMode | None = None,
        **options: Unpack[CompletionOptions],
    ) -> Any: ...
    async def parse(
        self,
        model: Models,
        messages: Any,
        kind: Any,
        /,
        *,
        tries: int = 2,
        mode: OutputMode | None = None,
        **options: Unpack[CompletionOptions],
    ) -> Any:
        """Answer `messages` with a value of the type `kind`. See `LLMKit.parse`."""
        return (await self._core.parsed(model, messages, kind, tries, mode, options)).value

    @overload
    async def parsed(
        self,
        model: Models,
        messages: Any,
        kind: type[T],
        /,
        *,
        tries: int = 2,
        mode: OutputMode | None = None,
        **options: Unpack[CompletionOptions],
    ) -> Parsed[T]: ...
    @overload
    async def parsed(
        self,
        model: Models,
        messages: Any,
        kind: Any,
        /,
        *,
        tries: int = 2,
        mode: OutputMode | None = None,
        **options: Unpack[CompletionOptions],
    ) -> Parsed[Any]: ...
    async def parsed(
        self,
        model: Models,
        messages: Any,
        kind: Any,
        /,
        *,
        tries: int = 2,
        mode: OutputMode | None = None,
        **options: Unpack[CompletionOptions],
    ) -> Parsed[Any]:
        """Answer like `parse`, and return the value with its response, usage, cost and number of tries."""
        return await self._core.parsed(model, messages, kind, tries, mode, options)

    @overload
    def parse_stream(
        self,
        model: Models,
        messages: Any,
        kind: type[T],
        /,
        *,
        tries: int = 2,
        mode: OutputMode | None = None,
        **options: Unpack[CompletionOptions],
    ) -> OpeningParse[T]: ...
    @overload
    def parse_stream(
        self,
        model: Models,
        messages: Any,
        kind: Any,
        /,
        *,
        tries: int = 2,
        mode: OutputMode | None = None,
        **options: Unpack[CompletionOptions],
    ) -> OpeningParse[Any]: ...
    def parse_stream(
        self,
        model: Models,
        messages: Any,
        kind: Any,
        /,
        *,
        tries: int = 2,
        mode: OutputMode | None = None,
        **options: Unpack[CompletionOptions],
    ) -> OpeningParse[Any]:
        """Answer like `parse`, growing: `async with kit.parse_stream(...) as stream`, or `stream = await kit.parse_stream(...)`."""
        from llmkit.parsing import OpeningParse

        return OpeningParse(lambda: self._core.parse_stream(model, messages, kind, tries, mode, options))
