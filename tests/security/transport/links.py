"""Give a link into a private network to everything that follows links, and see who is called."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from llmkit import AsyncLLMKit, Audio, Image, LLMKit, Video
from llmkit.errors import ConnectionFailed, LLMKitError, SecurityError
from llmkit.testing import FakeHost
from llmkit.testing.replies import Reply
from llmkit.types.responses import CompletionResponse
from tests.operations.test_fetching_addresses import RESOLVED, SPELLINGS
from tests.security.transport.network import INSIDE, PUBLIC, Network
from tests.security.transport.tls_playing import trusting

KEY = "sk-canary-0123456789abcdef"
_MORE = """
    127.0.0.2 127.1.1.1 127.0.0.1:80 127.0.0.1:8080 0x7f.0x0.0x0.0x1 0X7F000001 00000177.1 0x0000007f.1 017700000001. 127.0.0.1:443.
    3232235521 0xc0a80001 0300.0250.0.1 192.168.1 10.1 0xa.0.0.1 012.0.0.1 2886729729 0xac100001
    [::ffff:a00:1] [::ffff:169.254.169.254] [0:0:0:0:0:ffff:a9fe:a9fe] [::ffff:0:7f00:1] [::10.0.0.1] [::c0a8:1]
    [fd12:3456:789a::1] [fe80::a9fe:a9fe] [ff01::1] [ff05::2] [2001:0:0:1::1] [2001:2::1] [2001:4:112::1] [100:0:0:1::1]
    [2002:c0a8:101::1] [2002:7f00:1::7f00:1] [64:ff9b::10.0.0.1] [64:ff9b:1:ffff::a00:1] [fec0::ffff] [4000:1::1]
    169.254.169.253 169.254.169.123 169.254.0.23 100.100.100.100 100.96.0.1 192.0.0.8 192.0.0.170 192.31.196.1. 192.52.193.1.
    198.18.0.254 240.0.0.254 255.255.255.254 224.0.0.251 239.0.0.1
"""
EVERY = list(dict.fromkeys([*SPELLINGS, *(f"https://{host}/cat" for host in _MORE.split() if not host.endswith("1."))]))
"""Spellings of addresses that no link may lead to."""
HOPS = [url for url in EVERY if url not in ("", " ", "cat.png", "/etc/passwd")]
"""Of these, what is no address relative to the host that redirects."""


@dataclass(frozen=True)
class Face:
    """A public call that follows a link. `refusals` are what it may raise."""

    name: str
    use: Callable[[Any, str, Path], Any]
    refusals: tuple[type[LLMKitError], ...] = (SecurityError,)


def _audio(url: str) -> Audio:
    return Audio(url=url, media_type="audio/wav")


def _reply(url: str) -> CompletionResponse:
    """Return an answer that shows a picture."""
    return CompletionResponse(model="m", provider="openai", content=(Image(url=url),), finish="stop")


FACES = [
    Face("fetch a picture", lambda kit, url, _: kit.fetch(Image(url=url))),
    Face("fetch a film", lambda kit, url, _: kit.fetch(Video(url=url))),
    Face("save a picture", lambda kit, url, folder: kit.save(Image(url=url), folder / "picture")),
    Face("save into a folder", lambda kit, url, folder: kit.save(Image(url=url), folder)),
    Face("save an answer", lambda kit, url, folder: kit.save(_reply(url), folder)),
    Face("transcribe a recording", lambda kit, url, _: kit.transcribe("openai/whisper-1", _audio(url))),
    Face("begin a transcription", lambda kit, url, _: kit.start_transcription("openai/whisper-1", _audio(url))),
]


def network() -> Network:
    """Return a network with the names of the spellings, and some that change what they mean."""
    return Network({name: [answers] for name, answers in RESOLVED.items()})


def links_found(net: Network, faces: Iterable[Face] = tuple(FACES), urls: Iterable[str] = tuple(EVERY)) -> tuple[int, list[str]]:
    """Give `urls` to `faces` of both clients, one of each for all; return how many cases were, and what went wrong."""
    chosen, found = list(urls), []
    with tempfile.TemporaryDirectory() as folder, trusting() as trust:
        client: dict[str, Any] = {"keys": {"openai": KEY}, "retries": 0, "ca_file": trust.ca_file}
        for face in faces:
            with LLMKit(**client) as kit:
                found += [_sync(net, kit, face, url, Path(folder)) for url in chosen]
            found += asyncio.run(_all_async(net, client, face, chosen, Path(folder)))
    return len(found), [fault for fault in found if fault]


def _sync(net: Network, kit: LLMKit, face: Face, url: str, folder: Path) -> str:
    net.clear()
    try:
        ended: object = face.use(kit, url, folder)
    except Exception as error:  # whatever it is: judged below
        ended = error
    return judged(net, f"{face.name}, {url!r}", ended, face.refusals)


async def _all_async(net: Network, client: dict[str, Any], face: Face, urls: list[str], folder: Path) -> list[str]:
    found = []
    async with AsyncLLMKit(**client) as kit:
        for url in urls:
            net.clear()
            try:
                ended: object = await face.use(kit, url, folder)
            except Exception as error:  # whatever it is: judged below
                ended = error
            found.append(judged(net, f"{face.name} (async), {url!r}", ended, face.refusals))
    return found


def judged(net: Network, what: str, ended: object, refusals: tuple[type[LLMKitError], ...]) -> str:
    """Return what went wrong, or nothing."""
    if net.called:
        return f"{what}: called {net.called}"
    return "" if isinstance(ended, refusals) else f"{what}: ended as {ended!r}"


def hops_found(net: Network, urls: Iterable[str] = tuple(HOPS), most: int = 3) -> tuple[int, list[str]]:
    """Redirect to `urls` at each hop, and one hop too far; return how many cases were, and what went wrong."""
    found, number = [], 0
    with hosted(net) as host, LLMKit(fetch_origins=[host.url]) as kit:
        targets: dict[str, str] = {}
        host.on("GET /*", partial(_onward, targets))
        for hop in range(most):
            for url in urls:
                net.clear()
                number += 1
                targets["last"] = url
                try:
                    ended: object = kit.fetch(Image(url=f"{host.url}/{hop}"))
                except Exception as error:  # whatever it is: judged below
                    ended = error
                found.append(judged(net, f"hop {hop + 1} to {url!r}", ended, (SecurityError,)))
        found.append(_too_far(net, kit, host, targets))
    return number + 1, [fault for fault in found if fault]


def _onward(targets: dict[str, str], request: Any) -> Reply:
    """Redirect to the next number down, and from 0 to the target."""
    left = int(request.path.strip("/")) if request.path.strip("/").isdecimal() else 0
    where = f"/{left - 1}" if left else targets["last"]
    return Reply(
        status=302, headers=(("Location", where.encode("utf-8").decode("latin-1").replace("\r", "").replace("\n", "").replace("\0", "")),)
    )


def _too_far(net: Network, kit: LLMKit, host: FakeHost, targets: dict[str, str]) -> str:
    targets["last"] = f"{host.url}/99"
    before = len(host.requests)
    try:
        ended: object = kit.fetch(Image(url=f"{host.url}/50"))
    except Exception as error:  # whatever it is: judged below
        ended = error
    if len(host.requests) - before > 4:
        return f"{len(host.requests) - before} requests in one chain of redirects"
    return judged(net, "an endless chain", ended, (SecurityError,))


@contextmanager
def hosted(net: Network) -> Iterator[FakeHost]:
    """Start a host that the network knows."""
    with FakeHost() as host:
        net.known.add(int(host.url.rpartition(":")[2]))
        yield host


_CHANGING = "https://changing.example/cat"
CHANGING = [
    ([[PUBLIC], [INSIDE]], [PUBLIC]),
    ([[PUBLIC], ["169.254.169.254"]], [PUBLIC]),
    ([[PUBLIC], ["::1"], ["10.0.0.1"], [INSIDE]], [PUBLIC]),
    ([[PUBLIC], [PUBLIC, INSIDE]], [PUBLIC]),
    ([["2606:4700:4700::1111"], ["::ffff:127.0.0.1"]], ["2606:4700:4700::1111"]),
    ([[PUBLIC, INSIDE]], []),
    ([[INSIDE, PUBLIC]], []),
    ([[PUBLIC, "::1"]], []),
    ([["2606:4700:4700::1111", PUBLIC, "fe80::1"]], []),
    ([[PUBLIC] * 30 + ["192.168.0.1"]], []),
    ([["2606:4700:4700::1111", "10.0.0.1"]], []),
    ([["64:ff9b::7f00:1", PUBLIC]], []),
    ([["0.0.0.0"]], []),
]
"""What a name means, look-up for look-up (nothing is kept: a lifetime of 0), and who may be called in the first of these."""


def rebinding_found(net: Network) -> tuple[int, list[str]]:
    """Ask three times for a link whose name changes its meaning; return how many cases were, and what went wrong."""
    found = []
    with LLMKit() as kit:
        for case in CHANGING:
            net.names["changing.example"] = [list(answer) for answer in case[0]]
            found += [_turn(net, "sync", case, turn, _fetched(net, kit)) for turn in range(3)]
    found += asyncio.run(_rebinding_async(net))
    return len(found), [fault for fault in found if fault]


async def _rebinding_async(net: Network) -> list[str]:
    found = []
    async with AsyncLLMKit() as kit:
        for case in CHANGING:
            net.names["changing.example"] = [list(answer) for answer in case[0]]
            for turn in range(3):
                net.clear()
                try:
                    ended: object = await kit.fetch(Image(url=_CHANGING))
                except Exception as error:  # whatever it is: judged below
                    ended = error
                found.append(_turn(net, "async", case, turn, ended))
    return found


def _fetched(net: Network, kit: LLMKit) -> object:
    net.clear()
    try:
        return kit.fetch(Image(url=_CHANGING))
    except Exception as error:  # whatever it is: judged by who asked
        return error


def _turn(net: Network, face: str, case: tuple[list[list[str]], list[str]], turn: int, ended: object) -> str:
    answers, first = case
    allowed = [] if turn else first
    called = [where for where, _ in net.called]
    if called == allowed and len(net.asked) == 1 and isinstance(ended, ConnectionFailed if allowed else SecurityError):
        return ""
    return f"{face}, {answers}, time {turn + 1}: asked {len(net.asked)} times, called {called}, {ended!r}"
