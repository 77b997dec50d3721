"""Pictures made better by Topaz: a form with one picture, a job."""

from __future__ import annotations

from urllib.parse import quote

from llmkit.dialects.images.answer import Made, body_of, linked, reply_of, text
from llmkit.dialects.images.failures import error
from llmkit.dialects.images.given import file_of
from llmkit.dialects.images.limits import Rules, check
from llmkit.dialects.images.queue import finished, handle_of, standing, status_of
from llmkit.dialects.images.words import Spelling, dimensions, refuse, said
from llmkit.dialects.jobs import begun
from llmkit.types.asking import Ask, Form, FormFile, Place, Steps
from llmkit.types.image import ImageRequest
from llmkit.types.job import JobState, JobSteps
from llmkit.types.warnings import Warning

__all__ = ["NAME", "error", "poll", "start", "steps"]

NAME = "topaz_images"
# developer.topazlabs.com (image API), as other clients of 2026 use it; no recorded answer to check it by.
WORDS: Spelling = {"size": lambda value: dimensions(value, "output_width", "output_height"), "format": "output_format"}
_RULES: Rules = (("*", {"format": ("jpeg", "jpg", "png", "tiff", "tif")}),)


def steps(request: ImageRequest, place: Place, /) -> Steps:
    """Make the picture better."""
    return finished(start, poll, request, place)


def start(request: ImageRequest, place: Place, /) -> JobSteps:
    """Begin the job."""
    refuse(request, place, images=1, prompt=False)
    check(request, place, _RULES)
    warnings: list[Warning] = []
    fields: list[tuple[str, str | FormFile]] = [("model", place.model.replace("_", " "))]  # their names have spaces, which ids have not
    if request.prompt:
        fields.append(("prompt", request.prompt))
    fields += [(word, str(value)) for word, value in said(request, place, WORDS, warnings).items()]
    fields.append(("image", file_of(request.images[0], place)))
    answer = yield from begun(Ask(path=place.path, body=Form(fields=tuple(fields)), warnings=tuple(warnings)))
    return standing(handle_of(body_of(answer).get("process_id")), "queued", place)


def poll(state: JobState, place: Place, /) -> JobSteps:
    """Ask how it stands; when it is done, ask where the file is."""
    handle = quote(state.handle, safe="")
    answer = yield Ask(path=f"/status/{handle}", method="GET")
    body = body_of(answer)
    status = status_of(body.get("status"))
    progress = body.get("progress")
    share = progress / 100 if isinstance(progress, int | float) and not isinstance(progress, bool) else None
    if status != "succeeded":
        return standing(state.handle, status, place, progress=share, why=text(body.get("error")))
    download = yield Ask(path=f"/download/{handle}", method="GET")
    told = body_of(download)
    url = text(told.get("download_url")) or text(told.get("url"))
    made = [] if url is None else [Made(image=linked(url))]
    return standing(state.handle, status, place, progress=share, reply=reply_of(made, download, body=told, id=state.handle))
