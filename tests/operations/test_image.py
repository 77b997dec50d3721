"""Pictures through both clients: made, changed, shown while they are drawn, and begun now to be fetched later."""

from __future__ import annotations

import asyncio
import base64
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from llmkit import AsyncLLMKit, LLMKit
from llmkit.dialects.images import openai
from llmkit.dialects.images.shapes import pixels, ratio_of, size_of
from llmkit.errors import InvalidRequest, JobInterrupted, LLMKitError, NotFound, RateLimited, StreamInterrupted, UnsupportedFeature
from llmkit.metering.sinks import Callback
from llmkit.pipeline.meter import Meter
from llmkit.providers.provider import Provider
from llmkit.providers.serving import Serving
from llmkit.testing import FakeHost
from llmkit.testing.host import bytes_reply, form_of, stream_reply
from llmkit.testing.serving import json_reply
from llmkit.types.image import CompletedImage, ImageRequest, ImageResponse, PartialImage
from llmkit.types.parts import Image
from tests.operations.faces import FACES, client_for, use
from tests.operations.image_places import DATA, LINK, PNG, PNG64, moved
from tests.recordings.recorded import place

MODEL = "openai/gpt-image-1.5"
ONE = {"created": 1, "data": [{"b64_json": PNG64}]}


@pytest.mark.parametrize("face", FACES)
def test_a_prompt_makes_a_picture_that_can_be_saved(face: str, tmp_path: Path) -> None:
    """A file is named by what it is, never by the answer."""
    with FakeHost() as host:
        host.on("POST /images/generations", ONE)
        reply = use(face, client_for("openai", host.url), "image", MODEL, "a cat", size="1024x1024")

    with LLMKit() as kit:
        files = kit.save(reply, f"{tmp_path}/pictures/")

    assert {"model": "gpt-image-1.5", "prompt": "a cat", "size": "1024x1024"} == host.requests[0].json
    assert "Bearer sk-test-operations" == host.requests[0].headers["authorization"]
    assert [("image-1.png", PNG)] == [(file.name, file.read_bytes()) for file in files]
    assert (PNG, "openai", "gpt-image-1.5") == (reply.image.data, reply.provider, reply.model)


def given_in_every_way(folder: Path) -> dict[str, Any]:
    """Return the same picture as bytes, as a file, as an address with its bytes, and as a part."""
    file = folder / "secret name.png"
    file.write_bytes(PNG)
    return {"bytes": PNG, "path": file, "text": str(file), "address": DATA, "part": Image(data=PNG)}


@pytest.mark.parametrize("face", FACES)
def test_a_given_picture_is_changed(face: str, tmp_path: Path) -> None:
    """However it is given, and without its name."""
    with FakeHost() as host:
        host.on("POST /images/edits", ONE)
        for way in given_in_every_way(tmp_path).values():
            use(face, client_for("openai", host.url), "image", MODEL, "a hat on it", images=way)

    forms = [form_of(request) for request in host.requests]
    assert [("image", "image-1.png", "image/png", PNG)] * 5 == [form[-1] for form in forms]


EVENTS = [
    {"type": "image_generation.partial_image", "b64_json": PNG64, "partial_image_index": 0, "output_format": "png"},
    {"type": "image_generation.partial_image", "b64_json": PNG64, "partial_image_index": 1},
    {
        "type": "image_generation.completed",
        "b64_json": PNG64,
        "quality": "high",
        "size": "1024x1024",
        "usage": {"input_tokens": 10, "output_tokens": 100, "input_tokens_details": {"image_tokens": 0}},
    },
]


@pytest.mark.parametrize("face", FACES)
def test_a_picture_is_shown_while_it_is_drawn(face: str) -> None:
    """The whole reply is what the whole request would have given."""
    with FakeHost() as host:
        host.on("POST /images/generations", stream_reply(*EVENTS))
        events, reply = asyncio.run(_streamed(host)) if face == "async" else _streamed_sync(host)

    assert {"model": "gpt-image-1.5", "prompt": "a cat", "stream": True, "partial_images": 2} == host.requests[0].json
    assert [PartialImage, PartialImage, CompletedImage] == [type(event) for event in events]
    assert [0, 1] == [event.index for event in events[:2]]
    assert (PNG, "high/1024x1024", 100) == (reply.image.data, reply.variant, reply.usage.output_image)
    assert reply.cost is not None


def _streamed_sync(host: FakeHost) -> tuple[list[Any], ImageResponse]:
    with LLMKit(**client_for("openai", host.url)) as kit, kit.stream_image(MODEL, "a cat", partial_images=2) as stream:
        return list(stream), stream.response()


async def _streamed(host: FakeHost) -> tuple[list[Any], ImageResponse]:
    async with AsyncLLMKit(**client_for("openai", host.url)) as kit, kit.stream_image(MODEL, "a cat", partial_images=2) as stream:
        return [event async for event in stream], await stream.response()


def test_a_change_is_shown_while_it_is_drawn() -> None:
    """The events have other names, and the form says that they are wanted."""
    events = [{**event, "type": event["type"].replace("generation", "edit")} for event in EVENTS]
    with FakeHost() as host, LLMKit(**client_for("openai", host.url)) as kit:
        host.on("POST /images/edits", stream_reply(*events))
        with kit.stream_image(MODEL, "a hat", images=PNG) as stream:
            reply = stream.response()

    assert ("stream", "true") == next((name, data.decode()) for name, _, _, data in form_of(host.requests[0]) if name == "stream")
    assert PNG == reply.image.data


def test_a_stream_of_several_pictures_ends_with_the_last() -> None:
    """Each is done on its own."""
    with FakeHost() as host, LLMKit(**client_for("openai", host.url)) as kit:
        host.on("POST /images/generations", stream_reply(*EVENTS, *EVENTS))
        with kit.stream_image(MODEL, "a cat", n=2) as stream:
            reply = stream.response()

    assert (2, 200, {"image": 2.0}) == (len(reply.images), reply.usage.output_image, reply.units)


def test_a_result_that_another_host_keeps_for_its_owner_is_asked_for_at_the_first() -> None:
    """The key goes to the provider's own address alone."""
    with FakeHost() as other, FakeHost() as host:
        host.on("POST /flux-2-pro", {"id": "a", "polling_url": f"{other.url}/v1/get_result?id=a"})
        other.on("GET /v1/get_result", json_reply(403, {"detail": "Not authenticated"}))
        host.on("GET /get_result", {"id": "a", "status": "Ready", "result": {"sample": LINK}})
        client = moved(host.url, "black-forest-labs")
        rows = [known.replace(follows=(other.url,)) for known in client["providers"]]
        reply = use("sync", {**client, "providers": rows}, "image", "black-forest-labs/flux-2-pro", "a cat")

    assert LINK == reply.image.url
    assert "sk-test-operations" not in str(dict(other.requests[0].headers))
    assert ("/get_result?id=a", "sk-test-operations") == (host.requests[-1].target, host.requests[-1].headers["x-key"])


CUT = {
    "nothing": ([], LLMKitError),
    "a partial picture alone": (EVENTS[:1], StreamInterrupted),
    "an error": ([{"type": "error", "error": {"message": "no credit", "code": "insufficient_quota"}}], LLMKitError),
    "no json": (["data: {\n\n"], LLMKitError),
    "no picture": ([{"type": "image_generation.completed"}], LLMKitError),
}


@pytest.mark.parametrize("case", CUT)
def test_a_stream_that_breaks_is_an_error(case: str) -> None:
    """A picture that is half drawn is none."""
    pieces, error = CUT[case]
    with FakeHost() as host, LLMKit(**client_for("openai", host.url, retries=0)) as kit, pytest.raises(error):
        host.on("POST /images/generations", stream_reply(*pieces))
        with kit.stream_image(MODEL, "a cat") as stream:
            stream.response()


@settings(max_examples=30)
@given(some.lists(some.integers(1, 400), max_size=12))
def test_the_events_are_the_same_however_the_bytes_come(cuts: list[int]) -> None:
    """Servers cut chunks anywhere."""
    data = b"".join([f"data: {json.dumps(event)}\n\n".encode() for event in EVENTS])
    whole = openai.decoder(ImageRequest(model="m"), place("m")).feed(data)
    decoder, events, begin = openai.decoder(ImageRequest(model="m"), place("m")), [], 0

    for cut in cuts:
        events += decoder.feed(data[begin : begin + cut])
        begin += cut
    events += decoder.feed(data[begin:])

    assert (whole, True) == (events, decoder.done)
    assert [PNG] == [image.data for image in openai.fold(events).images]


@pytest.mark.parametrize("face", FACES)
def test_a_job_begun_here_is_taken_up_there_by_its_id(face: str) -> None:
    """The other client stands for another process."""
    model = "replicate/black-forest-labs/flux-schnell"
    with FakeHost() as host:
        host.on("POST /models/black-forest-labs/flux-schnell/predictions", {"id": "p1", "status": "starting"})
        host.on("GET /predictions/p1", {"id": "p1", "status": "succeeded", "output": [LINK]})
        client = moved(host.url, "replicate")
        job = use(face, client, "start_image", model, "a cat")

        with LLMKit(**client) as kit:
            reply = kit.job(job.id).wait()

    assert ("image:replicate/black-forest-labs/flux-schnell:p1", "queued") == (job.id, job.status)
    assert (LINK,) == tuple(image.url for image in reply.images)


def test_a_job_is_ended_early() -> None:
    """Where the provider can."""
    with FakeHost() as host:
        host.on("POST /models/a/b/predictions", {"id": "p1", "status": "starting"})
        host.on("POST /predictions/p1/cancel", {"id": "p1", "status": "canceled"})
        with LLMKit(**moved(host.url, "replicate")) as kit:
            job = kit.start_image("replicate/a/b", "a cat").cancel()

    assert "cancelled" == job.status


def test_a_job_that_is_lost_on_the_way_says_how_to_take_it_up() -> None:
    """To begin anew would pay for it twice."""
    with FakeHost() as host:
        host.on("POST /models/a/b/predictions", {"id": "p1", "status": "starting"})
        host.on("GET /predictions/p1", json_reply(404, {"detail": "gone"}))
        with LLMKit(**moved(host.url, "replicate")) as kit, pytest.raises(JobInterrupted) as caught:
            kit.image("replicate/a/b", "a cat")

    assert ("image:replicate/a/b:p1", NotFound) == (caught.value.job, type(caught.value.__cause__ or caught.value.cause))


def test_the_layers_stand_around_it() -> None:
    """A refusal is tried again, and the record says which operation it was."""
    records: list[Any] = []
    with FakeHost() as host:
        host.on("POST /images/edits", json_reply(429, {"error": {"message": "slow"}}, (("Retry-After", "0.001"),)), ONE)
        with LLMKit(**client_for("openai", host.url), layers=[Meter(Callback(records.append))]) as kit:
            reply = kit.image(MODEL, "a cat", images=PNG, tenant="acme")

    assert [RateLimited.__name__, None] == [attempt.error for attempt in reply.attempts]
    assert [("image_edit", "acme")] == [(record.operation, record.tenant) for record in records]


PRICES = {
    "by size": ("openai/dall-e-2", {"size": "256x256"}, ({"image": 2.0}, "256x256", "0.032")),
    "the usual size": ("openai/dall-e-2", {}, ({"image": 2.0}, "", "0.040")),
    "by megapixel": ("together/black-forest-labs/FLUX.1-schnell", {"size": "2000x1000"}, ({"megapixel": 4.0}, "2000x1000", "0.0108")),
    "by the piece": ("together/black-forest-labs/FLUX.1.1-pro", {"size": "1024x1024"}, ({"image": 2.0}, "1024x1024", "0.08")),
}


@pytest.mark.parametrize("case", PRICES)
def test_a_picture_costs_what_the_list_says_of_its_variant(case: str) -> None:
    """Lists have prices by size, by quality, and by how many pixels there are."""
    model, options, (units, variant, amount) = PRICES[case]
    with FakeHost() as host:
        host.on("POST /images/generations", {"data": [{"url": LINK}, {"url": LINK}]})
        reply = use("sync", client_for(model.partition("/")[0], host.url), "image", model, "a cat", n=2, **options)

    assert (units, variant, Decimal(amount)) == (reply.units, reply.variant, reply.cost and reply.cost.amount)


REFUSED: dict[str, tuple[str, str | None, dict[str, Any], type[LLMKitError], str]] = {
    "nothing": (MODEL, None, {}, InvalidRequest, "nothing to draw"),
    "blanks": (MODEL, "  ", {}, InvalidRequest, "prompt must be text"),
    "a mask alone": (MODEL, "a", {"mask": PNG}, InvalidRequest, "needs the picture"),
    "an unknown option": (MODEL, "a", {"sizes": "1x1"}, InvalidRequest, "Did you mean size"),
    "a text as picture": (MODEL, "a", {"images": b"hello"}, InvalidRequest, "no picture but of an unknown kind"),
    "no file": (MODEL, "a", {"images": "/no/such/file.png"}, InvalidRequest, "There is no file"),
    "a number as picture": (MODEL, "a", {"images": [1]}, InvalidRequest, r"images\[0\] must be a picture"),
    "a ratio": (MODEL, "a", {"aspect_ratio": "wide"}, InvalidRequest, "like '16:9'"),
    "a background": (MODEL, "a", {"background": "green"}, InvalidRequest, "transparent, opaque, auto"),
    "a compression": (MODEL, "a", {"compression": 101}, InvalidRequest, "from 0 to 100"),
    "a strength": (MODEL, "a", {"strength": 2}, InvalidRequest, "from 0 to 1"),
    "too many": (MODEL, "a", {"n": 11}, InvalidRequest, "from 1 to 10"),
    "a size of the model": (MODEL, "a", {"size": "1792x1024"}, InvalidRequest, "1024x1024, 1536x1024, 1024x1536"),
    "a size that no step fits": ("openai/gpt-image-2", "a", {"size": "1000x1001"}, InvalidRequest, "multiples of 16"),
    "a size too long": ("openai/gpt-image-2", "a", {"size": "3200x1024"}, InvalidRequest, "1:3 to 3:1"),
    "a size of no height": ("openai/gpt-image-2", "a", {"size": "16x0"}, InvalidRequest, "no length"),
    "a file format": (MODEL, "a", {"format": "tiff"}, InvalidRequest, "png, webp, jpeg"),
    "a quality": ("openai/dall-e-3", "a", {"quality": "low"}, InvalidRequest, "standard, hd"),
    "several of one": ("openai/dall-e-3", "a", {"n": 2}, InvalidRequest, "from 1 to 1"),
    "a variation of two": (MODEL, None, {"images": [PNG, PNG]}, InvalidRequest, "Pass a prompt to edit"),
    "what cannot be said": (MODEL, "a", {"seed": 1, "on_unsupported": "error"}, UnsupportedFeature, "seed"),
    "a provider without": ("anthropic/claude-sonnet-4-5", "a", {}, UnsupportedFeature, "others do"),
}
REFUSED_ELSEWHERE: dict[str, tuple[str, str | None, dict[str, Any], type[LLMKitError], str]] = {
    "several at once": ("runwayml/gen4_image", "a", {"n": 2, "size": "1024x1024"}, UnsupportedFeature, "2 images at once"),
    "a ratio of the model": ("google/imagen-4.0-generate-001", "a", {"aspect_ratio": "21:9"}, InvalidRequest, "1:1, 3:4, 4:3, 9:16, 16:9"),
    "a mask that is not taken": ("runwayml/gen4_image", "a", {"images": LINK, "mask": PNG}, UnsupportedFeature, "masks"),
    "too many pictures": ("runwayml/gen4_image", "a", {"images": [LINK] * 4}, UnsupportedFeature, "more than 3"),
    "bytes where addresses go": ("luma/photon-1", "a", {"images": PNG}, UnsupportedFeature, "https: address"),
    "an address where bytes go": ("stability/ultra", "a", {"images": LINK}, UnsupportedFeature, "Fetch it first"),
    "a picture that is not taken": ("stability/core", "a", {"images": PNG}, UnsupportedFeature, "ultra and sd3"),
    "no prompt": ("runwayml/gen4_image", None, {"images": LINK}, UnsupportedFeature, "without a prompt"),
    "a strength that is needed": ("recraft/recraftv3", "a", {"images": PNG}, InvalidRequest, "strength is needed"),
    "a ratio of the list": ("runwayml/gen4_image", "a", {"aspect_ratio": "7:5"}, InvalidRequest, "1:1, 16:9"),
    "a size in words": ("alibaba/qwen-image", "a", {"size": "large"}, InvalidRequest, "WIDTHxHEIGHT"),
}


@pytest.mark.parametrize("case", [*REFUSED, *REFUSED_ELSEWHERE])
def test_what_is_wrong_is_refused_before_anything_is_sent(case: str) -> None:
    """Every message says what is accepted."""
    model, prompt, options, error, words = REFUSED.get(case) or REFUSED_ELSEWHERE[case]
    with FakeHost() as host:
        client = client_for("openai", host.url) if case in REFUSED else moved(host.url, model.partition("/")[0])
        with pytest.raises(error, match=words):
            use("sync", client, "image", model, prompt, **options)

    assert [] == host.requests


def test_no_streams_and_no_jobs_where_there_are_none() -> None:
    """The error says what to do instead."""
    with FakeHost() as host, LLMKit(**moved(host.url, "xai", "together", "openai")) as kit:
        with pytest.raises(UnsupportedFeature, match="Ask for the whole"):
            kit.stream_image("xai/grok-imagine-image", "a")
        with pytest.raises(UnsupportedFeature, match=r"kit\.image"):
            kit.stream_image("together/black-forest-labs/FLUX.1-schnell", "a")
        with pytest.raises(UnsupportedFeature, match="at once"):
            kit.start_image(MODEL, "a")


def test_what_was_said_otherwise_is_told() -> None:
    """Nothing is changed in silence."""
    with FakeHost() as host:
        host.on("POST /text_to_image", {"id": "t"}).on("GET /tasks/t", {"status": "SUCCEEDED", "output": [LINK]})
        reply = use("sync", moved(host.url, "runwayml"), "image", "runwayml/gen4_image", "a cat", negative_prompt="dog")

    told = {(warning.kind, warning.parameter) for warning in reply.warnings}
    assert {("emulated", "size"), ("dropped", "negative_prompt")} <= told


def test_words_can_be_read_and_replaced() -> None:
    """Guardrails see what is drawn, and what was said of it."""
    request = ImageRequest(model="m", prompt="Ada", negative_prompt="Bob")
    reply = ImageResponse(images=(Image(data=PNG),) * 2, revised_prompts=(None, "Ada"), seeds=(None, None), text="Here is Ada.")

    assert ("Ada", "Bob") == request.texts()
    assert ("x", "y") == request.with_texts(("x", "y")).texts()
    assert ("Ada", "Here is Ada.") == reply.texts()
    assert ((None, "x"), "y") == (reply.with_texts(("x", "y")).revised_prompts, reply.with_texts(("x", "y")).text)


@settings(max_examples=30)
@given(some.integers(1, 40), some.integers(1, 40))
def test_a_ratio_becomes_a_size_of_that_shape(width: int, height: int) -> None:
    """About a megapixel, in steps that models take."""
    found = pixels(size_of(f"{width}:{height}", 16))

    assert found is not None
    assert 0 == found[0] % 16 == found[1] % 16
    assert (found[0] >= found[1]) == (width >= height) or abs(width - height) <= 1


@settings(max_examples=30)
@given(some.integers(1, 99999), some.integers(1, 99999))
def test_a_size_has_one_ratio(width: int, height: int) -> None:
    """It is said in lowest terms."""
    across, _, up = ratio_of(f"{width}x{height}").partition(":")

    assert width * int(up) == height * int(across)


def test_large_pictures_fit() -> None:
    """Ten pictures of 4K are more than any other answer may be."""
    data = PNG + bytes(25 << 20)  # 33 MiB as base64
    with FakeHost() as host:
        answer = b'{"data": [{"b64_json": "%b"}]}' % base64.b64encode(data)
        host.on("POST /images/generations", bytes_reply(answer, "application/json"))
        reply = use("sync", client_for("openai", host.url), "image", MODEL, "a cat")

    assert data == reply.image.data


def test_a_host_of_one_s_own_says_what_it_accepts_and_how_it_spells_it() -> None:
    """A row is enough."""
    options = {"words": {"seed": "seed", "size": "width,height", "quality": ""}, "accepts": (("own-*", {"n": (1, 4), "format": ("png",)}),)}
    way = Serving(dialect="openai_images", path="/images/generations", options=options)
    with FakeHost() as host:
        host.on("POST /images/generations", ONE)
        own = Provider(name="own", title="Own", base_url=host.url, dialect="", local=True, operations={"image": way})
        reply = use("sync", {"providers": [own]}, "image", "own/own-1", "a cat", seed=3, size="64x32", quality="low")
        with pytest.raises(InvalidRequest, match="from 1 to 4"):
            use("sync", {"providers": [own]}, "image", "own/own-1", "a cat", n=5)
        with pytest.raises(InvalidRequest, match="one of png"):
            use("sync", {"providers": [own]}, "image", "own/own-1", "a cat", format="webp")

    assert {"model": "own-1", "prompt": "a cat", "width": 64, "height": 32, "seed": 3} == host.requests[0].json
    assert ["quality"] == [warning.parameter for warning in reply.warnings if warning.kind == "dropped"]
