"""Recorded pictures: made, changed, and of jobs."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from llmkit.dialects.images import fireworks, gemini, luma, openai, openrouter, prodia, replicate, venice, xai
from llmkit.errors import ContentFiltered, ProtocolError
from llmkit.types.asking import Form, FormFile
from llmkit.types.image import ImageRequest
from llmkit.types.parts import Image
from tests.recordings.image_jobs import (
    bfl_decoded,
    bfl_encoded,
    bfl_expected,
    bfl_sent,
    fal_decoded,
    fal_expected,
    fireworks_expected,
    luma_expected,
    of_bfl,
    of_fal,
    of_fireworks,
    of_luma,
    of_replicate,
    replicate_expected,
    state_of,
)
from tests.recordings.image_shape import ASKED, PNG, data_listed, failed, made
from tests.recordings.recorded import Reader, Recorded, first, place, told

Object = dict[str, Any]
_OWN = ("xai", "openrouter", "google", "vertex", "bfl", "fal", "fireworks", "luma", "replicate", "prodia", "venice", "pollinations")
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


def _decoder(module: Any) -> Callable[[Recorded], Any]:
    def decoded(recorded: Recorded) -> Any:
        if recorded.status >= 400:
            return failed(module, recorded)
        try:
            return made(told(module.steps(ASKED, place(recorded.model or "m")), recorded.answer))
        except (ProtocolError, ContentFiltered) as error:
            return type(error)

    return decoded


def _expected(recorded: Recorded) -> Any:
    if recorded.status >= 400:
        return (recorded.status, True)
    listed = data_listed(recorded.json["data"])
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
    return (made(reply)[0], list(reply.blocked))


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
        takes=of_bfl,
        decoded=bfl_decoded,
        expected=bfl_expected,
        encoded=bfl_encoded,
        sent=bfl_sent,
    ),
    Reader(
        codec="replicate_images",
        apis=("predictions", "images"),
        takes=of_replicate,
        decoded=lambda recorded: state_of(replicate, recorded),
        expected=replicate_expected,
    ),
    Reader(codec="fal_images", apis=("images",), takes=of_fal, decoded=fal_decoded, expected=fal_expected),
    Reader(
        codec="fireworks_images",
        apis=("images",),
        takes=of_fireworks,
        decoded=lambda recorded: state_of(fireworks, recorded),
        expected=fireworks_expected,
    ),
    Reader(codec="luma_images", apis=("images",), takes=of_luma, decoded=lambda recorded: state_of(luma, recorded), expected=luma_expected),
    Reader(
        codec="prodia_images",
        apis=("images",),
        takes=lambda recorded: recorded.provider == "prodia" and recorded.status >= 400,
        decoded=lambda recorded: failed(prodia, recorded),
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
