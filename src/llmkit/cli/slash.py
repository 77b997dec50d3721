"""The commands inside a conversation: `/model`, `/save` ..."""

from __future__ import annotations

import sys
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

from llmkit.cli.attachments import attachment
from llmkit.cli.model_choice import resolve
from llmkit.cli.notices import note, usage_line
from llmkit.cli.talk import Talk, load_talk, save_talk
from llmkit.client import LLMKit
from llmkit.errors import InvalidRequest
from llmkit.types.parts import Text

__all__ = ["COMMANDS", "Leave", "run_command"]


class Leave(Exception):
    """The user wants to go."""


class Command(NamedTuple):
    """`usage` is what follows the name; `run` takes the conversation, the client and that text."""

    usage: str
    help: str
    run: Callable[[Talk, LLMKit, str], None]


def run_command(line: str, talk: Talk, kit: LLMKit) -> None:
    """Run the command in `line`, which begins with `/`. Raises `InvalidRequest`, or `Leave` at `/exit`."""
    name, _, argument = line[1:].strip().partition(" ")
    command = COMMANDS.get(_ALIASES.get(name, name))
    if command is None:
        near = get_close_matches(name, COMMANDS, n=1)
        hint = f"Did you mean /{near[0]}?" if near else "/help lists them; // begins a message with a slash."
        raise InvalidRequest(f"No command /{name}.", parameter="command", hint=hint)
    command.run(talk, kit, argument.strip())


def _model(talk: Talk, kit: LLMKit, model: str) -> None:
    if model:
        provider, name = resolve(kit, model)
        talk.model = f"{provider.name}/{name}"
        if not kit.configured(provider.name):
            note(f"note: no key for {provider.title}; set {' or '.join(provider.env)}")
    note(f"model: {talk.model}")


def _system(talk: Talk, kit: LLMKit, text: str) -> None:
    if text:
        talk.system = None if text == "-" else text
    note(f"system: {talk.system or '(none)'}")


def _attach(talk: Talk, kit: LLMKit, name: str) -> None:
    part = attachment(_required(name, "/attach FILE"))
    talk.pending.append(part)
    kind = "text" if isinstance(part, Text) else getattr(part, "media_type", "file")
    note(f"attached {name} ({kind}) to your next message")


def _save(talk: Talk, kit: LLMKit, name: str) -> None:
    save_talk(talk, _path(name, "/save FILE"), overwrite=False)
    note(f"saved {len(talk.messages)} messages to {name}")


def _replace(talk: Talk, kit: LLMKit, name: str) -> None:
    save_talk(talk, _path(name, "/save! FILE"), overwrite=True)
    note(f"saved {len(talk.messages)} messages to {name}")


def _load(talk: Talk, kit: LLMKit, name: str) -> None:
    load_talk(talk, _path(name, "/load FILE"))
    note(f"loaded {len(talk.messages)} messages; model: {talk.model}")


def _clear(talk: Talk, kit: LLMKit, argument: str) -> None:
    talk.clear()
    note("cleared: the next message begins a new conversation")


def _usage(talk: Talk, kit: LLMKit, argument: str) -> None:
    answers = "1 answer" if talk.calls == 1 else f"{talk.calls} answers"
    missing = f"; {talk.uncounted} of them not counted" if talk.uncounted and talk.usage is not None else ""
    note(f"{answers}: {usage_line(talk.usage, talk.total_cost())}{missing}" if talk.calls else "nothing used yet")


def _help(talk: Talk, kit: LLMKit, argument: str) -> None:
    rows = [(f"/{name} {command.usage}".rstrip(), command.help) for name, command in COMMANDS.items()]
    width = max(len(left) for left, _ in rows)
    for left, right in rows:
        print(f"  {left.ljust(width)}  {right}", file=sys.stderr)
    print("  Esc Enter begins a new line; Ctrl-C ends an answer; Ctrl-D leaves.", file=sys.stderr)


def _exit(talk: Talk, kit: LLMKit, argument: str) -> None:
    raise Leave


def _required(text: str, usage: str) -> str:
    if not text:
        raise InvalidRequest(f"Write {usage}.", parameter="command")
    return text


def _path(name: str, usage: str) -> Path:
    return Path(_required(name, usage)).expanduser()


COMMANDS: dict[str, Command] = {
    "model": Command("[ID]", "show or change the model", _model),
    "system": Command("[TEXT|-]", "show, set or (-) remove the instructions", _system),
    "attach": Command("FILE", "attach a file to the next message", _attach),
    "save": Command("FILE", "save the conversation as JSON", _save),
    "save!": Command("FILE", "the same, replacing the file", _replace),
    "load": Command("FILE", "continue a saved conversation", _load),
    "clear": Command("", "begin a new conversation", _clear),
    "usage": Command("", "tokens and cost so far", _usage),
    "help": Command("", "show this list", _help),
    "exit": Command("", "leave", _exit),
}
_ALIASES = {"quit": "exit", "q": "exit", "?": "help"}
