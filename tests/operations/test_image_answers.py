"""What each format of pictures makes of the answers it gets: one table, through the public client."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from llmkit import LLMKit
from llmkit.errors import ContentFiltered, JobInterrupted, LLMKitError, ProtocolError, ProviderError
from llmkit.testing import FakeHost
from llmkit.testing.serving import json_reply
from llmkit.types.parts import Image
from tests.operations.image_answer_cases import CASES, HERE
from tests.operations.image_places import CAT, PNG, PNG64, moved


@pytest.fixture(scope="module")
def place() -> Iterator[tuple[FakeHost, LLMKit]]:
    """Give one host and one client for all cases."""
    with FakeHost() as host, LLMKit(**moved(f"{host.url}/at")) as kit:
        yield host, kit


def answer(host: FakeHost, answers: dict[str, Any]) -> None:
    """Put the answers of a case in the place of those of the last one; `{host}` in them is the provider's address."""
    host._answers.clear()
    for where, said in answers.items():
        method, _, path = where.partition(" ")
        for one in said if isinstance(said, list) else [said]:
            filled = {key: _filled(value, host) for key, value in one.items()} if isinstance(one, dict) else one
            for spelled in (path, f"/at{path}".removesuffix("/")):
                host.on(f"{method} {spelled}", filled)


def _filled(value: Any, host: FakeHost) -> Any:
    return value.replace("{host}", f"{host.url}/at") if isinstance(value, str) else value


def told(reply: Any, name: str) -> Any:
    """Return an attribute of the reply, or of one of its parts (`usage.output_image`)."""
    for step in name.split("."):
        reply = getattr(reply, step)
    return reply


def plain(value: Any) -> Any:
    """Return pictures without what says where they came from."""
    if not isinstance(value, tuple):
        return value
    return tuple([item.replace(origin=None, native=HERE.native) if isinstance(item, Image) else item for item in value])


@pytest.mark.parametrize("case", CASES)
def test_the_reply_tells_what_the_answer_told(case: str, place: tuple[FakeHost, LLMKit]) -> None:
    """Pictures are parts, whatever the provider makes of them."""
    host, kit = place
    model, options, answers, wanted = CASES[case]
    answer(host, answers)

    reply = kit.image(model, CAT, **options)

    assert wanted == {name: plain(told(reply, name)) for name in wanted}
    assert len(reply.images) == len(reply.revised_prompts) == len(reply.seeds) > 0


FAILURES: dict[str, tuple[str, dict[str, Any], type[LLMKitError], str]] = {
    "openai, nothing": ("openai/dall-e-2", {"POST /images/generations": {"data": []}}, ProtocolError, "holds no picture"),
    "openai, an error with 200": (
        "openai/dall-e-2",
        {"POST /images/generations": {"error": {"message": "no credit"}}},
        ProviderError,
        "no credit",
    ),
    "openai, no base64": (
        "openai/dall-e-2",
        {"POST /images/generations": {"data": [{"b64_json": "aGVs?bG8="}]}},
        ProtocolError,
        "no base64",
    ),
    "openai, a list": ("openai/dall-e-2", {"POST /images/generations": [[1]]}, ProtocolError, "no JSON object"),
    "openai, all blocked": (
        "openai/dall-e-2",
        {"POST /images/generations": {"data": [{"error": {"message": "violence"}}]}},
        ContentFiltered,
        "violence",
    ),
    "imagen": (
        "google/imagen-4.0-generate-001",
        {"POST /models/imagen-4.0-generate-001:predict": {"predictions": [{"raiFilteredReason": "children"}]}},
        ContentFiltered,
        "children",
    ),
    "gemini, words instead": (
        "google/gemini-2.5-flash-image",
        {
            "POST /models/gemini-2.5-flash-image:generateContent": {
                "candidates": [{"content": {"parts": [{"text": "I will not."}]}, "finishReason": "IMAGE_SAFETY"}]
            }
        },
        ContentFiltered,
        "I will not",
    ),
    "stability": (
        "stability/core",
        {"POST /stable-image/generate/core": {"image": PNG64, "finish_reason": "CONTENT_FILTERED", "seed": 1}},
        ContentFiltered,
        "CONTENT_FILTERED",
    ),
    "bfl, moderated": (
        "black-forest-labs/flux-2-max",
        {"POST /flux-2-max": {"id": "a", "polling_url": "{host}/r"}, "GET /r": {"status": "Request Moderated"}},
        ContentFiltered,
        "Moderated",
    ),
    "bfl, elsewhere": (
        "black-forest-labs/flux-2-max",
        {"POST /flux-2-max": {"id": "a", "polling_url": "https://evil.example/r"}},
        LLMKitError,
        "evil.example",
    ),
    "fal, elsewhere": (
        "fal/fal-ai/flux/dev",
        {"POST /fal-ai/flux/dev": {"response_url": "https://evil.example/r"}},
        LLMKitError,
        "evil.example",
    ),
    "luma": (
        "luma/photon-1",
        {"POST /generations/image": {"id": "l", "state": "failed", "failure_reason": "out of paint"}},
        ProviderError,
        "out of paint",
    ),
    "runway": (
        "runwayml/gen4_image",
        {
            "POST /text_to_image": {"id": "t"},
            "GET /tasks/t": {"status": "FAILED", "failureCode": "SAFETY.INPUT.TEXT", "failure": "blocked"},
        },
        ContentFiltered,
        "SAFETY.INPUT",
    ),
    "an unknown state": (
        "wavespeed/a/b",
        {"POST /a/b": {"data": {"id": "w", "status": "pondering"}}},
        ProtocolError,
        "pondering",
    ),
    "minimax": (
        "minimax/image-01",
        {"POST /image_generation": {"base_resp": {"status_code": 1008, "status_msg": "insufficient balance"}}},
        ProviderError,
        "insufficient balance",
    ),
    "runware": ("runware/a:1@1", {"POST /": {"errors": [{"code": "invalidModel", "message": "no such model"}]}}, ProviderError, "no such"),
    "kling": ("kling/kling-v2-1", {"POST /v1/images/generations": {"code": 1102, "message": "no balance"}}, ProviderError, "no balance"),
    "cloudflare": (
        "cloudflare-workers-ai/@cf/x/y",
        {"POST /@cf/x/y": {"success": False, "errors": [{"code": 7003, "message": "no route"}]}},
        ProviderError,
        "no route",
    ),
}


@pytest.mark.parametrize("case", FAILURES)
def test_an_answer_without_a_picture_is_an_error(case: str, place: tuple[FakeHost, LLMKit]) -> None:
    """Nothing is made up for it."""
    host, kit = place
    model, answers, kind, words = FAILURES[case]
    answer(host, answers)

    with pytest.raises(kind, match=words):
        kit.image(model, CAT, **({"size": "1024x1024"} if "runway" in model else {}))


JOBS = (
    "black-forest-labs/flux-2-max",
    "fal/fal-ai/flux/dev",
    "fireworks/accounts/fireworks/models/flux-kontext-pro",
    "kling/kling-v2-1",
    "leonardo/seedream-5.0-pro",
    "luma/photon-1",
    "luma-agents/uni-1",
    "replicate/black-forest-labs/flux-schnell",
    "runwayml/gen4_image",
    "topaz/Standard_V2",
    "vidu/viduq2",
    "wavespeed/wavespeed-ai/flux-dev",
)


@pytest.mark.parametrize("model", JOBS)
def test_a_beginning_whose_answer_is_lost_is_not_made_again(model: str, place: tuple[FakeHost, LLMKit]) -> None:
    """It may run, and be paid for twice."""
    host, _ = place
    answer(host, {"POST /*": json_reply(500, {"error": {"message": "lost"}})})
    asked = len(host.requests)
    client = {**moved(host.url, model.partition("/")[0]), "retries": 2}

    with LLMKit(**client) as kit, pytest.raises(JobInterrupted) as caught:
        kit.image(model, CAT, **({"images": PNG} if "topaz" in model else {}))

    assert ("", 1) == (caught.value.handle, len(host.requests) - asked)
