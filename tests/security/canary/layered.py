"""What LLMKit's own layers keep and tell: caches, traces, records, telemetry, hooks; each with what was said switched on."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from llmkit.auth.schemes import HeaderAuth
from llmkit.errors import LLMKitError
from tests.security.canary.answers import TEXT, echo, good, refusal
from tests.security.canary.channel import Channels, NotApplicable, Sink
from tests.security.canary.hearing import Heard, hearing
from tests.security.canary.stage import Stage
from tests.security.canary.walking import texts

LAYERS = Channels("layers")
_TROUBLE = ("401 with the key", "429 with the key", "400 with all headers", "a stream that ends in an error", "502 page with the key")


class Kept:
    """A client with every layer that keeps or tells something, after good answers, refusals and echoes."""

    def __init__(self, stage: Stage) -> None:
        self.folder = stage.home / "kept"
        self.folder.mkdir(exist_ok=True)
        self.payloads: list[Any] = []
        self.spans: Any = None
        with hearing() as self.heard:
            self.client = stage.subject.loaded(stage.key, stage.server.url, self._layers())
            self._use(stage)
        self.report = self._report()
        self.metered = self._metered()

    def _layers(self) -> list[Any]:
        from llmkit import Budget, Budgets, Cache, CallLog, Hooks, Meter, Trace
        from llmkit.caching.sqlite import SqliteEntries
        from llmkit.metering.sqlite_ledger import SQLiteLedger
        from llmkit.metering.sqlite_sink import SQLiteSink

        hook = self._hook
        self.cache = SqliteEntries(self.folder / "cache.db")
        layers: list[Any] = [
            Cache(store=self.cache),
            Trace(self.folder / "calls.jsonl", content=True),
            CallLog(content=True),
            Hooks(on_request=hook, on_response=hook, on_error=hook, on_event=hook),
            Meter(SQLiteSink(self.folder / "usage.db")),
            Budgets([Budget(usd=1000, per="day", by=("tenant",))], store=SQLiteLedger(self.folder / "ledger.db"), unknown="allow"),
        ]
        return [*layers, *self._telemetry()]

    def _hook(self, *payload: Any) -> None:
        self.payloads.append(payload)

    def _telemetry(self) -> list[Any]:
        with contextlib.suppress(ImportError):
            from llmkit.otel import Telemetry
            from tests.observability.recorder import Recorder

            self.spans = Recorder()
            return [Telemetry(tracer_provider=self.spans, meter_provider=self.spans, content=True)]
        return []

    def _use(self, stage: Stage) -> None:
        text = getattr(stage.subject, "answer", TEXT)
        for place, answering in enumerate(
            [lambda request: good(request, text), lambda request: refusal(request, "no"), *(echo(name, stage.key) for name in _TROUBLE)]
        ):
            stage.server.answering = answering
            for ask in (stage.subject.ask, stage.subject.stream):
                with contextlib.suppress(LLMKitError):
                    ask(self.client, f"Question {place}")
                    ask(self.client, f"Question {place}")  # out of the cache

    def _report(self) -> str:
        from llmkit.tracing import last

        return json.dumps(last(self.folder / "calls.jsonl"), default=str)

    def _metered(self) -> str:
        from llmkit.metering.page import usage_page

        return usage_page(self.folder / "usage.db")


def kept(stage: Stage) -> Kept:
    """Return what the layers kept, made once."""
    if "layers" not in stage.made:
        stage.made["layers"] = Kept(stage)
    found: Kept = stage.made["layers"]
    return found


def _show(name: str, read: Callable[[Kept], Iterator[Sink]]) -> None:
    LAYERS.add(name, lambda stage: read(kept(stage)))


def _files(*names: str) -> Callable[[Kept], Iterator[Sink]]:
    """Return what reads the bytes of files, of their journals and of pages that are free again."""

    def read(found: Kept) -> Iterator[Sink]:
        paths = [path for path in found.folder.iterdir() if path.name.startswith(names)]
        if not paths:
            raise NotApplicable("nothing was written")
        yield from ((path.name, path.read_bytes()) for path in paths)

    return read


def _spans(found: Kept) -> Iterator[Sink]:
    if found.spans is None:
        raise NotApplicable("OpenTelemetry is not installed")
    for span in found.spans.spans:
        yield span.name, f"{span.name} {span.attributes!r} {span.events!r} {span.status!r}"


def _measured(found: Kept) -> Iterator[Sink]:
    if found.spans is None:
        raise NotApplicable("OpenTelemetry is not installed")
    yield from ((name, repr(rest)) for name, *rest in found.spans.measured)


def _payloads(found: Kept) -> Iterator[Sink]:
    for payload in found.payloads:
        for each in payload:
            yield "hook", repr(each)
            yield from texts(each, 3)


def _log(part: Callable[[Heard], Any]) -> Callable[[Kept], Iterator[Sink]]:
    return lambda found: iter([("log", repr(part(found.heard)))])


_show("the cache in SQLite: pages, journal, free pages", _files("cache.db"))
_show("the trace file, with content", _files("calls.jsonl"))
_show("what `last` reads of the trace", lambda found: iter([("calls", found.report)]))
_show("the meter's records in SQLite", _files("usage.db"))
_show("the budget's ledger in SQLite", _files("ledger.db"))
_show("the page of usage", lambda found: iter([("page", found.metered)]))
_show("spans of OpenTelemetry, with content", _spans)
_show("metrics of OpenTelemetry", _measured)
_show("what hooks are given", _payloads)
_show("the call log, with content", _log(lambda heard: (heard.logged, heard.records)))
_show("outputs and warnings of all layers", _log(lambda heard: (heard.printed, heard.warned)))
_show("the layers themselves", lambda found: ((way, text) for layer in found.client._core.layers for way, text in texts(layer, 3)))
_show("what the client says of health", lambda found: iter([("health", repr(found.client.health()))]))


@LAYERS("failover: the key of one provider at the host of another")
def at_another(stage: Stage) -> Iterator[Sink]:
    """The first provider refuses, the second is asked: with its own key, and with nothing of the first."""
    from llmkit.providers.provider import Provider

    other = Provider(name="second", title="Second", base_url=f"{stage.elsewhere.url}/v1", auth=HeaderAuth())
    client = stage.subject.loaded(stage.key, stage.server.url, [], providers=[other], keys={"second": "sk-second-0123456789"}, retries=2)
    stage.server.answering = lambda request: refusal(request, "busy", 503)
    before = len(stage.elsewhere.received)
    with client, contextlib.suppress(LLMKitError):
        client.complete([stage.subject.model, "second/m"], "Hi")
    yield from (("request", request.raw) for request in stage.elsewhere.received[before:])


@LAYERS("pytest's report with variables, as in junit.xml")
def reported(stage: Stage) -> Iterator[Sink]:
    """What pytest writes of a test that fails with one of our errors."""
    from pytest import ExceptionInfo

    for name in ("401 with the key", "200 with an error"):
        error = stage.echoed(name).error
        if error is not None and error.__traceback__ is not None:
            info = ExceptionInfo.from_exception(error)
            for style in ("long", "short", "native"):
                yield style, str(info.getrepr(showlocals=True, style=style))  # type: ignore[arg-type]  # one of the styles


@LAYERS("names of files")
def named(stage: Stage) -> Iterator[Sink]:
    """A file that is called by its key would show it in every list."""
    yield from (("name", str(path)) for path in Path(kept(stage).folder).rglob("*"))
