"""Every format of the operations as rows ask for it: what is asked where, as a generator to be fed with answers."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from llmkit.dialects.operations import MODULES, codec
from llmkit.errors import LLMKitError
from llmkit.operations.voices import _listed
from llmkit.types.asking import Place
from llmkit.types.batch import BatchState
from llmkit.types.caches import KeepRequest
from llmkit.types.classification import ClassificationRequest
from llmkit.types.decision import Choice, DecisionRequest, Predicate, Score
from llmkit.types.embedding import EmbeddingRequest
from llmkit.types.image import ImageRequest
from llmkit.types.job import JobState
from llmkit.types.listening import ListenRequest
from llmkit.types.messages import Message
from llmkit.types.moderation import ModerationRequest
from llmkit.types.ocr import OcrRequest
from llmkit.types.parts import Audio, Document, Image, Video
from llmkit.types.realtime_request import AudioFormat, RealtimeRequest
from llmkit.types.rerank import RerankRequest
from llmkit.types.search import SearchRequest
from llmkit.types.speaking import SpeakRequest
from llmkit.types.speech import SoundRequest, SpeechRequest
from llmkit.types.transcription import TranscriptionRequest
from llmkit.types.video import UnderstandingRequest, VideoRequest
from tests.rows import ROWS

_PICTURE = Image(data=b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01", media_type="image/png")
_LINKED = Image(url="https://x.example/a.png", media_type="image/png")
_SOUND = Audio(data=b"RIFF\x24\x00\x00\x00WAVEfmt ", media_type="audio/wav")
_PAPER = Document(data=b"%PDF-1.7", media_type="application/pdf")
_FILM = Video(url="https://x.example/a.mp4", media_type="video/mp4")
_M = "p/m"


_QUESTIONS = {
    "good": Predicate(question="Is it good?"),
    "kind": Choice(question="What is it?", choices={"a": "an a", "b": ""}),
    "much": Score(question="How much?", levels=("low", "high")),
}
REQUESTS: dict[str, Callable[[], tuple[Any, ...]]] = {
    "classify": lambda: (
        ClassificationRequest(model=_M, inputs=("a", "b"), labels=("x", "y")),
        ClassificationRequest(model=_M, inputs=("a",)),
    ),
    "decide": lambda: (DecisionRequest(model=_M, input="a", questions=_QUESTIONS),),
    "embed": lambda: (EmbeddingRequest(model=_M, inputs=("a", "b")), EmbeddingRequest(model=_M, inputs=("a",), format="int8")),
    "image": lambda: (ImageRequest(model=_M, prompt="a", n=1), ImageRequest(model=_M, prompt="a")),
    "image_edit": lambda: (
        ImageRequest(model=_M, prompt="a", images=(_PICTURE,)),
        ImageRequest(model=_M, prompt="a", images=(_PICTURE,), strength=0.5),
        ImageRequest(model=_M, prompt="a", images=(_LINKED,)),
    ),
    "listen": lambda: (
        ListenRequest(model=_M, language="en"),
        ListenRequest(model=_M, language="en", input_format=AudioFormat(rate=24_000)),
    ),
    "moderate": lambda: (ModerationRequest(model=_M, inputs=("a",)), ModerationRequest(model=_M, messages=(Message.user("a"),))),
    "music": lambda: (SoundRequest(model=_M, text="a"), SoundRequest(model=_M, text="a", seconds=5.0)),
    "ocr": lambda: (OcrRequest(model=_M, document=_PAPER), OcrRequest(model=_M, document=_PICTURE)),
    "realtime": lambda: (RealtimeRequest(model=_M),),
    "rerank": lambda: (RerankRequest(model=_M, query="q", documents=("a", "b", "c")),),
    "search": lambda: (SearchRequest(model=_M, query="q"),),
    "sound": lambda: (SoundRequest(model=_M, text="a"), SoundRequest(model=_M, text="a", seconds=5.0)),
    "speak": lambda: (SpeakRequest(model=_M), SpeakRequest(model=_M, voice="v")),
    "speech": lambda: (SpeechRequest(model=_M, text="a", voice="v"), SpeechRequest(model=_M, text="a", language="en-IN")),
    "transcribe": lambda: (
        TranscriptionRequest(model=_M, audio=_SOUND),
        TranscriptionRequest(model=_M, audio=Audio(url="https://x.example/a.wav")),
    ),
    "understand": lambda: (UnderstandingRequest(model=_M, video=_FILM, prompt="a"),),
    "video": lambda: (
        VideoRequest(model=_M, prompt="a"),
        VideoRequest(model=_M, prompt="a", image=_LINKED),
        VideoRequest(model=_M, image=_PICTURE),
    ),
}
_VALUES = dict.fromkeys(
    (
        "resource",
        "region",
        "location",
        "project",
        "account_id",
        "account",
        "group_id",
        "deployment",
        "project_id",
        "workspace",
        "space_id",
        "version",
        "host",
        "endpoint",
        "accountid",
        "folder",
    ),
    "v",
)


_MODELS = {"polly": "neural"}


class Way(NamedTuple):
    """One thing that can be asked in a format. `begin` makes its questions anew."""

    format: str
    what: str
    begin: Callable[[], Generator[Any, Any, Any]]


def folder(name: str) -> str:
    """Return the kind of a format: `images`, `videos` ..."""
    return MODULES[name].partition(".")[0]


@cache
def ways(name: str) -> tuple[Way, ...]:
    """Return all that can be asked in the format called `name`; of several rows that ask alike, the first."""
    found: dict[str, Way] = {}
    for operation, place in places(name):
        for way in _ways(name, operation, place):
            if way.what not in found and _begins(way):
                found[way.what] = way
    return tuple(found.values())


@cache
def places(name: str) -> tuple[tuple[str, Place], ...]:
    """Return the operations that rows do in a format, each at two places at most."""
    found: list[tuple[str, Place]] = []
    for row in ROWS:
        for operation, way in row.operations.items():
            if way.dialect == name and sum(known == operation for known, _ in found) < 2:
                for model in _models(name, way.options):
                    path = way.path.replace("{model}", model)
                    found.append((operation, Place(provider=row.name, model=model, path=path, values=_VALUES, options=way.options)))
    return tuple(found)


def _models(name: str, options: Mapping[str, Any]) -> list[str]:
    """Return models that the format reads differently."""
    return [pattern.replace("*", "") for pattern in options.get("models", {})] or [_MODELS.get(name, "m")]


def requests(operation: str) -> tuple[Any, ...]:
    """Return requests for an operation."""
    make = REQUESTS.get(operation)
    return make() if make is not None else ()


def _ways(name: str, operation: str, place: Place) -> Iterator[Way]:
    spoken: Any = codec(name)
    for number, request in enumerate(requests(operation)):
        for what in ("steps", "start"):
            if hasattr(spoken, what):
                yield _way(name, f"{operation}.{what}.{number}", lambda what=what, request=request: getattr(spoken, what)(request, place))  # type: ignore[misc]
    if operation == "batch":
        yield from _of_batches(name, spoken, place)
    elif operation == "files":
        calls: dict[str, tuple[Any, ...]] = {"get": ("f1",), "delete": ("f1",), "page": ("", None), "content": ("f1", bytes, 100)}
        yield from (_way(name, what, lambda what=what, given=given: getattr(spoken, what)(*given, place)) for what, given in calls.items())  # type: ignore[misc]
    elif operation == "caches":
        keep = KeepRequest(model=_M, body={"contents": []}, ttl=60.0)
        calls = {"create": (keep,), "get": ("c1",), "update": ("c1", 60.0), "delete": ("c1",), "page": ("",)}
        yield from (_way(name, what, lambda what=what, given=given: getattr(spoken, what)(*given, place)) for what, given in calls.items())  # type: ignore[misc]
    if operation == "voices" and hasattr(spoken, "voices_in"):
        yield _way(name, "voices", lambda: _listed(spoken, place))
    if hasattr(spoken, "poll"):
        state = JobState(handle="https://x.example/j1" if name.startswith("fal") else "j1", status="running")
        yield _way(name, f"{operation}.poll", lambda: spoken.poll(state, place))
        if hasattr(spoken, "cancel"):
            yield _way(name, f"{operation}.cancel", lambda: spoken.cancel(state, place))


def _of_batches(name: str, spoken: Any, place: Place) -> Iterator[Way]:
    state = BatchState(handle="b1", status="succeeded")

    def results() -> Generator[Any, Any, Any]:
        answer = yield "any"
        return spoken.results(answer.body, state, place)

    yield _way(name, "refresh", lambda: spoken.refresh("b1", place))
    yield _way(name, "cancel", lambda: spoken.cancel("b1", place))
    yield _way(name, "listed", lambda: spoken.listed(None, place))
    yield _way(name, "results", results)


def _way(name: str, what: str, begin: Callable[[], Generator[Any, Any, Any]]) -> Way:
    return Way(name, what, begin)


def _begins(way: Way) -> bool:
    """Tell whether it comes to a question: a row may refuse what another takes."""
    try:
        next(way.begin())
    except (LLMKitError, StopIteration):
        return False
    return True
