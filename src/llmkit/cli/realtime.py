"""`llmkit realtime`: a session in the terminal, line by line; what is spoken can be kept in a file."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from llmkit.cli.suggestions import suggest_models

if TYPE_CHECKING:
    from llmkit.realtime import RealtimeSession

__all__ = ["realtime"]

_RATE = 24_000
"""Hertz of spoken answers, where they do not tell."""


@click.command(epilog="Lines come from the keyboard, or from standard input. Ctrl-D ends the session.")
@click.option("-m", "--model", metavar="ID", required=True, shell_complete=suggest_models, help="Model as provider/model.")
@click.option("-s", "--system", metavar="TEXT", help="Instructions to the model.")
@click.option("-v", "--voice", metavar="NAME", help="The voice.")
@click.option("--text", "written", is_flag=True, help="Answers in writing alone.")
@click.option("--save", metavar="FILE", type=click.Path(), help="Keep what is spoken in this WAV file.")
@click.option("--usage", is_flag=True, help="Print tokens and cost on standard error.")
def realtime(model: str, system: str | None, voice: str | None, written: bool, save: str | None, usage: bool) -> None:
    """Talk with a realtime model: a line is a turn, and the answer is shown while it is spoken.

    \b
    Examples:
      llmkit realtime -m openai/gpt-realtime --save talk.wav
      echo "Say a greeting." | llmkit realtime -m google/gemini-2.5-flash-native-audio-latest
    """
    from llmkit.cli.notices import note, usage_line
    from llmkit.client import LLMKit

    options: dict[str, Any] = {"instructions": system, "voice": voice, "modalities": ["text" if written else "audio"]}
    if not written:
        options["transcription"] = _shown_by_itself(model)
    with LLMKit() as kit, kit.realtime(model, **options) as session:
        for warning in session.warnings:
            if warning.parameter != "cost":
                note(f"warning: {warning}")
        with _sound(save) as keep:
            for line in _lines():
                session.send_text(line)
                _show(session, keep)
        if usage:
            note(usage_line(session.reply.usage, session.reply.cost))


def _shown_by_itself(model: str) -> bool | None:
    """Return whether words must be asked for beside the sound: Gemini's formats give none else, and others always do."""
    from llmkit.providers.catalog import all_rows

    name = model.partition("/")[0]
    row = next((row for row in all_rows() if name in (row.name, *row.aliases)), None)
    way = None if row is None else row.operations.get("realtime")
    return True if way is not None and way.dialect == "gemini_realtime" else None


def _lines() -> Iterator[str]:
    """Give what is typed; at a terminal with a prompt."""
    while True:
        if sys.stdin.isatty():
            sys.stderr.write("> ")
            sys.stderr.flush()
        line = sys.stdin.readline()
        if not line:
            return
        if line.strip():
            yield line.strip()


def _show(session: RealtimeSession, keep: Any) -> None:
    """Show one answer while it comes."""
    from llmkit.cli.notices import note
    from llmkit.cli.terminal_text import printable
    from llmkit.realtime import AudioDelta, ResponseDone, SessionError, TextDelta, TranscriptDelta

    terminal = sys.stdout.isatty()
    for event in session:
        match event:
            case TextDelta() | TranscriptDelta(speaker="model"):
                sys.stdout.write(printable(event.text) if terminal else event.text)
                sys.stdout.flush()
            case AudioDelta():
                keep(event.data, event.rate)
            case SessionError():
                note(f"error: {event.error}")
                return
            case ResponseDone():
                sys.stdout.write("\n")
                sys.stdout.flush()
                if event.error is not None:
                    note(f"error: {event.error}")
                return


@contextmanager
def _sound(name: str | None) -> Iterator[Any]:
    """Give what keeps sound in the file `name`, which is there when the session is over, and else not."""
    if name is None:
        yield lambda data, rate: None
        return
    import wave

    from llmkit.errors import InvalidRequest
    from llmkit.unfinished import UnfinishedFile

    target = Path(name)
    if target.exists():
        raise InvalidRequest(f"{target} exists.", parameter="save", hint="Name another file.")
    with UnfinishedFile(target) as part:
        with wave.open(part.file, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(_RATE)
            yield lambda data, rate: file.writeframes(data)
        part.keep()
