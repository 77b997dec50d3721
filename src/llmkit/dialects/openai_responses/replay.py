"""What of the model's earlier turns may be sent again: some of it means something only to the format, or the account, that made it."""

from __future__ import annotations

from llmkit.dialects.openai_responses.draft import ResponsesDraft
from llmkit.types.parts import Compaction, Image, Part, Reasoning, ServerToolCall, ServerToolResult, Unknown


def left_behind(part: Part, draft: ResponsesDraft) -> bool:
    """Tell whether `part` must not be sent at all, with a warning where something is lost."""
    match part:
        case Reasoning():
            return _thinking_left_behind(part, draft)
        case ServerToolCall() | ServerToolResult() if draft.foreign(part):
            draft.warn("dropped", "server_tool", "Another provider's tool calls and results cannot be sent here.")
            return True
        case ServerToolCall() | ServerToolResult() | Image() if draft.native(part) and draft.moved(part):
            draft.warn("lossy", "server_tool", "What the provider's own tools did is known only to the account that asked for it.")
            return True
        case Compaction() if draft.moved(part):
            draft.warn("lossy", "compaction", "A summary is sealed for the account that got it.")
            return True
        case Unknown() if draft.foreign(part) or not draft.native(part):
            draft.warn("dropped", part.kind or "content", "A block of another format cannot be sent here.")
            return True
    return False


def _thinking_left_behind(part: Reasoning, draft: ResponsesDraft) -> bool:
    told = bool(part.text) and not part.summary
    if draft.foreign(part) or (part.origin is None and part.encrypted is None):
        draft.warn("dropped", "reasoning", "Only thinking that this format made can be sent.")
        return True
    if draft.profile.replay == "never":
        return True
    if draft.moved(part) and not told:
        draft.warn("lossy", "reasoning", "Thinking is sealed for the account that produced it.")
        return True
    if draft.store is False and part.encrypted is None and not told and draft.profile.replay != "always":
        draft.warn("lossy", "reasoning", "The server did not keep this thinking, and did not hand it out either.")
        return True
    return False
