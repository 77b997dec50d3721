"""Recorded pictures: made, changed, and of jobs."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from llmkit.dialects.images import bfl, fal, fireworks, gemini, luma, openai, openrouter, prodia, replicate, venice, xai
from llmkit.errors import ContentFiltered, ProtocolError
from llmkit.types.asking import Form, FormFile
from llmkit.types.image import ImageRequest
from llmkit.types.job import JobState
from llmkit.types.parts import Image
from tests.recordings.recorded import Reader, Recorded, first, place, told

Object = dict[str, Any]
PNG = b"\x89PNG\r\n\x1a\n" + bytes(8)
_OWN = ("xai", "openrouter", "google", "vertex", "bfl", "fal", "fireworks", "luma", "replicate", "prodia", "venice", "pollinations")
ASKED = ImageRequest(model="m", prompt="x")
SAID = {
    "prompt": "prompt",
    "n": "n",
    "size": "size",
    "quality": "quality",
    "style": "style",
    "background": "background",
    "output_format": "format",
    "output_compression": "compression",
    "user": "user",
    "seed": "seed",
}


def _made(reply: Any) -> Any:
    """Return what can be compared of a reply: each picture by its bytes or its address, and the prompts."""
    return ([image.url or base64.b64encode(image.data).decode() for image in reply.images], list(reply.revised_prompts))


def _listed(data: Any) -> Any:
    """Return the same of the items of OpenAI's kind, read by hand."""
    items = [item for item in data if item.get("b64_json") or item.get("url")]
    return ([item.get("b64_json") or item["url"] for item in items], [item.get("revised_prompt") or None for item in items])


def _failed(module: Any, recorded: Recorded) -> Any:
    error = module.error(recorded.status, recorded.answer.headers, recorded.raw)
    return (error.status, bool(str(error)))


def _decoder(module: Any) -> Callable[[Recorded], Any]:
    def decoded(recorded: Recorded) -> Any:
        if recorded.status >= 400:
            return _failed(module, recorded)
        try:
            return _made(told(module.steps(ASKED, place(recorded.model or "m")), recorded.answer))
        except (ProtocolError, ContentFiltered) as error:
            return type(error)

    return decoded


def _expected(recorded: Recorded) -> Any:
    if recorded.status >= 400:
        return (recorded.status, True)
    listed = _listed(recorded.json["data"])
    if not listed[0]:
        return ContentFiltered
    return listed if all(_readable(item) for item in listed[0]) else ProtocolError


def _readable(item: str) -> bool:
    """Fixtures hold words in the place of pictures."""
    if item.startswith("http"):
        return True
    try:
        return bool(base64.b64decode(item, validate=True))
    except ValueError:
        return False


def _answers(*providers: str) -> Callable[[Recorded], bool]:
    def takes(recorded: Recorded) -> bool:
        told = recorded.json
        mine = recorded.provider in providers if providers else recorded.provider not in _OWN
        return mine and (recorded.status >= 400 or (isinstance(told, dict) and isinstance(told.get("data"), list)))

    return takes


def _openai_request(recorded: Recorded, hidden: frozenset[str] = frozenset({"response_format"})) -> Any:
    """Return the recorded body without what means the same unsaid, None where it says what we have no words for."""
    sent = recorded.sent
    if not isinstance(sent, dict) or not recorded.path.endswith(("/images/generations", "/images/edits", "/images/variations")):
        return None
    if "multipart" in sent:
        if any(part["name"].split("[")[0] not in {*SAID, "model", "image", "mask", *hidden} for part in sent["multipart"]):
            return None
        return [
            (part["name"].split("[")[0], part.get("text", "") if "filename" not in part else "")
            for part in sent["multipart"]
            if part["name"] not in hidden
        ]
    if set(sent) - set(SAID) - {"model"} - hidden - {"width", "height"}:
        return None
    return {key: value for key, value in sent.items() if key not in hidden and value is not None}


def _openai_encoded(recorded: Recorded) -> Any:
    wanted = _openai_request(recorded)
    if wanted is None:
        return None
    fields = dict(wanted)
    images = sum(name == "image" for name, _ in wanted) if isinstance(wanted, list) else 0
    words = {SAID[name]: int(value) if name == "n" else value for name, value in fields.items() if name in SAID}
    options: Object = {}
    if "width" in fields:
        words["size"] = f"{fields['width']}x{fields['height']}"
        options["words"] = {"size": "width,height"}
    if "seed" in fields:
        options.setdefault("words", {})["seed"] = "seed"
    mask = Image(data=PNG) if "mask" in fields else None
    request = ImageRequest(model="m", **words, images=(Image(data=PNG),) * images, mask=mask)
    path = "/images/edits" if images else "/images/generations"
    body = first(openai.steps(request, place(fields.get("model", "m"), path, **options))).body
    if isinstance(body, Form):
        found = [(name.split("[")[0], "" if isinstance(value, FormFile) else value) for name, value in body.fields]
        return sorted([pair for pair in found if pair[0] != "model" or "model" in fields])
    return {key: value for key, value in body.items() if key != "model" or "model" in fields} if isinstance(body, dict) else None


def _openai_sent(recorded: Recorded) -> Any:
    wanted = _openai_request(recorded)
    return sorted(wanted) if isinstance(wanted, list) else wanted


def _xai_encoded(recorded: Recorded) -> Any:
    wanted = _xai_sent(recorded)
    if wanted is None:
        return None
    given = [wanted["image"]] if "image" in wanted else wanted.get("images", [])
    words = {name: wanted[name] for name in ("prompt", "n", "aspect_ratio", "resolution", "quality", "user") if name in wanted}
    request = ImageRequest(model="m", **words, images=tuple([Image(url=item["url"]) for item in given]))
    return first(xai.steps(request, place(wanted["model"]))).body


def _xai_sent(recorded: Recorded) -> Any:
    sent = recorded.sent
    known = {"model", "prompt", "n", "aspect_ratio", "resolution", "quality", "user", "image", "images"}
    if not isinstance(sent, dict) or set(sent) - known - {"response_format"}:
        return None
    return {key: value for key, value in sent.items() if key != "response_format"}


def _openrouter_encoded(recorded: Recorded) -> Any:
    sent = recorded.sent
    given = [Image(url=item["image_url"]["url"]) for item in sent.get("input_references", [])]
    if set(sent) - {"model", "prompt", "input_references"}:
        return None
    request = ImageRequest(model="m", prompt=sent["prompt"], images=tuple(given))
    return first(openrouter.steps(request, place(sent["model"]))).body


def _google(recorded: Recorded) -> bool:
    told = recorded.json
    return recorded.provider in ("google", "vertex") and isinstance(told, dict) and ("predictions" in told or "candidates" in told)


def _google_decoded(recorded: Recorded) -> Any:
    model = "imagen-x" if "predictions" in recorded.json else "gemini-x"
    try:
        reply = told(gemini.steps(ASKED, place(model)), recorded.answer)
    except ContentFiltered as error:
        return ("filtered", str(error).split("picture: ")[-1].rstrip("."))
    return (_made(reply)[0], list(reply.blocked))


def _google_expected(recorded: Recorded) -> Any:
    body = recorded.json
    if "predictions" in body:
        items = body["predictions"]
        made = [item.get("bytesBase64Encoded") or item["gcsUri"] for item in items if {"bytesBase64Encoded", "gcsUri"} & set(item)]
        blocked = [item["raiFilteredReason"] for item in items if "raiFilteredReason" in item]
        return (made, blocked) if made else ("filtered", blocked[0].rstrip("."))
    parts = body["candidates"][0]["content"]["parts"]
    return ([part["inlineData"]["data"] for part in parts if "inlineData" in part], [])


def _imagen_sent(recorded: Recorded) -> Any:
    sent = recorded.sent
    if not isinstance(sent, dict) or set(sent) - {"instances", "parameters"} or set(sent["parameters"]) - {"sampleCount", "aspectRatio"}:
        return None
    return sent


def _imagen_encoded(recorded: Recorded) -> Any:
    sent = _imagen_sent(recorded)
    if sent is None:
        return None
    settings = sent["parameters"]
    words = {"prompt": sent["instances"][0]["prompt"], "n": settings.get("sampleCount"), "aspect_ratio": settings.get("aspectRatio")}
    request = ImageRequest(model="m", **words)
    return first(gemini.steps(request, place(recorded.model or "imagen-x"))).body


def _state(module: Any, recorded: Recorded) -> Any:
    """Return how the job stands by the answer: its state, and what it made."""
    if recorded.status >= 400:
        return _failed(module, recorded)
    try:
        state: JobState = told(module.poll(JobState(handle="https://x.example/1", status="queued"), place("a/kontext")), recorded.answer)
    except ProtocolError as error:
        return type(error)
    return (state.status, [image.url for image in state.reply.images] if state.over and state.reply is not None else [])


_STATES = {
    **dict.fromkeys(["Pending", "queued", "starting"], "queued"),
    **dict.fromkeys(["Ready", "succeeded", "completed"], "succeeded"),
    **dict.fromkeys(["failed", "Error"], "failed"),
    **dict.fromkeys(["processing", "dreaming"], "running"),
    "canceled": "cancelled",
}


def _bfl(recorded: Recorded) -> bool:
    return recorded.provider == "bfl" and isinstance(recorded.json, dict)


def _bfl_decoded(recorded: Recorded) -> Any:
    if recorded.status >= 400 or "get_result" in recorded.url:
        return _state(bfl, recorded)
    state = told(bfl.start(ASKED, place("m", "/m")), recorded.answer)
    return (state.handle, None if state.reply.cost is None else float(state.reply.cost.amount))


def _bfl_expected(recorded: Recorded) -> Any:
    body = recorded.json
    if recorded.status >= 400:
        return (recorded.status, True)
    if "get_result" in recorded.url:
        sample = (body.get("result") or {}).get("sample")
        return (_STATES[body["status"]], [sample] if sample else [])
    cost = body.get("cost")
    return (body["polling_url"], None if cost is None else round(cost / 100, 8))


def _bfl_sent(recorded: Recorded) -> Any:
    sent = recorded.sent
    if recorded.method != "POST" or not isinstance(sent, dict):
        return None
    return {key: value for key, value in sent.items() if key != "safety_tolerance"}  # said in extra_body


def _bfl_encoded(recorded: Recorded) -> Any:
    sent = _bfl_sent(recorded)
    if sent is None:
        return None
    size = f"{sent['width']}x{sent['height']}" if "width" in sent else None
    request = ImageRequest(model="m", prompt=sent["prompt"], seed=sent.get("seed"), size=size)
    return first(bfl.steps(request, place("m", "/m"))).body


def _replicate(recorded: Recorded) -> bool:
    body = recorded.json
    output = body.get("output") if isinstance(body, dict) else None
    listed = output if isinstance(output, list) else [output]
    made = all(isinstance(item, str) and item.startswith(("http", "data:image")) for item in listed)
    begun = isinstance(body, dict) and "status" in body and output is None and "prompt" in (body.get("input") or {})
    waiting = begun and "/predictions" in recorded.url
    return recorded.provider == "replicate" and not recorded.stream and recorded.status < 400 and (made or waiting)


def _replicate_expected(recorded: Recorded) -> Any:
    body = recorded.json
    status = _STATES[body["status"]]
    output = body.get("output") if status == "succeeded" else None
    listed = [item for item in (output if isinstance(output, list) else [output]) if item]
    return (status, [None if item.startswith("data:") else item for item in listed])


def _fal(recorded: Recorded) -> bool:
    body = recorded.json
    return recorded.provider == "fal" and isinstance(body, dict) and bool({"image", "images", "detail"} & set(body))


def _fal_decoded(recorded: Recorded) -> Any:
    return _failed(fal, recorded) if recorded.status >= 400 else [image.url for image in fal.decoded(recorded.answer).images]


def _fal_expected(recorded: Recorded) -> Any:
    body = recorded.json
    if recorded.status >= 400:
        return (recorded.status, True)
    return [item["url"] for item in body.get("images") or [body["image"]]]


def _fireworks(recorded: Recorded) -> bool:
    return recorded.provider == "fireworks" and recorded.path.endswith("/get_result")


def _fireworks_expected(recorded: Recorded) -> Any:
    body = recorded.json
    sample = (body.get("result") or {}).get("sample")
    if body["status"] == "Ready" and not sample:
        return ProtocolError
    return (_STATES[body["status"]], [sample] if sample else [])


def _luma(recorded: Recorded) -> bool:
    return recorded.provider == "luma" and isinstance(recorded.json, dict)


def _luma_expected(recorded: Recorded) -> Any:
    body = recorded.json
    image = (body.get("assets") or {}).get("image")
    return (_STATES[body["state"]], [image] if image else [])


def _venice_sent(recorded: Recorded) -> Any:
    return {key: value for key, value in recorded.sent.items() if key not in ("embed_exif_metadata", "safe_mode")}


def _venice_encoded(recorded: Recorded) -> Any:
    sent = _venice_sent(recorded)
    size = f"{sent['width']}x{sent['height']}"
    request = ImageRequest(model="m", prompt=sent["prompt"], size=size, seed=sent["seed"], steps=sent["steps"], format=sent["format"])
    return first(venice.steps(request, place(sent["model"]))).body


READERS = [
    Reader(
        codec="openai_images",
        apis=("images",),
        takes=_answers(),
        decoded=_decoder(openai),
        expected=_expected,
        encoded=_openai_encoded,
        sent=_openai_sent,
    ),
    Reader(
        codec="xai_images",
        apis=("images",),
        takes=_answers("xai"),
        decoded=_decoder(xai),
        expected=_expected,
        encoded=_xai_encoded,
        sent=_xai_sent,
    ),
    Reader(
        codec="openrouter_images",
        apis=("images",),
        takes=_answers("openrouter"),
        decoded=_decoder(openrouter),
        expected=_expected,
        encoded=_openrouter_encoded,
        sent=lambda recorded: recorded.sent,
    ),
    Reader(
        codec="gemini_images",
        apis=("images",),
        takes=_google,
        decoded=_google_decoded,
        expected=_google_expected,
        encoded=_imagen_encoded,
        sent=_imagen_sent,
    ),
    Reader(
        codec="bfl_images",
        apis=("images",),
        takes=_bfl,
        decoded=_bfl_decoded,
        expected=_bfl_expected,
        encoded=_bfl_encoded,
        sent=_bfl_sent,
    ),
    Reader(
        codec="replicate_images",
        apis=("predictions", "images"),
        takes=_replicate,
        decoded=lambda recorded: _state(replicate, recorded),
        expected=_replicate_expected,
    ),
    Reader(codec="fal_images", apis=("images",), takes=_fal, decoded=_fal_decoded, expected=_fal_expected),
    Reader(
        codec="fireworks_images",
        apis=("images",),
        takes=_fireworks,
        decoded=lambda recorded: _state(fireworks, recorded),
        expected=_fireworks_expected,
    ),
    Reader(codec="luma_images", apis=("images",), takes=_luma, decoded=lambda recorded: _state(luma, recorded), expected=_luma_expected),
    Reader(
        codec="prodia_images",
        apis=("images",),
        takes=lambda recorded: recorded.provider == "prodia" and recorded.status >= 400,
        decoded=lambda recorded: _failed(prodia, recorded),
        expected=lambda recorded: (recorded.status, True),
    ),
    Reader(
        codec="venice_images",
        apis=("images",),
        takes=lambda recorded: recorded.provider == "venice",
        decoded=_decoder(venice),
        expected=lambda recorded: (recorded.json["images"], [None]),
        encoded=_venice_encoded,
        sent=_venice_sent,
    ),
]
