"""`llmkit image`: draw a picture, or change some, and write the files."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from llmkit.cli.suggestions import suggest_models

if TYPE_CHECKING:
    from pathlib import Path

    from llmkit.client import LLMKit
    from llmkit.types.image import ImageResponse
    from llmkit.types.job import JobState

__all__ = ["image"]

_FILE = click.Path()


@click.command(epilog="Files are named by kind and number, never by the answer; none that is there is written over.")
@click.argument("prompt", nargs=-1)
@click.option("-m", "--model", metavar="ID", shell_complete=suggest_models, help="Model as provider/model.")
@click.option("-o", "--output", metavar="PLACE", type=_FILE, default=".", help="Folder for the files, or a file for one. Default: here.")
@click.option("-i", "--image", "images", metavar="FILE", multiple=True, help="Change this picture: a file or an address. Repeatable.")
@click.option("--mask", metavar="FILE", help="Where to change it.")
@click.option("-n", "n", metavar="N", type=click.IntRange(1, 100), help="So many pictures.")
@click.option("--size", metavar="WxH", help="Pixels, such as 1024x1024.")
@click.option("--aspect-ratio", metavar="W:H", help="Such as 16:9.")
@click.option("--resolution", metavar="WORD", help="1K, 2K, 4K.")
@click.option("--quality", metavar="WORD", help="In the provider's words: low, medium, high ...")
@click.option("--style", metavar="WORD", help="In the provider's words.")
@click.option("--background", type=click.Choice(["transparent", "opaque", "auto"]), help="What is behind.")
@click.option("--format", "format", metavar="KIND", help="png, jpeg, webp.")
@click.option("--seed", metavar="N", type=int, help="The same number, the same picture, where the model can.")
@click.option("--negative-prompt", metavar="TEXT", help="What should not be in it.")
@click.option("--strength", metavar="0..1", type=click.FloatRange(0, 1), help="How far to go from the given picture.")
@click.option("--job", metavar="ID", help="Fetch what was begun before.")
@click.option("--no-show", is_flag=True, help="Do not draw it in the terminal.")
@click.option("--usage", is_flag=True, help="Print tokens and cost on standard error.")
def image(prompt: tuple[str, ...], model: str | None, output: str, job: str | None, no_show: bool, usage: bool, **options: Any) -> None:
    """Draw what PROMPT says, write the files, and print their paths.

    \b
    Examples:
      llmkit image "a cat in a hat" -m openai/gpt-image-2 -o pictures
      llmkit image "make it night" -m google/gemini-3-pro-image-preview -i photo.jpg
      llmkit image "a logo" -m bfl/flux-2-pro --aspect-ratio 16:9 -o logo.png
    """
    from llmkit.client import LLMKit

    if (job is None) == (not prompt and not options["images"]):
        raise click.UsageError('Write what to draw: llmkit image "a cat".' if job is None else "--job stands alone.")
    with LLMKit() as kit:
        reply = _fetched(kit, job) if job is not None else _drawn(kit, model, " ".join(prompt) or None, _given(options))
        files = kit.save(reply, _place(output, len(reply.images)))
    _tell(reply, files, show=not no_show, usage=usage)


def _given(options: dict[str, Any]) -> dict[str, Any]:
    return {name: list(value) if name == "images" else value for name, value in options.items() if value not in (None, ())}


def _place(output: str, count: int) -> str:
    """Return a folder, marked as one, unless a file is named for the one picture."""
    one = count == 1 and os.path.splitext(output)[1] and not os.path.isdir(output)
    return output if one else os.path.join(output, "")


def _drawn(kit: LLMKit, model: str | None, prompt: str | None, options: dict[str, Any]) -> ImageResponse:
    """Return the pictures: of a job where the provider answers with one, so that it can be taken up again."""
    from llmkit.cli.notices import note
    from llmkit.errors import InvalidRequest, UnsupportedFeature

    if model is None:
        raise InvalidRequest("Which model should draw it?", parameter="model", hint="Name one: -m openai/gpt-image-2.")
    with _Waiting("drawing") as waiting:
        try:
            begun = kit.start_image(model, prompt, **options)
        except UnsupportedFeature:  # it answers at once, or what is asked cannot be: then the call below says so
            return kit.image(model, prompt, **options)
        try:
            reply: ImageResponse = begun.wait(progress=waiting.tell)
        except KeyboardInterrupt:
            waiting.clear()
            note(f"note: it goes on at the provider; fetch it with: llmkit image --job {begun.id}")
            raise
    return reply


def _fetched(kit: LLMKit, job: str) -> ImageResponse:
    with _Waiting("waiting") as waiting:
        reply: ImageResponse = kit.job(job).wait(progress=waiting.tell)
    return reply


def _tell(reply: ImageResponse, files: list[Path], *, show: bool, usage: bool) -> None:
    from llmkit.cli.notices import note, usage_line, warn
    from llmkit.cli.pictures import draw
    from llmkit.cli.terminal_text import one_line

    for file in files:
        print(one_line(str(file)))
        if show:
            draw(file)
    for warning in reply.warnings:
        if usage or not (warning.kind == "unknown" and warning.parameter == "cost"):
            warn(str(warning))
    for reason in reply.blocked:
        note(f"note: a picture is missing: {reason}")
    if reply.text:
        note(reply.text)
    if usage:
        note(usage_line(reply.usage, reply.cost))


class _Waiting:
    """A line on standard error, at a terminal alone, that says what is waited for and how far it is."""

    def __init__(self, word: str) -> None:
        self._word = word
        self._shown = sys.stderr.isatty()

    def __enter__(self) -> _Waiting:
        self._write(f"{self._word} ...")
        return self

    def __exit__(self, *failure: object) -> None:
        self.clear()

    def tell(self, state: JobState) -> None:
        """Say how the job stands."""
        share = "" if state.progress is None else f" {state.progress:.0%}"
        self._write(f"{self._word}: {state.status}{share} ...")

    def clear(self) -> None:
        """Take the line away."""
        self._write("")

    def _write(self, text: str) -> None:
        if self._shown:
            sys.stderr.write(f"\r\x1b[K{text}")
            sys.stderr.flush()
