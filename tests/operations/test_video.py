"""Films in every wire format through the public client: what goes out, what comes back, what is refused."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit import Image, Video
from llmkit.dialects.operations import MODULES, codec
from llmkit.dialects.videos.shape import pixels_of, ratio_of, resolution_of
from llmkit.errors import ProtocolError, ProviderError, UnsupportedFeature
from llmkit.testing import FakeHost
from llmkit.testing.host import bytes_reply, form_of
from llmkit.testing.replies import Reply
from llmkit.types.asking import Answer, Place
from llmkit.types.http import Headers
from llmkit.types.job import JobState
from llmkit.types.video import VideoRequest
from tests.operations.faces import FACES, use
from tests.operations.video_cases import CASES, PNG64
from tests.operations.video_host_cases import PICTURE, URL
from tests.operations.video_rows import MP4, PNG, quick_client

FORMATS = sorted(name for name in MODULES if name.endswith("_videos"))
JOBS = [name for name in FORMATS if hasattr(codec(name), "poll")]


def served(host: FakeHost, case: dict[str, Any], last: Any = None) -> FakeHost:
    """Let `host` answer as the case says; with `last` as the last look."""
    for place, answers in case["host"].items():
        several = answers if isinstance(answers, list) else [answers]
        if last is not None and isinstance(answers, list):
            several = [*several[:-1], last]
        host.on(place, *[_at(host.url, answer) for answer in several])
    return host


def _at(url: str, answer: Any) -> Any:
    return answer if isinstance(answer, Reply) else json.loads(json.dumps(answer).replace("{host}", url))


def made(face: str, host: FakeHost, case: dict[str, Any]) -> Any:
    return use(face, quick_client(case["model"].partition("/")[0], host.url), "video", case["model"], "a cat", **case["options"])


@pytest.mark.parametrize("name", CASES)
def test_a_film_goes_out_and_comes_back_in_every_format(name: str) -> None:
    """The body is the vendor's, the reply ours."""
    case = CASES[name]
    with FakeHost() as host:
        reply = made("sync", served(host, case), case)

    assert case["sent"] == host.requests[0].json
    assert case.get("headers", {}).items() <= dict(host.requests[0].headers).items()
    assert case.get("data", [None]) == [film.data for film in reply.videos]
    assert case.get("urls", [None]) == [film.url for film in reply.videos]
    assert case.get("units", reply.units) == reply.units
    assert case.get("variant", reply.variant) == reply.variant
    assert "cost" not in case or Decimal(case["cost"]) == reply.cost.amount
    assert [] == [warning for warning in reply.warnings if warning.parameter != "cost"]
    assert len(case["host"]) == len({f"{request.method} {request.path}" for request in host.requests})


@pytest.mark.parametrize("name", [name for name in CASES if "failed" in CASES[name]])
def test_a_job_that_failed_is_a_typed_error_in_every_format(name: str) -> None:
    """And not begun again."""
    case = CASES[name]
    with FakeHost() as host, pytest.raises(ProviderError) as caught:
        made("sync", served(host, case, case["failed"]), case)

    assert 1 == len(host.asked(next(iter(case["host"]))))
    assert not caught.value.retryable


def test_every_format_has_a_case() -> None:
    """`openai_videos` has its own below and in the tests of jobs; Runware names its task anew each time; Prodia answers at once."""
    tried = {quick_dialect(case["model"]) for case in CASES.values()}

    assert set(FORMATS) == tried | {"openai_videos", "runware_videos", "prodia_videos"}


def quick_dialect(model: str) -> str:
    client = quick_client(model.partition("/")[0], "http://127.0.0.1:1")
    return str(client["providers"][0].operations["video"].dialect)


def test_vertex_is_asked_by_a_method_of_the_model_and_puts_films_into_the_answer() -> None:
    """Fields that only Vertex has words for go out there."""
    name = "projects/p/locations/us-central1/publishers/google/models/veo-3.1-generate-001/operations/o1"
    model = "/projects/p/locations/us-central1/publishers/google/models/veo-3.1-generate-001"
    place = Place(provider="vertex", model="veo", path=f"{model}:predictLongRunning", options={"poll": "fetchPredictOperation", "delay": 0})
    request = VideoRequest(model="m", prompt="a cat", audio=True, fps=24, image=Image(url="gs://b/cat.png", media_type="image/png"), n=2)
    steps: Any = codec("gemini_videos")
    run = steps.steps(request, place)

    begin = next(run)
    look = run.send(answer({"name": name}))
    with pytest.raises(StopIteration) as end:
        run.send(
            answer(
                {
                    "done": True,
                    "response": {"videos": [{"gcsUri": "gs://b/1.mp4", "mimeType": "video/mp4"}, {"bytesBase64Encoded": "AAAA"}]},
                }
            )
        )

    assert {"sampleCount": 2, "fps": 24, "generateAudio": True} == begin.body["parameters"]
    assert {"gcsUri": "gs://b/cat.png", "mimeType": "image/png"} == begin.body["instances"][0]["image"]
    assert ("POST", f"{model}:fetchPredictOperation", {"operationName": name}, True) == (look.method, look.path, look.body, look.again)
    assert ["gs://b/1.mp4", None] == [film.url for film in end.value.value.videos]


def answer(body: Any) -> Answer:
    return Answer(status=200, headers=Headers({"content-type": "application/json"}.items()), body=json.dumps(body).encode())


def test_a_film_at_google_that_is_elsewhere_keeps_its_public_address() -> None:
    """The key is not sent after a redirect."""
    case = CASES["gemini"]
    with FakeHost() as host:
        served(host, {**case, "host": {**case["host"], "GET /files/f1:download": Reply(status=302, headers=(("Location", URL),))}})
        reply = made("sync", host, case)

    assert [URL] == [film.url for film in reply.videos]


WORDS = [("prompt", None, "text/plain", b"a cat"), ("model", None, "text/plain", b"sora-2"), ("seconds", None, "text/plain", b"4")]
TEXTS = {"prompt": "a cat", "model": "sora-2", "seconds": "4"}
PICTURES: dict[str, tuple[dict[str, Any], Any]] = {
    "bytes": ({"image": PNG}, [*WORDS, ("input_reference", "image.png", "image/png", PNG)]),
    "an address": ({"image": PICTURE}, {**TEXTS, "input_reference": {"image_url": PICTURE}}),
    "a file": ({"image": Image(file_id="file-1")}, {**TEXTS, "input_reference": {"file_id": "file-1"}}),
    "shape and lines": ({"aspect_ratio": "9:16", "resolution": "720p"}, [*WORDS, ("size", None, "text/plain", b"720x1280")]),
}


@pytest.mark.parametrize("case", PICTURES)
def test_the_form_of_openai(case: str) -> None:
    """Texts and files as the vendor's package sends them; what is pointed to as JSON."""
    options, sent = PICTURES[case]
    with FakeHost() as host:
        host.on("POST /videos", {"id": "video_1", "status": "queued"})
        use("sync", quick_client("openai", host.url), "start_video", "openai/sora-2", "a cat", duration=4, **options)

    assert sent == (host.requests[0].json if isinstance(sent, dict) else form_of(host.requests[0]))


def test_hosts_without_forms_get_json() -> None:
    """Bytes go in as a `data:` address then."""
    with FakeHost() as host:
        host.on("POST /videos", {"id": "video_1", "status": "queued"})
        client = quick_client("openai", host.url, {"json": True})
        use("sync", client, "start_video", "openai/sora-2", "a cat", duration=4, image=PNG)

    assert {**TEXTS, "input_reference": {"image_url": f"data:image/png;base64,{PNG64}"}} == host.requests[0].json


def test_a_film_is_changed_where_the_format_has_an_edit() -> None:
    """It goes to a place of its own."""
    with FakeHost() as host:
        host.on("POST /videos/edits", {"id": "video_2", "status": "queued"})
        use("sync", quick_client("openai", host.url), "start_video", "openai/sora-2", "a dog", video=Video(file_id="video_1"))

    assert {"prompt": "a dog", "video": {"id": "video_1"}} == host.requests[0].json


@pytest.mark.parametrize("face", FACES)
def test_runware_is_asked_at_one_address_under_an_id_of_ours(face: str) -> None:
    """Tasks in, tasks out; it is over when all its films are there."""
    with FakeHost() as host:

        def reply_to(request: Any) -> Any:
            task = request.json[0]
            name = task["taskUUID"]
            if task["taskType"] == "videoInference":
                return {"data": [{"taskType": "videoInference", "taskUUID": name}]}
            films = [{"taskUUID": name, "status": "success", "videoURL": URL, "cost": 0.5, "seed": 3}]
            return {"data": films if len(host.requests) > 2 else [{"taskUUID": name, "status": "processing"}]}

        host.on("POST /v1", reply_to)
        reply = use(
            face, quick_client("runware", f"{host.url}/v1"), "video", "runware/klingai:5@3", "a cat", duration=5, size="1920x1080", seed=3
        )

    first, look = host.requests[0].json[0], host.requests[1].json[0]
    assert {"taskType": "getResponse", "taskUUID": first.pop("taskUUID")} == look
    assert {
        "taskType": "videoInference",
        "model": "klingai:5@3",
        "positivePrompt": "a cat",
        "duration": 5,
        "width": 1920,
        "height": 1080,
        "seed": 3,
        "deliveryMethod": "async",
        "outputType": "URL",
        "includeCost": True,
    } == first
    assert ([URL], Decimal("0.5"), 3) == ([film.url for film in reply.videos], reply.cost.amount, reply.seed)


def test_prodia_answers_with_the_film_itself() -> None:
    """There is no job to begin."""
    kind = "inference.wan2-2.lightning.img2vid.v0"
    with FakeHost() as host:
        host.on("POST /job", bytes_reply(MP4, "video/mp4"))
        client = quick_client("prodia", host.url)
        plain = use("sync", client, "video", f"prodia/{kind}", "a cat", seed=42)
        use("sync", client, "video", f"prodia/{kind}", "a cat", image=PNG)
        with pytest.raises(UnsupportedFeature, match="jobs"):
            use("sync", client, "start_video", f"prodia/{kind}", "a cat")

    job = {"type": kind, "config": {"prompt": "a cat", "seed": 42}}
    form = form_of(host.requests[1])
    assert (job, "video/mp4", MP4) == (host.requests[0].json, host.requests[0].headers["accept"], plain.video.data)
    assert [("job", "application/json"), ("input", "image/png")] == [(name, media_type) for name, _, media_type, _ in form]


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("method", ["video", "start_video"])
def test_settings_that_cannot_be_said_are_told(method: str, face: str) -> None:
    """They are dropped, and never in silence; of a job they are told with what it made."""
    with FakeHost() as host:
        host.on("POST /text_to_video", {"id": "t1"}).on("GET /tasks/t1", {"id": "t1", "status": "SUCCEEDED", "output": [URL]})
        client = quick_client("runwayml", host.url)
        if method == "video":
            reply = use(face, client, "video", "runwayml/gen4.5", "a cat", fps=24, voice="v")
        else:
            reply = use(face, client, "video", "runwayml/gen4.5", "a cat", fps=24, voice="v", progress=lambda state: None)

    assert [("dropped", "fps"), ("dropped", "voice")] == [(told.kind, told.parameter) for told in reply.warnings if told.kind == "dropped"]


def test_a_bare_provider_and_fields_of_ours_do() -> None:
    """`extra_body` goes out with the beginning and not with the looks."""
    with FakeHost() as host:
        served(host, CASES["wavespeed"])
        use(
            "sync",
            quick_client("wavespeed", host.url),
            "video",
            CASES["wavespeed"]["model"],
            "a cat",
            extra_body={"camera_fixed": True},
        )

    assert (True, b"") == (host.requests[0].json["camera_fixed"], host.requests[1].body)


SHAPES = {
    "16:9 720p": ("1280x720", "16:9", "720p"),
    "9:16 1080p": ("1080x1920", "9:16", "1080p"),
    "1:1 480p": ("480x480", "1:1", "480p"),
    "4:3 768p": ("1024x768", "4:3", "768p"),
    "16:9 4k": ("3840x2160", "16:9", "2160p"),
}


@pytest.mark.parametrize("case", SHAPES)
def test_pixels_and_shape_say_the_same(case: str) -> None:
    """Formats have one or the other."""
    size, ratio, lines = SHAPES[case]
    shape, _, resolution = case.partition(" ")
    by_size = VideoRequest(model="m", size=size)
    by_shape = VideoRequest(model="m", aspect_ratio=shape, resolution=resolution)

    assert (ratio, lines) == (ratio_of(by_size), resolution_of(by_size))
    assert size == "{}x{}".format(*(pixels_of(by_shape) or ()))


ENDS = (
    "completed",
    "succeeded",
    "SUCCEEDED",
    "Success",
    "done",
    "success",
    "ready",
    "Ready",
    "Succeed",
    "succeed",
    "COMPLETE",
    "COMPLETED",
)
KEYS = """
    status state task_status data output outputs video videos url video_url task content result results sample response done errors
    generateVideoResponse generatedSamples uri generations_by_pk generated_images task_result creations unsigned_urls video_result taskUUID
    videoURL file_id usage cost error message progress duration
""".split()  # noqa: SIM905 - a list of words reads better than of strings
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5) | st.sampled_from(ENDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=12,
)


@settings(max_examples=60)
@given(name=st.sampled_from(JOBS), body=JSON)
def test_no_answer_of_any_shape_breaks_the_reading(name: str, body: Any) -> None:
    """What cannot be read is a typed error; a film is never made up."""
    module: Any = codec(name)
    place = Place(provider="p", model="a/b", path="/x/y", options={"v2": ("a",)})
    steps = module.poll(JobState(handle="h", status="running"), place)
    try:
        next(steps)
        for _ in range(4):  # further questions get the same
            steps.send(answer(body))
    except StopIteration as end:
        state = end.value
        videos = state.reply.videos if state.reply is not None and hasattr(state.reply, "videos") else ()
        assert videos or state.status != "succeeded"
        assert all(film.url or film.data for film in videos)
    except (ProtocolError, ProviderError):
        pass
