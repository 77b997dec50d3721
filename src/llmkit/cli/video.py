"""`llmkit video`: make a film and save it."""

from __future__ import annotations

from typing import Any

import click

from llmkit.cli.suggestions import suggest_models

__all__ = ["video"]

_MEDIA = "A file or an https address."


@click.command(epilog="Ctrl-C leaves the job running; `llmkit job ID --wait` takes it up again, also after a reboot.")
@click.argument("prompt", nargs=-1, metavar="[PROMPT]")
@click.option("-m", "--model", required=True, metavar="ID", help="The model as provider/model.", shell_complete=suggest_models)
@click.option("--image", metavar="MEDIA", help=f"The first picture. {_MEDIA}")
@click.option("--last-image", metavar="MEDIA", help="The last picture.")
@click.option("--reference", "images", metavar="MEDIA", multiple=True, help="A picture of who or what is seen. Repeatable.")
@click.option("--video", "film", metavar="MEDIA", help="A film to change or to go on with.")
@click.option("-d", "--duration", type=click.FloatRange(0.1, 3600), metavar="SECONDS", help="How long.")
@click.option("--size", metavar="WxH", help="Pixels, such as 1280x720.")
@click.option("--aspect-ratio", metavar="W:H", help="Shape, such as 16:9.")
@click.option("--resolution", metavar="LINES", help="720p, 1080p, 4k ...")
@click.option("--fps", type=click.IntRange(1, 240), help="Pictures a second.")
@click.option("--seed", type=int, help="The same number again makes a similar film.")
@click.option("--audio/--no-audio", default=None, help="With sound or without.")
@click.option("--voice", metavar="NAME", help="Who speaks, where somebody does.")
@click.option("--negative", "negative_prompt", metavar="TEXT", help="What is not to be seen.")
@click.option("-n", "n", type=click.IntRange(1, 16), help="How many films.")
@click.option("-o", "--output", metavar="PATH", type=click.Path(), help="A file, or a folder for several; else video-1.mp4 here.")
@click.option("--start", is_flag=True, help="Begin it, print the id of the job, and do not wait.")
@click.option("--timeout", type=click.FloatRange(0.1), metavar="SECONDS", help="Wait no longer. The job goes on.")
@click.option("--config", "file", metavar="FILE", type=click.Path(), help="Another configuration file.")
@click.option("--json", "as_json", is_flag=True, help="Print the reply as JSON.")
def video(
    prompt: tuple[str, ...],
    model: str,
    film: str | None,
    output: str | None,
    start: bool,
    timeout: float | None,
    file: str | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Make a film of PROMPT and print where it was saved.

    \b
    Examples:
      llmkit video -m google/veo-3.1-generate-preview -d 8 -o cat.mp4 "A cat plays the piano"
      llmkit video -m runwayml/gen4_turbo --image cat.png --start "It jumps"
    """
    from llmkit.cli.waiting import keep, wait
    from llmkit.client import LLMKit
    from llmkit.errors import UnsupportedFeature

    words = " ".join(prompt) or None
    given = {name: value for name, value in {**options, "video": film}.items() if value is not None and value != ()}
    with LLMKit(config=file) as kit:
        try:
            job = kit.start_video(model, words, **given)
        except UnsupportedFeature as error:
            if start or not error.message.startswith("jobs "):
                raise
            keep(kit, kit.video(model, words, **given), output, as_json)  # this one answers with the film itself
            return
        if start:
            print(job.id)
            return
        keep(kit, wait(job, timeout), output, as_json)
