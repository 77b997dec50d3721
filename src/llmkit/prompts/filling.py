"""Put values into a tree: one walk, and what a value says is never looked at."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from llmkit.prompts.template import ITEM, Block, Include, Node, Place, Words
from llmkit.prompts.variables import Variable, written
from llmkit.types.parts import Part, Text


def filled(nodes: tuple[Node, ...], values: Mapping[str, Any], variables: Mapping[str, Variable]) -> tuple[Part, ...]:
    """Return the parts: texts joined, media where they stand. Blanks around the whole are left out if they are the template's own."""
    parts: list[Part] = []
    words: list[str] = []
    for piece in _pieces(_trimmed(nodes), values, variables):
        if isinstance(piece, str):
            words.append(piece)
            continue
        _close(words, parts)
        parts.append(piece)
    _close(words, parts)
    return tuple(parts)


def _close(words: list[str], parts: list[Part]) -> None:
    text = "".join(words)
    words.clear()
    if text and (text.strip() or not parts):  # blanks between two pictures are layout
        parts.append(Text(text=text))


def _trimmed(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    found = list(nodes)
    if found and isinstance(found[0], Words):
        found[0] = Words(text=found[0].text.lstrip())
    if found and isinstance(found[-1], Words):
        found[-1] = Words(text=found[-1].text.rstrip())
    return tuple(found)


def _pieces(
    nodes: tuple[Node, ...], values: Mapping[str, Any], variables: Mapping[str, Variable], item: str | None = None
) -> Iterator[str | Part]:
    for node in nodes:
        match node:
            case Words():
                yield node.text
            case Place():
                if node.name == ITEM:
                    yield item or ""
                elif (value := values.get(node.name)) is not None:
                    yield written(value, variables[node.name].type)
            case Block():
                for each in _rounds(node, values.get(node.name)):
                    yield from _pieces(node.inner, values, variables, item if each is None else each)
            case Include():
                raise AssertionError("unreachable: partials were put in when the file was read")


def _rounds(block: Block, value: Any) -> tuple[str | None, ...]:
    """Return the items for which the block stands; None: it stands once, without one."""
    there = value is not None and value is not False and not (isinstance(value, str | list | tuple | dict) and not value)
    if block.absent:
        return () if there else (None,)
    if isinstance(value, list | tuple):
        return tuple([item if isinstance(item, str) else json.dumps(item, ensure_ascii=False) for item in value])
    return (None,) if there else ()
