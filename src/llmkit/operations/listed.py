"""What a provider keeps, page by page: each page is asked for only when it is needed."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Generic, TypeVar

from llmkit.errors import ProtocolError
from llmkit.runtime.step import run

Item = TypeVar("Item")
Turn = Callable[[str], Awaitable[tuple[tuple[Item, ...], str]]]
"""Gets where to begin (empty: at the start) and returns some items and where the next begin (empty: these are all)."""
MOST_PAGES = 100_000


class ListedCore(Generic[Item]):
    """Gives one item after the other."""

    def __init__(self, turn: Turn[Item]) -> None:
        self._turn = turn
        self._items: deque[Item] = deque()
        self._seen: set[str] = set()
        self._next: str | None = ""

    async def next(self) -> Item | None:
        """Return the next item, None at the end. Raises `ProtocolError` where a page leads to one that was there before."""
        while not self._items and self._next is not None:
            place = self._next
            items, after = await self._turn(place)
            self._items.extend(items)
            if after in self._seen or len(self._seen) > MOST_PAGES:
                raise ProtocolError("The list leads back to where it was.")
            self._seen.add(after)
            self._next = after or None
        return self._items.popleft() if self._items else None


class Listed(Generic[Item]):
    """An iterator over what a provider keeps."""

    def __init__(self, core: ListedCore[Item]) -> None:
        self._core = core

    def __iter__(self) -> Iterator[Item]:
        return self

    def __next__(self) -> Item:
        item = run(self._core.next())
        if item is None:
            raise StopIteration
        return item


class AsyncListed(Generic[Item]):
    """An asynchronous iterator over what a provider keeps."""

    def __init__(self, core: ListedCore[Item]) -> None:
        self._core = core

    def __aiter__(self) -> AsyncIterator[Item]:
        return self

    async def __anext__(self) -> Item:
        item = await self._core.next()
        if item is None:
            raise StopAsyncIteration
        return item
