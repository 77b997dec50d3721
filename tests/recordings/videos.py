"""Recorded films: how jobs began, how they stood, what they made."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from llmkit.dialects.media_types import data_url
from llmkit.dialects.operations import codec
from llmkit.errors import JobInterrupted, ProtocolError
from llmkit.types.asking import Answer
from llmkit.types.http import Headers
from llmkit.types.job import JobState
from llmkit.types.parts import Image, Video
from llmkit.types.video import VideoRequest
from tests.recordings.recorded import Reader, Recorded, first, place, told

REQUEST = VideoRequest(model="m", prompt="a cat")
FILM = Answer(status=200, headers=Headers({"content-type": "video/mp4"}.items()), body=b"\0\0\0\x18ftypmp42")
OPTIONS: dict[str, dict[str, Any]] = {"minimax_videos": {"v2": ("m", "MiniMax-H3")}}
OVER = ("succeeded", "failed", "cancelled", "expired")


def _begins(recorded: Recorded) -> bool:
    """Tell whether the answer is to a beginning: nothing in it tells how a job stands."""
    return bool(
        re.search(
            r"predictLongRunning$|generations(/tasks)?$|video-synthesis$|/v2/video_generation$|flux-3-video$|/api/v1/videos$|/job$",
            recorded.path,
        )
    )


def _decoded(name: str) -> Callable[[Recorded], Any]:
    def read(recorded: Recorded) -> Any:
        module: Any = codec(name)
        where = place("m", provider=recorded.provider, **OPTIONS.get(name, {}))
        if recorded.status >= 400:
            return ("error", recorded.status, module.error(recorded.status, Headers(recorded.headers.items()), recorded.raw).status)
        if _begins(recorded):
            try:
                state = told(module.start(REQUEST, where), recorded.answer)
            except JobInterrupted as error:
                return ("nameless", isinstance(error.cause, ProtocolError))
            return ("begun", state.handle)
        try:
            state = told(module.poll(JobState(handle="h", status="queued"), where), recorded.answer, FILM)
        except ProtocolError:
            return ("filmless",)
        if state.status != "succeeded":
            return (state.status, state.failure.message if state.failure is not None else None)
        return ("succeeded", [film.url or len(film.data or b"") for film in state.reply.videos], state.reply.duration)

    return read


def _expected(names: Callable[[Any], Any], stands: Callable[[Any], tuple[str, list[Any], Any, Any]]) -> Callable[[Recorded], Any]:
    """`names` reads the job's name; `stands` its status in our words, films, seconds and what went wrong, out of the raw JSON."""

    def read(recorded: Recorded) -> Any:
        if recorded.status >= 400:
            return ("error", recorded.status, recorded.status)
        if _begins(recorded):
            name = names(recorded.json)
            return ("begun", name) if name else ("nameless", True)
        status, films, seconds, why = stands(recorded.json)
        if status == "succeeded":
            return ("succeeded", films, seconds) if films else ("filmless",)
        return (status, why if why is not None or status not in OVER else f"The job h has {status}.")

    return read


def _gemini(body: Any) -> tuple[str, list[Any], Any, Any]:
    samples = body.get("response", {}).get("generateVideoResponse", {}).get("generatedSamples", [])
    return ("succeeded" if body.get("done") else "running", [len(FILM.body) for _ in samples], None, None)


def _xai(body: Any) -> tuple[str, list[Any], Any, Any]:
    film = body.get("video") or {}
    return ("succeeded" if body["status"] == "done" else "running", [film["url"]] if film else [], film.get("duration"), None)


def _dashscope(body: Any) -> tuple[str, list[Any], Any, Any]:
    words = {"PENDING": "queued", "RUNNING": "running", "SUCCEEDED": "succeeded", "FAILED": "failed", "CANCELED": "cancelled"}
    output = body["output"]
    film = output.get("video_url")
    return (words[output["task_status"]], [film] if film else [], body.get("usage", {}).get("output_video_duration"), output.get("message"))


def _bfl(body: Any) -> tuple[str, list[Any], Any, Any]:
    words = {"Ready": "succeeded", "Generating": "running", "Content Moderated": "failed"}
    result = body.get("result") or {}
    film = result.get("sample")
    return (words[body.get("status") or body["state"]], [film] if film else [], result.get("duration"), body.get("details"))


def _ark(body: Any) -> tuple[str, list[Any], Any, Any]:
    words = {"canceled": "cancelled"}
    film, error = (body.get("content") or {}).get("video_url"), body.get("error") or {}
    why = error.get("message") or error.get("code")
    return (words.get(body["status"], body["status"]), [film] if film else [], body.get("duration"), why)


def _minimax(body: Any) -> tuple[str, list[Any], Any, Any]:
    task = body["task"]
    film = (task.get("content") or {}).get("url")
    return (
        task["status"],
        [film] if film else [],
        (task.get("usage") or {}).get("output_seconds"),
        (task.get("error") or {}).get("message"),
    )


def _openrouter(body: Any) -> tuple[str, list[Any], Any, Any]:
    words = {"pending": "queued", "in_progress": "running", "completed": "succeeded"}
    return (words.get(body["status"], body["status"]), [len(FILM.body) for _ in body.get("unsigned_urls") or []], None, body.get("error"))


def _part(kind: type[Any], item: dict[str, Any], field: str) -> Any:
    url = item[field]["url"]
    inline = data_url(url)
    return kind(url=url) if inline is None else kind(data=inline[1], media_type=inline[0])


def _of_content(content: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return what a list of words and media means; None where we have no words for it."""
    fields: dict[str, Any] = {"images": ()}
    for item in content:
        role = item.get("role")
        if item["type"] == "text":
            fields["prompt"] = item["text"]
        elif item["type"] == "image_url" and role in ("first_frame", "last_frame"):
            fields["image" if role == "first_frame" else "last_image"] = _part(Image, item, "image_url")
        elif item["type"] == "image_url" and role == "reference_image":
            fields["images"] += (_part(Image, item, "image_url"),)
        elif item["type"] == "video_url" and "video" not in fields:
            fields["video"] = _part(Video, item, "video_url")
        else:
            return None
    return fields


_WORDS = {
    "openrouter_videos": {
        **{name: name for name in ("prompt", "duration", "resolution", "aspect_ratio", "size", "seed")},
        "generate_audio": "audio",
    },
    "ark_videos": {"ratio": "aspect_ratio", "duration": "duration", "seed": "seed", "resolution": "resolution", "generate_audio": "audio"},
    "minimax_videos": {"ratio": "aspect_ratio", "duration": "duration", "resolution": "resolution"},
    "xai_videos": {"prompt": "prompt", "duration": "duration", "resolution": "resolution"},
    "prodia_videos": {"prompt": "prompt", "seed": "seed", "resolution": "resolution"},
    "gemini_videos": {"durationSeconds": "duration"},
    "dashscope_videos": {},
}


def _meant(name: str, sent: Any) -> VideoRequest | None:
    if not isinstance(sent, dict) or not ("model" in sent or "type" in sent or "instances" in sent):
        return None
    flat = {
        key: value for key, value in sent.items() if key not in ("model", "type", "content", "config", "instances", "parameters", "input")
    }
    fields: dict[str, Any] = {}
    if "content" in sent:
        found = _of_content(sent["content"])
        if found is None:
            return None
        fields |= found
    flat |= sent.get("config", {}) | (sent.get("parameters") or {})
    if "instances" in sent or "input" in sent:
        fields["prompt"] = (sent.get("input") or sent["instances"][0])["prompt"]
    if set(flat) - set(_WORDS[name]):
        return None
    return VideoRequest(model="m", **fields, **{_WORDS[name][key]: value for key, value in flat.items()})


def _encoded(name: str) -> Callable[[Recorded], Any]:
    def encode(recorded: Recorded) -> Any:
        request = _meant(name, recorded.sent)
        if request is None:
            return None
        model = recorded.sent.get("model") or recorded.sent.get("type") or "m"
        module: Any = codec(name)
        return first(module.steps(request, place(model, **OPTIONS.get(name, {})))).body

    return encode


def _sent(name: str) -> Callable[[Recorded], Any]:
    return lambda recorded: None if _meant(name, recorded.sent) is None else recorded.sent


def _of(provider: str, name: str, names: Callable[[Any], Any], stands: Callable[[Any], Any]) -> Reader:
    def takes(recorded: Recorded) -> bool:
        return recorded.provider == provider and isinstance(recorded.json, dict)

    return Reader(
        codec=name,
        apis=("video",),
        takes=takes,
        decoded=_decoded(name),
        expected=_expected(names, stands),
        encoded=_encoded(name) if name in _WORDS else None,
        sent=_sent(name) if name in _WORDS else None,
    )


READERS = [
    _of("google", "gemini_videos", lambda body: body["name"], _gemini),
    _of("xai", "xai_videos", lambda body: body["request_id"], _xai),
    _of("alibaba", "dashscope_videos", lambda body: (body["output"] or {}).get("task_id"), _dashscope),
    _of("bfl", "bfl_videos", lambda body: body["polling_url"], _bfl),
    _of("bytedance", "ark_videos", lambda body: body.get("id"), _ark),
    _of("minimax", "minimax_videos", lambda body: body.get("task_id"), _minimax),
    _of("openrouter", "openrouter_videos", lambda body: body["id"], _openrouter),
    _of("prodia", "prodia_videos", lambda body: None, lambda body: ("running", [], None, None)),
]
