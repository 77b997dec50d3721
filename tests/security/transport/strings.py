"""Put what could split a head into every text that a public call takes: the calls and their parameters are read from the package."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import typing
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from email.parser import BytesParser
from email.policy import HTTP
from functools import cache
from typing import Any

import llmkit.run.settings
import llmkit.types
from llmkit import Audio, Document, Image, LLMKit, Message
from llmkit.errors import LLMKitError
from llmkit.types.decision import Predicate
from tests.security.transport.calls import KEY, PNG, WAV, used
from tests.security.transport.network import Network, on
from tests.security.transport.pointers import Hasty
from tests.transport.servers import Peer, Received, Server

PAYLOADS = (
    "a\r\nX-Injected: 1",
    "a\nX-Injected: 1",
    "a\rX-Injected: 1",
    "a\u010d\u010aX-Injected: 1",
    "a\x00b",
    "\ud800",
    "a HTTP/1.1\r\nHost: evil.example\r\n\r\nGET /smuggled HTTP/1.1\r\nX-Injected: 1\r\n\r\n",
    "a\r\n\r\n--x\r\nX-Injected: 1\r\n",
)
"""Ends of lines (also letters whose lower byte is one), NUL, half a surrogate, a whole second request, a second part of a form."""

CHAT, NAMES = (
    "openai/gpt-4.1-mini",
    ("openai", "anthropic", "google", "cohere", "brave", "mistral", "elevenlabs", "assemblyai", "twelvelabs"),
)
METHODS: dict[str, tuple[Any, ...]] = {
    **dict.fromkeys(("complete", "stream", "run", "run_stream", "count_tokens", "estimate"), (CHAT, "hi")),
    **dict.fromkeys(("parse", "parsed", "parse_stream"), (CHAT, "hi", int)),
    **dict.fromkeys(("retrieve", "resume"), ("openai/gpt-5.3-codex", "resp_1")),
    "embed": ("openai/text-embedding-3-small", "hi"),
    "moderate": ("openai/omni-moderation-latest", "hi"),
    "classify": (CHAT, "hi"),
    "decide": (CHAT, "hi", {"a": Predicate(question="Is it?")}),
    **dict.fromkeys(("image", "stream_image"), ("openai/gpt-image-1", "hi")),
    "start_image": ("openai/gpt-image-1", "hi"),
    **dict.fromkeys(("speech", "stream_speech"), ("openai/tts-1", "hi")),
    **dict.fromkeys(("sound", "music"), ("elevenlabs/music_v1", "hi")),
    **dict.fromkeys(("transcribe", "stream_transcription"), ("openai/gpt-4o-transcribe", WAV)),
    "start_transcription": ("assemblyai/best", WAV),
    **dict.fromkeys(("video", "start_video"), ("openai/sora-2", "hi")),
    **dict.fromkeys(("understand", "start_understanding"), ("twelvelabs/pegasus1.5", "https://example.com/a.mp4", "hi")),
    "rerank": ("cohere/rerank-v3.5", "hi", ["a", "b"]),
    "search": ("brave", "hi"),
    "ocr": ("mistral/mistral-ocr-latest", PNG),
    "voices": ("elevenlabs",),
    "realtime": ("openai/gpt-realtime",),
    "listen": ("openai/gpt-realtime-whisper",),
    "speak": ("elevenlabs/eleven_flash_v2_5",),
    "job": ("video:openai/sora-2:video_1",),
    "batch": ("batch:openai/gpt-4.1-mini:batch_1",),
    "configured": ("openai",),
    "mcp_server": ("files",),
    "files.upload": ("openai", PNG),
    **dict.fromkeys(("files.get", "files.delete", "files.content"), ("openai", "file_1")),
    "files.list": ("openai",),
    "caches.create": ("google/gemini-2.5-flash", "hi"),
    **dict.fromkeys(("caches.get", "caches.delete", "caches.update"), ("google", "cache_1")),
    "caches.list": ("google",),
    "batches.create": (CHAT, ["hi"]),
    "batches.list": ("openai",),
    "models.live": ("openai",),
}
"""Every public call that takes a text and may send something, with its positional arguments."""
PARTS: dict[str, tuple[str, Callable[[str], tuple[tuple[Any, ...], dict[str, Any]]]]] = {
    "the type of a recording": ("transcribe", lambda text: (("openai/whisper-1", Audio(data=WAV, media_type=f"audio/wav{text}")), {})),
    "the type of a picture": (
        "image",
        lambda text: (("openai/gpt-image-1", "hi"), {"images": [Image(data=PNG, media_type=f"image/png{text}")]}),
    ),
    "the type of a frame": (
        "start_video",
        lambda text: (("openai/sora-2", "hi"), {"image": Image(data=PNG, media_type=f"image/png{text}")}),
    ),
    "the type of a document": (
        "ocr",
        lambda text: (("mistral/mistral-ocr-latest", Document(data=b"%PDF-", media_type=f"application/pdf{text}")), {}),
    ),
    "the name of a document": (
        "files.upload",
        lambda text: (("openai", Document(data=b"%PDF-", name=text, media_type="application/pdf")), {}),
    ),
    "a picture in a message": ("complete", lambda text: ((CHAT, [Message.user(Image(data=PNG, media_type=f"image/png{text}"))]), {})),
    "an address in a message": ("complete", lambda text: ((CHAT, [Message.user(Image(url=f"https://example.com/{text}"))]), {})),
    "a file in a message": ("complete", lambda text: ((CHAT, [Message.user(Image(file_id=text))]), {})),
}
"""What stands in parts, which no signature tells."""
NEEDED: dict[str, dict[str, Any]] = {
    "classify": {"labels": ["a", "b"]},
    **{name: {"voice": "alloy"} for name in ("speech", "stream_speech", "speak")},
    "caches.update": {"ttl": 60.0},
    "files.upload": {"name": "a.png"},
}
SILENT = frozenset(
    {
        *("close", "fetch", "save", "health", "check_health", "local_servers", "files.download", "files.wait"),
        *("models.cheapest", "models.compare", "models.evidence", "models.find", "models.get", "models.match", "models.overlay"),
        *("models.require", "models.scores", "models.update"),
    }
)
"""Calls that send no text of the caller's: links and addresses of newer models have tables of their own (`links`, `services`)."""


@cache
def public() -> dict[str, inspect.Signature]:
    """Return the public calls of the client and of what it has, with their signatures."""
    found: dict[str, inspect.Signature] = {}
    with LLMKit() as kit:
        for prefix, face in (("", kit), *((f"{name}.", getattr(kit, name)) for name in ("files", "caches", "batches", "models"))):
            for name in dir(type(face)):
                member = inspect.getattr_static(face, name)
                if not name.startswith("_") and inspect.isfunction(member):
                    found[prefix + name] = inspect.signature(member)
    return found


@cache
def _named() -> dict[str, tuple[type, dict[str, Any]]]:
    modules = [importlib.import_module(f"llmkit.types.{one.name}") for one in pkgutil.iter_modules(llmkit.types.__path__)]
    modules.append(llmkit.run.settings)
    return {name: (kind, vars(module)) for module in modules for name, kind in vars(module).items() if typing.is_typeddict(kind)}


def texts(method: str) -> Iterator[tuple[str, Callable[[str], Any]]]:
    """Yield the keyword parameters of a call that may be texts, each with the shapes that a text can have there."""
    for name, parameter in public()[method].parameters.items():
        told = str(parameter.annotation)
        if parameter.kind is parameter.VAR_KEYWORD:
            kind = re.search(r"Unpack\[(\w+)\]", told)
            assert kind is not None, method
            found, words = _named()[kind[1]]
            for option, hint in typing.get_type_hints(found, {**words, **vars(llmkit.types)}).items():
                yield from ((option, shape) for shape in _shapes(hint))
        elif parameter.kind is parameter.KEYWORD_ONLY and ("str" in told or "Literal" in told):
            yield name, str


def _shapes(hint: Any) -> list[Callable[[str], Any]]:
    told = str(hint)
    if not re.search(r"\bstr\b|Any|Literal", told) and "llmkit" not in told:
        return []
    shapes: list[Callable[[str], Any]] = [str]
    if "Sequence" in told or "tuple" in told or "Iterable" in told:
        shapes.append(lambda text: [text, "b"])
    if "Mapping" in told or "dict" in told:
        shapes += [lambda text: {text: "b"}, lambda text: {"a": text}, lambda text: {"openai": {text: text}}]
    return shapes


class Desk:
    """A server for all, and a client that knows it as every provider."""

    def __init__(self, stack: ExitStack) -> None:
        self.server = stack.enter_context(Server(_refusing))
        stack.enter_context(on(Network({}, known=(self.server.port,))))
        address = f"http://127.0.0.1:{self.server.port}"
        self.kit = stack.enter_context(
            LLMKit(keys=dict.fromkeys(NAMES, KEY), base_urls=dict.fromkeys(NAMES, address), retries=0, timeout=5)
        )
        self.kit._core.runtime = Hasty()

    def call(self, method: str, arguments: tuple[Any, ...], options: dict[str, Any]) -> object:
        """Call a method and return how it ended."""
        self.server.requests.clear()
        try:
            function: Any = self.kit
            for name in method.split("."):
                function = getattr(function, name)
            return self._finished(used(function(*arguments, **{**NEEDED.get(method, {}), **options})))
        except Exception as error:  # whatever it is: judged below
            return error

    def _finished(self, answer: Any) -> Any:
        if hasattr(answer, "refresh"):
            return answer.refresh()
        return list(answer) if hasattr(answer, "__next__") else answer


def _refusing(peer: Peer) -> None:
    while True:
        try:
            peer.request()
        except ValueError:  # a line that is no request
            peer.server.requests.append(Received("GET", "/smuggled", {}, b"", b"X-Injected", peer.number))
            return
        peer.send(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\n{}")


def wrong(desk: Desk, method: str, arguments: tuple[Any, ...], options: dict[str, Any]) -> str | None:
    """Call and return what went wrong, or None."""
    ended = desk.call(method, arguments, options)
    for request in desk.server.requests:
        if split(request):
            return f"sent {request.head[:300]!r}"
    if isinstance(ended, Exception) and not isinstance(ended, LLMKitError | TypeError):
        return f"ended as {ended!r}"
    return "the error shows the key" if KEY in f"{ended} {ended!r}" else None


def split(request: Received) -> bool:
    """Tell whether a request, or the head of a part of it, holds what was smuggled."""
    names = [line.partition(b":")[0].lower() for line in request.head.split(b"\r\n")[1:]]
    if (
        request.path == "/smuggled"
        or b"x-injected" in names
        or re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|(?<!\r)\n|\r(?!\n)", request.head)
    ):
        return True
    kind = request.headers.get("content-type", "")
    if not kind.startswith("multipart/"):
        return False
    whole = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + kind.encode("latin-1") + b"\r\n\r\n" + request.body)
    return any(part["x-injected"] is not None for part in whole.iter_parts())


def strings_found(methods: Iterable[str] = tuple(METHODS), payloads: Iterable[str] = PAYLOADS) -> tuple[int, list[str], int]:
    """Try every text of every call; return how many cases were, what went wrong, and how many requests arrived."""
    number, found, arrived = 0, [], 0
    chosen, methods = list(payloads), list(methods)
    with ExitStack() as stack:
        desk = Desk(stack)
        for what, (method, made) in PARTS.items():
            for payload in chosen if method in methods else ():
                number += 1
                if (fault := wrong(desk, method, *made(payload))) is not None:
                    found.append(f"{method}, {what}, {payload!r}: {fault}")
        for method in methods:
            for arguments, options, what in _cases(method, chosen):
                number += 1
                if (fault := wrong(desk, method, arguments, options)) is not None:
                    found.append(f"{method}, {what}: {fault}")
                arrived += len(desk.server.requests)
    return number, found, arrived


def _cases(method: str, payloads: list[str]) -> Iterator[tuple[tuple[Any, ...], dict[str, Any], str]]:
    arguments = METHODS[method]
    for payload in payloads:
        for place, value in enumerate(arguments):
            if isinstance(value, str):
                for text in (payload, value + payload):
                    yield (*arguments[:place], text, *arguments[place + 1 :]), {}, f"argument {place + 1}, {text!r}"
        for name, shape in texts(method):
            yield arguments, {name: shape(payload)}, f"{name}={shape(payload)!r}"


def uncovered() -> list[str]:
    """Return the public calls that are neither tried nor known to send no text."""
    return sorted(public().keys() ^ (METHODS.keys() | SILENT))
