"""`llmkit say`: speak a text into a file, or into a pipe while it is spoken."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from llmkit.cli.suggestions import suggest_models

if TYPE_CHECKING:
    from llmkit.client import LLMKit
    from llmkit.types.speech import SpeechResponse

__all__ = ["say"]

_FORMATS = ("mp3", "wav", "pcm", "opus", "ogg", "flac", "aac", "mulaw", "alaw")


@click.command(epilog="Without TEXT standard input is spoken. `llmkit say --voices -m PROVIDER` lists the voices.")
@click.argument("text", nargs=-1)
@click.option("-m", "--model", metavar="ID", required=True, shell_complete=suggest_models, help="Model as provider/model.")
@click.option("-o", "--output", metavar="FILE", type=click.Path(allow_dash=True), help="Where to; `-` is standard output, piece by piece.")
@click.option("-v", "--voice", metavar="NAME", help="The voice.")
@click.option("--format", type=click.Choice(_FORMATS), help="How the sound is written down.")
@click.option("--speed", metavar="N", type=float, help="1.0 is as the voice speaks by itself.")
@click.option("--language", metavar="CODE", help="Such as en or pt-BR; of --voices: only those that speak it.")
@click.option("--instructions", metavar="TEXT", help="How to say it.")
@click.option("--sample-rate", metavar="HZ", type=int, help="Samples a second.")
@click.option("--voices", "list_voices", is_flag=True, help="List the voices of the model's provider.")
@click.option("--usage", is_flag=True, help="Print the cost on standard error.")
def say(text: tuple[str, ...], model: str, output: str | None, list_voices: bool, usage: bool, **options: Any) -> None:
    """Speak TEXT and print where the sound was saved.

    \b
    Examples:
      llmkit say -m openai/gpt-4o-mini-tts -v nova -o hello.mp3 "Hello there"
      llmkit say -m elevenlabs/eleven_v3 -v 21m00Tcm4TlvDq8ikWAM -o - "Hello" | ffplay -
      llmkit say --voices -m elevenlabs --language pt
    """
    from llmkit.client import LLMKit

    with LLMKit() as kit:
        if list_voices:
            _list(kit, model, options["language"])
            return
        given = {name: value for name, value in options.items() if value is not None}
        words = " ".join(text) or _piped()
        reply = _spoken(kit, model, words, given) if output == "-" else _saved(kit, kit.speech(model, words, **given), output)
        _tell(reply, usage)


def _piped() -> str:
    from llmkit.cli.attachments import stdin_bytes
    from llmkit.errors import InvalidRequest

    words = "" if sys.stdin.isatty() else stdin_bytes().decode("utf-8", "replace")
    if not words.strip():
        raise InvalidRequest("There is nothing to say.", parameter="text", hint='Write it: llmkit say -m ... "Hello".')
    return words


def _spoken(kit: LLMKit, model: str, words: str, options: dict[str, Any]) -> SpeechResponse:
    """Write the sound to standard output while it is made; at once, where it comes at once."""
    from llmkit.errors import UnsupportedFeature

    if sys.stdout.isatty():
        raise click.UsageError("Sound is not for a terminal: name a file with -o, or pipe it on.")
    pipe = sys.stdout.buffer
    try:
        stream = kit.stream_speech(model, words, **options)
    except UnsupportedFeature as error:
        if not error.feature.startswith("streams"):
            raise
        reply = kit.speech(model, words, **options)
        pipe.write(kit.fetch(reply.audio).data or b"")
    else:
        with stream:
            for chunk in stream:
                pipe.write(chunk.data)
                pipe.flush()
            reply = stream.response()
    pipe.flush()
    return reply


def _saved(kit: LLMKit, reply: SpeechResponse, output: str | None) -> SpeechResponse:
    from llmkit.cli.terminal_text import one_line

    for path in kit.save(reply, output or "./"):
        print(one_line(str(path)))
    return reply


def _tell(reply: SpeechResponse, usage: bool) -> None:
    from llmkit.cli.notices import note, warn

    for warning in reply.warnings:
        if usage or not (warning.kind == "unknown" and warning.parameter == "cost"):
            warn(str(warning))
    if usage:
        length = "" if reply.duration is None else f"{reply.duration:.1f} s, "
        note(f"{length}cost {reply.cost if reply.cost is not None else 'unknown'}")


def _list(kit: LLMKit, model: str, language: str | None) -> None:
    from llmkit.cli.tables import print_table

    voices = kit.voices(model.partition("/")[0], language=language)
    rows = [[voice.id, voice.name, " ".join(voice.languages), voice.gender or "", voice.description or ""] for voice in voices]
    print_table(["VOICE", "NAME", "LANGUAGES", "GENDER", "WHAT IT IS LIKE"], rows, flexible={2: 12, 4: 20}, keep=1)
