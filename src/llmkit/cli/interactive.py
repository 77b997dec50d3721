"""The conversation at a terminal: read a line, answer it, again."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import WordCompleter
from prompt_toolkit.history import History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

from llmkit.cli.asking import Asking, Interruption, conversation
from llmkit.cli.history import PromptHistory
from llmkit.cli.model_choice import Choice, resolve
from llmkit.cli.notices import after_answer, note
from llmkit.cli.private_files import state_directory
from llmkit.cli.slash import COMMANDS, Leave, run_command
from llmkit.cli.talk import Talk
from llmkit.errors import LLMKitError, StreamInterrupted
from llmkit.types.parts import Part

__all__ = ["converse"]


def converse(asking: Asking, choice: Choice, *, system: str | None, attached: Sequence[Part]) -> None:
    """Talk until the user leaves."""
    resolve(asking.kit, choice.model)  # A wrong name is told now, not after the first question.
    talk = Talk(choice.model, system)
    talk.pending = list(attached)
    session = _session()
    note(f"model: {choice.model}{f' ({choice.reason})' if choice.reason else ''}")
    note("/help lists commands, Ctrl-D leaves.")
    while True:
        try:
            line = session.prompt("\n> ").strip()
        except KeyboardInterrupt:
            note("(Ctrl-D leaves)")
            continue
        except EOFError:
            return
        if not line:
            continue
        try:
            _take(asking, talk, line)
        except Leave:
            return
        except LLMKitError as error:
            note(f"error: {error}")
        except KeyboardInterrupt:
            note("(interrupted)")
        except Exception as error:  # A fault of ours must not take the conversation along.
            note(f"error: unexpected {type(error).__name__}: {error}")


def _take(asking: Asking, talk: Talk, line: str) -> None:
    if line.startswith("/") and not line.startswith("//"):
        run_command(line, talk, asking.kit)
    else:
        _answer(asking, talk, line[1:] if line.startswith("//") else line)


def _answer(asking: Asking, talk: Talk, text: str) -> None:
    question = talk.question(text)
    try:
        response = asking.answer(talk.model, conversation(talk.system, [*talk.messages, question]))
    except Interruption as stopped:
        kept = talk.add_interrupted(question, stopped.partial)
        note("(interrupted; what came stays in the conversation)" if kept else "(interrupted; nothing had come)")
    except StreamInterrupted as error:
        talk.add_interrupted(question, error.partial)
        raise
    else:
        talk.add(question, response)
        after_answer(response, usage=asking.show.usage)


def _session() -> PromptSession[str]:
    words = WordCompleter([f"/{name}" for name in COMMANDS], sentence=True)
    return PromptSession(history=_history(), completer=words, complete_while_typing=False, key_bindings=_keys())


def _history() -> History:
    try:
        return PromptHistory(state_directory() / "history.jsonl")
    except OSError as error:
        print(f"note: no history: {error.strerror}", file=sys.stderr)
        return InMemoryHistory()


def _keys() -> KeyBindings:
    keys = KeyBindings()

    @keys.add("escape", "enter")
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    return keys
