"""Let answers of providers point into a private network, and see who is called."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from llmkit import LLMKit
from llmkit.errors import LLMKitError, SecurityError
from llmkit.runtime.blocking import Blocking
from llmkit.testing import FakeHost
from llmkit.testing.replies import Reply
from tests.security.transport.calls import PNG
from tests.security.transport.links import EVERY, hosted, judged
from tests.security.transport.network import Network

KEY = "sk-canary-0123456789abcdef"


def answers_found(net: Network, urls: Iterable[str] = tuple(EVERY)) -> tuple[int, list[str]]:
    """Let answers of providers point to `urls`; return how many cases were, and what went wrong."""
    found = []
    for pointer in POINTERS:
        with hosted(net) as host:
            for url in urls:
                net.clear()
                found.append(_pointed(net, host, pointer, url))
            host.unforeseen.clear()
    return len(found), [fault for fault in found if fault]


class Hasty(Blocking):
    """Does not wait between two looks."""

    async def sleep(self, seconds: float) -> None:
        """Return at once."""


@dataclass(frozen=True)
class Pointer:
    """A provider whose answer says where something is."""

    name: str
    provider: str
    answers: Callable[[str], dict[str, Any]]
    """What it answers, by method and path."""
    use: Callable[[LLMKit], Any]
    replies: bool = False
    """A link that leads nowhere is handed to the caller instead."""


def _pointed(net: Network, host: FakeHost, pointer: Pointer, url: str) -> str:
    host._answers.clear()
    for place, answer in pointer.answers(url).items():
        host.on(place, answer)
    with LLMKit(keys={pointer.provider: KEY}, base_urls={pointer.provider: host.url}, retries=0, timeout=5) as kit:
        kit._core.runtime = Hasty()
        try:
            ended: object = pointer.use(kit)
        except Exception as error:  # whatever it is: judged below
            ended = error
    if pointer.replies and not isinstance(ended, Exception):
        return judged(net, f"{pointer.name}, {url!r}", SecurityError("given on"), (SecurityError,))
    return judged(net, f"{pointer.name}, {url!r}", ended, (LLMKitError,))


def _header(name: str, value: str) -> Reply:
    clean = value.encode("utf-8").decode("latin-1").translate(dict.fromkeys((0, 10, 13)))
    return Reply(status=200, headers=((name, clean), ("Content-Type", "application/json"), ("Content-Length", "2")), pieces=(b"{}",))


def _replicate(url: str) -> dict[str, Any]:
    return {"POST /*": {"id": "p", "status": "starting", "urls": {"get": url, "stream": url, "cancel": url}}}


POINTERS = [
    Pointer(
        "where to look again (fal)",
        "fal",
        lambda url: {"POST /*": {"response_url": url, "request_id": "r"}},
        lambda kit: kit.image("fal/m", "x"),
    ),
    Pointer(
        "where to look again (Black Forest Labs)",
        "black-forest-labs",
        lambda url: {"POST /*": {"id": "r", "polling_url": url}},
        lambda kit: kit.image("black-forest-labs/flux-dev", "x"),
    ),
    Pointer("where the answer will be (Replicate)", "replicate", _replicate, lambda kit: kit.complete("replicate/a/b", "x")),
    Pointer("where the stream is (Replicate)", "replicate", _replicate, lambda kit: _streamed(kit, "replicate/a/b")),
    Pointer(
        "where to send a file (Google)",
        "google",
        lambda url: {"POST /upload/*": _header("X-Goog-Upload-URL", url), "POST /*": _header("X-Goog-Upload-URL", url)},
        lambda kit: kit.files.upload("google", PNG, name="a.png", media_type="image/png"),
    ),
]


def _streamed(kit: LLMKit, model: str) -> Any:
    with kit.stream(model, "x") as events:
        for _ in events:
            pass
    return events.response()
