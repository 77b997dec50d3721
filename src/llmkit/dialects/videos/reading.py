"""Read the answers about a film: JSON, how the job stands, why it failed."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Mapping
from typing import Any

import msgspec

from llmkit.dialects.error_text import LIMIT, error_text
from llmkit.dialects.media_types import media_type_of
from llmkit.dialects.retry_after import retry_after
from llmkit.dialects.videos.shape import variant_of
from llmkit.errors import BadRequest, ContentFiltered, ProtocolError, ProviderError, QuotaExhausted, SecurityError, ServerError
from llmkit.types.asking import Answer, Ask, Place
from llmkit.types.job import JobState, JobStatus
from llmkit.types.parts import Video
from llmkit.types.video import VideoRequest, VideoResponse
from llmkit.types.warnings import Warning

Object = Mapping[str, Any]
LARGEST = 512 * 2**20
"""The most bytes of a film that is fetched with the key."""
PATIENCE = 300.0
_MOST = 1e15
"""Seconds that a server may have us wait between two looks."""
_WHY: tuple[tuple[re.Pattern[str], type[ProviderError]], ...] = (
    (
        re.compile(r"moderat|safety|polic(y|ies)|sensitive|nsfw|prohibited|copyright|celebrit|content.{0,3}filter|inappropriate", re.I),
        ContentFiltered,
    ),
    (re.compile(r"insufficient|quota|balance|credits?\b", re.I), QuotaExhausted),
    (re.compile(r"internal|server.?error|timed? ?out|unavailable|overload", re.I), ServerError),
    (re.compile(r"invalid|unsupported|bad.?request|not supported|bad.?output|bad.?input|malformed", re.I), BadRequest),
)


def object_in(answer: Answer) -> dict[str, Any]:
    """Return the JSON object of an answer. Raises `ProtocolError` where it is none."""
    problem = ""
    found: Any = None
    try:
        found = msgspec.json.decode(answer.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        problem = str(error)
    if problem or not isinstance(found, dict):
        raise ProtocolError(f"The answer is no JSON object: {problem or type(found).__name__}.")
    return found


def at(holder: Any, path: str) -> Any:
    """Return what stands at `path` (`data.task_result.videos`), None where nothing does."""
    for name in path.split("."):
        if isinstance(holder, list) and name.isdecimal():
            holder = holder[int(name)] if int(name) < len(holder) else None
        else:
            holder = holder.get(name) if isinstance(holder, dict) else None
    return holder


def list_at(holder: Any, path: str) -> list[Any]:
    """Return the list that stands at `path`, an empty one where none does."""
    found = at(holder, path)
    return found if isinstance(found, list) else []


def text_at(holder: Any, *paths: str) -> str | None:
    """Return the first text (or number, as text) that stands at one of `paths`."""
    for path in paths:
        found = at(holder, path)
        if isinstance(found, str) and found:
            return found
        if isinstance(found, int) and not isinstance(found, bool):
            return str(found)
    return None


def number_at(holder: Any, *paths: str) -> float | None:
    """Return the first number that stands at one of `paths`, also where it is written as text."""
    for path in paths:
        found = at(holder, path)
        if isinstance(found, str):
            try:
                found = float(found)
            except ValueError:
                continue
        if isinstance(found, int | float) and not isinstance(found, bool) and abs(found) < _MOST:  # not a number is less than nothing
            return found
    return None


def begun_state(handle: str | None, request: VideoRequest, warnings: tuple[Warning, ...], delay: float) -> JobState:
    """Return how a job stands that just began, with what it will use. Raises `ProtocolError` where the answer names no job."""
    if not handle:
        raise ProtocolError("The answer names no job.")
    count = request.n or 1
    units: dict[str, float] = {"video": count}
    if request.duration is not None:
        units["second"] = request.duration * count
    return JobState(
        handle=handle,
        status="queued",
        delay=delay,
        reply=VideoResponse(units=units, variant=variant_of(request)),
        warnings=warnings if request.on_unsupported == "warn" else (),
    )


def going(state: JobState, status: JobStatus, answer: Answer | None = None, progress: float | None = None) -> JobState:
    """Return how a job stands that is not over; `progress` from 0 to 1. The server may say when to ask again."""
    told = None if answer is None else retry_after(answer.headers)
    return msgspec.structs.replace(
        state,
        status=status,
        progress=state.progress if progress is None else min(1.0, max(0.0, progress)),
        delay=state.delay if told is None else min(told, PATIENCE),
    )


def made(
    state: JobState,
    films: Iterable[Video],
    raw: bytes,
    *,
    id: str | None = None,
    model: str | None = None,
    duration: float | None = None,
    seed: float | None = None,
    variant: str | None = None,
    **more: Any,
) -> JobState:
    """Return how a job stands that made `films`. What is not told of them is what was asked for; a resumed job knows less.

    Raises `ProtocolError` where there is none.
    """
    videos = tuple(films)
    if not videos:
        raise ProtocolError("The job has succeeded and the answer holds no film.")
    known: VideoResponse = state.reply or VideoResponse()
    units = {**known.units, "video": float(len(videos))}
    if duration is not None:
        units["second"] = duration * len(videos)
    reply = VideoResponse(
        id=id or state.handle,
        model=model or "",
        videos=videos,
        duration=duration,
        seed=None if seed is None else int(seed),
        units=units,
        variant=variant or known.variant,
        raw=msgspec.Raw(raw),
        **more,
    )
    return msgspec.structs.replace(state, status="succeeded", progress=1.0, reply=reply)


def failed(state: JobState, status: JobStatus, message: str | None, code: str | None = None) -> JobState:
    """Return how a job stands that is over and made nothing."""
    told = " ".join([words for words in (code, message) if words])[:LIMIT]
    kind = next((kind for pattern, kind in _WHY if pattern.search(told)), ProviderError)
    failure = kind(error_text(message or code or f"The job {state.handle} has {status}."), status=200, code=code, retryable=False)
    return msgspec.structs.replace(state, status=status, failure=failure, reply=None)


def fetched(addresses: Iterable[Any], place: Place) -> Generator[Ask, Answer, list[Video]]:
    """Fetch the films that are at the provider's own origin, where the key is asked for; those elsewhere stay addresses."""
    films: list[Video] = []
    for address in [item for item in addresses if isinstance(item, str) and item]:
        try:
            answer = yield Ask(method="GET", url=address, limit=int(place.options.get("largest", LARGEST)), again=True)
        except SecurityError:  # another origin: whoever wants it fetches it without the key
            films.append(Video(url=address))
            continue
        films.append(Video(data=answer.body, media_type=media_type_of(answer.body) or answer.media_type or "video/mp4"))
    return films


def films_at(*addresses: Any) -> list[Video]:
    """Return the films at the addresses among `addresses`, lists of them too."""
    found: list[Video] = []
    for item in addresses:
        if isinstance(item, list):
            found += films_at(*item)
        elif isinstance(item, str) and item:
            found.append(Video(url=item))
    return found
