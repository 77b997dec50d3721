"""`llmkit transcribe`: write down what is said, as text, subtitles or JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from llmkit.cli.suggestions import suggest_models

if TYPE_CHECKING:
    from llmkit.client import LLMKit
    from llmkit.types.transcription import TranscriptionResponse

__all__ = ["transcribe"]


@click.command(epilog="A wait that ends early loses nothing: the job's id is printed, and `llmkit job ID --wait` takes it up again.")
@click.argument("audio")
@click.option("-m", "--model", metavar="ID", required=True, shell_complete=suggest_models, help="Model as provider/model.")
@click.option("-o", "--output", metavar="FILE", type=click.Path(), help="Where to; the ending .srt, .vtt or .json says as what.")
@click.option("--srt", "form", flag_value="srt", help="SubRip subtitles.")
@click.option("--vtt", "form", flag_value="vtt", help="WebVTT subtitles.")
@click.option("--json", "form", flag_value="json", help="All that is known, as JSON.")
@click.option("--language", metavar="CODE", help="What is spoken, such as en.")
@click.option("--prompt", metavar="TEXT", help="Words that help: names, terms, the topic.")
@click.option("--timestamps", type=click.Choice(["none", "segment", "word"]), help="What has times. Subtitles: segment.")
@click.option("--diarize", is_flag=True, help="Tell the speakers apart.")
@click.option("--speakers", metavar="N", type=click.IntRange(1, 100), help="So many at most.")
@click.option("--translate", is_flag=True, help="Write it down in English.")
@click.option("--line", metavar="N", type=click.IntRange(1, 1000), help="Characters of a line of subtitles. Default: 42.")
@click.option("--seconds", metavar="N", type=click.FloatRange(0.1), help="The longest that a subtitle stands. Default: 7.")
@click.option("--start", is_flag=True, help="Only begin a long job, and print its id.")
@click.option("--timeout", metavar="SECONDS", type=float, help="Wait no longer.")
@click.option("--usage", is_flag=True, help="Print length and cost on standard error.")
def transcribe(audio: str, model: str, output: str | None, form: str | None, start: bool, timeout: float | None, **options: Any) -> None:
    """Write down what is said in AUDIO, a file or an address.

    \b
    Examples:
      llmkit transcribe talk.mp3 -m openai/gpt-4o-transcribe
      llmkit transcribe talk.mp3 -m openai/whisper-1 -o talk.srt
      llmkit transcribe meeting.wav -m assemblyai/best --diarize --vtt
    """
    from llmkit.client import LLMKit

    kind = form or (output or "").rpartition(".")[2].lower()
    rules = {name: value for name in ("line", "seconds") if (value := options.pop(name)) is not None}
    usage = options.pop("usage")
    given = {name: value for name, value in options.items() if value not in (None, False)}
    if kind in ("srt", "vtt") and "timestamps" not in given:
        given["timestamps"] = "segment"
    if given.get("diarize"):
        rules["speakers"] = True
    with LLMKit() as kit:
        if start:
            print(kit.start_transcription(model, audio, **given).id)
            return
        reply = _heard(kit, model, audio, given, timeout)
    _write(_formed(reply, kind, rules), output)
    _tell(reply, usage)


def _heard(kit: LLMKit, model: str, audio: str, options: dict[str, Any], timeout: float | None) -> TranscriptionResponse:
    """Return what is said: by a job where the provider answers with one, so that it can be taken up again."""
    from llmkit.cli.waiting import wait
    from llmkit.errors import UnsupportedFeature

    try:
        job = kit.start_transcription(model, audio, **options)
    except UnsupportedFeature as error:
        if not error.message.startswith("jobs") and error.feature != "jobs":
            raise
        return kit.transcribe(model, audio, **options)
    reply: TranscriptionResponse = wait(job, timeout)
    return reply


def _formed(reply: TranscriptionResponse, kind: str, rules: dict[str, Any]) -> str:
    if kind == "srt":
        return reply.srt(**rules)
    if kind == "vtt":
        return reply.vtt(**rules)
    if kind == "json":
        import json

        fields = {name: value for name, value in reply.to_dict().items() if name != "raw"}
        return json.dumps(fields, indent=2, ensure_ascii=False, default=str) + "\n"
    if rules.get("speakers") and reply.segments:
        return "".join([f"{segment.speaker or '?'}: {segment.text}\n" for segment in reply.segments])
    return reply.text + "\n"


def _write(text: str, output: str | None) -> None:
    from pathlib import Path

    from llmkit.cli.terminal_text import one_line
    from llmkit.unfinished import UnfinishedFile

    if output is None:
        print("\n".join([one_line(line) for line in text.split("\n")]), end="")
        return
    with UnfinishedFile(Path(output)) as file:
        file.write(text.encode())
        file.keep()
    print(one_line(output))


def _tell(reply: TranscriptionResponse, usage: bool) -> None:
    from llmkit.cli.notices import note, warn

    for warning in reply.warnings:
        if usage or not (warning.kind == "unknown" and warning.parameter == "cost"):
            warn(str(warning))
    if usage:
        length = "" if reply.duration is None else f"{reply.duration:.1f} s, "
        note(f"{length}cost {reply.cost if reply.cost is not None else 'unknown'}")
