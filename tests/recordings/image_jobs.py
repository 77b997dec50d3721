"""Recorded pictures of providers whose work is a job."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.images import bfl, fal
from llmkit.errors import ProtocolError
from llmkit.types.image import ImageRequest
from llmkit.types.job import JobState
from tests.recordings.image_shape import ASKED, failed
from tests.recordings.recorded import Recorded, first, place, told


def state_of(module: Any, recorded: Recorded) -> Any:
    """Return how the job stands by the answer: its state, and what it made."""
    if recorded.status >= 400:
        return failed(module, recorded)
    try:
        state: JobState = told(module.poll(JobState(handle="https://x.example/1", status="queued"), place("a/kontext")), recorded.answer)
    except ProtocolError as error:
        return type(error)
    return (state.status, [image.url for image in state.reply.images] if state.over and state.reply is not None else [])


STATES = {
    **dict.fromkeys(["Pending", "queued", "starting"], "queued"),
    **dict.fromkeys(["Ready", "succeeded", "completed"], "succeeded"),
    **dict.fromkeys(["failed", "Error"], "failed"),
    **dict.fromkeys(["processing", "dreaming"], "running"),
    "canceled": "cancelled",
}


def of_bfl(recorded: Recorded) -> bool:
    return recorded.provider == "bfl" and isinstance(recorded.json, dict)


def bfl_decoded(recorded: Recorded) -> Any:
    if recorded.status >= 400 or "get_result" in recorded.url:
        return state_of(bfl, recorded)
    state = told(bfl.start(ASKED, place("m", "/m")), recorded.answer)
    return (state.handle, None if state.reply.cost is None else float(state.reply.cost.amount))


def bfl_expected(recorded: Recorded) -> Any:
    body = recorded.json
    if recorded.status >= 400:
        return (recorded.status, True)
    if "get_result" in recorded.url:
        sample = (body.get("result") or {}).get("sample")
        return (STATES[body["status"]], [sample] if sample else [])
    cost = body.get("cost")
    return (body["polling_url"], None if cost is None else round(cost / 100, 8))


def bfl_sent(recorded: Recorded) -> Any:
    sent = recorded.sent
    if recorded.method != "POST" or not isinstance(sent, dict):
        return None
    return {key: value for key, value in sent.items() if key != "safety_tolerance"}  # said in extra_body


def bfl_encoded(recorded: Recorded) -> Any:
    sent = bfl_sent(recorded)
    if sent is None:
        return None
    size = f"{sent['width']}x{sent['height']}" if "width" in sent else None
    request = ImageRequest(model="m", prompt=sent["prompt"], seed=sent.get("seed"), size=size)
    return first(bfl.steps(request, place("m", "/m"))).body


def of_replicate(recorded: Recorded) -> bool:
    body = recorded.json
    output = body.get("output") if isinstance(body, dict) else None
    listed = output if isinstance(output, list) else [output]
    made = all(isinstance(item, str) and item.startswith(("http", "data:image")) for item in listed)
    begun = isinstance(body, dict) and "status" in body and output is None and "prompt" in (body.get("input") or {})
    waiting = begun and "/predictions" in recorded.url
    return recorded.provider == "replicate" and not recorded.stream and recorded.status < 400 and (made or waiting)


def replicate_expected(recorded: Recorded) -> Any:
    body = recorded.json
    status = STATES[body["status"]]
    output = body.get("output") if status == "succeeded" else None
    listed = [item for item in (output if isinstance(output, list) else [output]) if item]
    return (status, [None if item.startswith("data:") else item for item in listed])


def of_fal(recorded: Recorded) -> bool:
    body = recorded.json
    return recorded.provider == "fal" and isinstance(body, dict) and bool({"image", "images", "detail"} & set(body))


def fal_decoded(recorded: Recorded) -> Any:
    return failed(fal, recorded) if recorded.status >= 400 else [image.url for image in fal.decoded(recorded.answer).images]


def fal_expected(recorded: Recorded) -> Any:
    body = recorded.json
    if recorded.status >= 400:
        return (recorded.status, True)
    return [item["url"] for item in body.get("images") or [body["image"]]]


def of_fireworks(recorded: Recorded) -> bool:
    return recorded.provider == "fireworks" and recorded.path.endswith("/get_result")


def fireworks_expected(recorded: Recorded) -> Any:
    body = recorded.json
    sample = (body.get("result") or {}).get("sample")
    if body["status"] == "Ready" and not sample:
        return ProtocolError
    return (STATES[body["status"]], [sample] if sample else [])


def of_luma(recorded: Recorded) -> bool:
    return recorded.provider == "luma" and isinstance(recorded.json, dict)


def luma_expected(recorded: Recorded) -> Any:
    body = recorded.json
    image = (body.get("assets") or {}).get("image")
    return (STATES[body["state"]], [image] if image else [])
