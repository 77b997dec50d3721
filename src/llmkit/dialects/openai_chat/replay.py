"""Send earlier thinking back, as its provider wants it."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.openai_chat.reasoning import DETAILS, FIELDS
from llmkit.dialects.openai_chat.setting import Setting
from llmkit.dialects.openai_chat.wire import Object, dumps, is_object, list_of, objects_of, raw
from llmkit.types.parts import Part, Reasoning, ToolCall

_fields = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_SEALS = ("signature", "data", "encrypted")


class Replay:
    """The thinking of one assistant turn: as blocks that stay in place, and as fields of the message."""

    def __init__(self, content: tuple[Part, ...], setting: Setting) -> None:
        self._setting = setting
        self.fields: Object = {}
        self._text: list[str] = []
        policy = setting.profile.replay
        calls = any(isinstance(part, ToolCall) for part in content)
        self._plain = policy == "always" or (policy == "tool_calls" and calls)
        self._native = policy == "native" or self._plain
        if self._plain:
            self._text.append("")  # The field is demanded even where there was no thinking.

    def block(self, part: Reasoning) -> Any:
        """Return the block to send in place of `part`, None where it goes into a field or not at all."""
        setting = self._setting
        if part.origin is not None and part.origin.dialect != setting.target.dialect:
            setting.warn("dropped", "messages", "thinking of another format cannot be sent")
            return None
        if not self._native:
            return None
        if not setting.is_native(part):
            self._say(part)
            return None
        fields = _fields(part.native)
        if "type" in fields:
            return self._sealed(part.native, part)
        if self._plain and DETAILS not in fields:
            self._say(part)
        elif setting.is_elsewhere(part):
            setting.warn("dropped", "messages", "thinking of another provider cannot be sent")
        else:
            self._merge(fields, part)
        return None

    def message_fields(self) -> Object:
        """Return the fields to add to the message."""
        name = self._setting.profile.reasoning_field
        if self._text and not (DETAILS in self.fields or any(field in self.fields for field in FIELDS)):
            return {**self.fields, name: "".join(self._text)}
        return self.fields

    def _say(self, part: Reasoning) -> None:
        if self._plain:
            self._text.append(part.text)
        else:
            self._setting.warn("dropped", "messages", "thinking without its wire block is not sent")

    def _merge(self, fields: dict[str, msgspec.Raw], part: Reasoning) -> None:
        for name, value in fields.items():
            sealed = self._sealed(value, part) if name == DETAILS else value
            if sealed is None:
                continue
            before = self.fields.get(name)
            self.fields[name] = sealed if before is None else _joined(before, sealed)

    def _sealed(self, block: msgspec.Raw, part: Reasoning) -> msgspec.Raw | None:
        """Return the block without what only the account that made it may send."""
        if not self._setting.moved(part):
            return block
        wire = msgspec.json.decode(block)
        items = wire if isinstance(wire, list) else [wire]
        kept = [
            bare for item in objects_of(items) if (bare := {key: value for key, value in item.items() if key not in _SEALS}).keys() - _EMPTY
        ]
        if dumps(kept) != dumps(items):
            self._setting.warn("lossy", "messages", "sealed thinking of another account is not sent")
        if not kept:
            return None
        return raw(kept if isinstance(wire, list) else kept[0])


_EMPTY = frozenset({"type", "id", "index", "format"})


def _joined(before: msgspec.Raw, more: msgspec.Raw) -> msgspec.Raw:
    """Continue a text or a list that an earlier part of the same turn began."""
    first, second = msgspec.json.decode(before), msgspec.json.decode(more)
    if isinstance(first, str) and isinstance(second, str):
        return raw(first + second)
    return raw([*list_of(first), *list_of(second)]) if not is_object(first) else more
