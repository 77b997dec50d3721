"""What the encoder needs to know of its target, and the warnings it leaves."""

from __future__ import annotations

from collections.abc import Iterable

from llmkit.dialects.mistral.dialect_profile import NAME
from llmkit.dialects.openai_chat.setting import Setting
from llmkit.dialects.tool_ids import fitted_id
from llmkit.types.messages import Message
from llmkit.types.parts import InvalidToolCall, Provenance, ToolCall
from llmkit.types.profile import Profile


class MistralSetting(Setting):
    """The setting of Chat Completions, and the names of the tools that were called."""

    __slots__ = ("called",)
    dialect = NAME

    def __init__(self, *, model: str, target: Provenance, profile: Profile, conversation: Iterable[Message]) -> None:
        super().__init__(model=model, target=target, profile=profile)
        self.called = {
            part.id: part.name for message in conversation for part in message.content if isinstance(part, ToolCall | InvalidToolCall)
        }

    def tool_id(self, id: str) -> str:
        """Return the id of a call as the API takes it."""
        return fitted_id(id, length=self.profile.tool_id_length, limit=self.profile.tool_id_limit)
