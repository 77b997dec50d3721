"""A conversation in progress: its turns, model and totals; saved to and loaded from a file."""

from __future__ import annotations

from pathlib import Path

import msgspec

from llmkit.cli.private_files import write_private
from llmkit.errors import InvalidRequest
from llmkit.types.messages import Message
from llmkit.types.model import Model
from llmkit.types.parts import Part, Text
from llmkit.types.responses import CompletionResponse
from llmkit.types.totals import add_usage, total_cost
from llmkit.types.usage import Cost, Usage

__all__ = ["SavedTalk", "Talk", "load_talk", "save_talk"]

_LARGEST = 256 * 2**20
"""Bytes of a saved conversation that are read: attachments are inside."""


class SavedTalk(Model, frozen=True, kw_only=True):
    """What a file holds. `interrupted` are the places of the answers that the user cut short."""

    version: int = 1
    model: str
    system: str | None = None
    messages: tuple[Message, ...]
    interrupted: tuple[int, ...] = ()


class Talk:
    """The turns so far. A turn is added when its answer is there, so that a failed question can be asked again."""

    def __init__(self, model: str, system: str | None) -> None:
        self.model = model
        self.system = system
        self.pending: list[Part] = []
        """Attachments of the next question."""
        self.messages: list[Message] = []
        self.interrupted: set[int] = set()
        self.usage: Usage | None = None
        self.cost: Cost | None = None
        self.calls = 0
        self.uncounted = 0
        """Answers without token counts, such as interrupted ones."""
        self._unpriced = False

    def question(self, text: str) -> Message:
        """Return the next turn of the user."""
        return Message.user(*self.pending, *([Text(text=text)] if text else []))

    def add(self, question: Message, response: CompletionResponse) -> None:
        """Take in an answer."""
        self.messages += [question, response.message]
        self.pending = []
        self._count(response)

    def add_interrupted(self, question: Message, partial: CompletionResponse | None) -> bool:
        """Take in what came of an answer, as plain words: a tool call or a sealed thought cut in two cannot be sent back."""
        words = partial.text if partial is not None else ""
        if partial is not None:
            self._count(partial)
        if not words.strip():
            return False
        self.messages += [question, Message.assistant(words)]
        self.interrupted.add(len(self.messages) - 1)
        self.pending = []
        return True

    def clear(self) -> None:
        """Forget the turns; model, instructions and totals stay."""
        self.messages, self.pending, self.interrupted = [], [], set()

    def total_cost(self) -> Cost | None:
        """Return what all answers cost, None where a price is not known."""
        return None if self._unpriced else self.cost

    def _count(self, response: CompletionResponse) -> None:
        self.calls += 1
        if response.usage is None:
            self.uncounted += 1
        else:
            self.usage = response.usage if self.usage is None else add_usage(self.usage, response.usage)
        if response.cost is None:
            self._unpriced = True
        else:
            self.cost = response.cost if self.cost is None else total_cost((self.cost, response.cost))
            self._unpriced = self.cost is None


def save_talk(talk: Talk, path: Path, *, overwrite: bool) -> None:
    """Write `talk` as JSON with mode 0600. Raises `InvalidRequest` where the file exists or cannot be written."""
    saved = SavedTalk(model=talk.model, system=talk.system, messages=tuple(talk.messages), interrupted=tuple(sorted(talk.interrupted)))
    try:
        write_private(path, msgspec.json.format(msgspec.json.encode(saved), indent=1) + b"\n", overwrite=overwrite)
        return
    except FileExistsError:
        reason = f"{path} exists; /save! {path} replaces it"
    except (OSError, ValueError) as error:
        reason = f"{path} cannot be written: {getattr(error, 'strerror', None) or error}"
    raise InvalidRequest(f"{reason}.", parameter="save")


def load_talk(talk: Talk, path: Path) -> None:
    """Continue the conversation saved at `path`. Raises `InvalidRequest` for a file that holds none."""
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
        if len(data) > _LARGEST:
            raise ValueError("it is too large")
        saved = msgspec.json.decode(data, type=SavedTalk)
    except (OSError, ValueError, RecursionError) as error:  # msgspec's errors are ValueErrors
        reason = getattr(error, "strerror", None) or str(error)
    else:
        talk.clear()
        talk.model, talk.system = saved.model, saved.system
        talk.messages, talk.interrupted = list(saved.messages), set(saved.interrupted)
        return
    raise InvalidRequest(f"{path} is not a saved conversation: {reason}.", parameter="load")
