"""Write every file that LLMKit writes, each in a folder of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llmkit import LLMKit
from llmkit.operations.batch_local_files import LocalFiles
from llmkit.testing import Answer, FakeHost, FakeProvider
from llmkit.types.parts import Image
from tests.models.update_site import NEW, Place, Site
from tests.operations.batch_hosts import answered

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
MODEL = "openai/gpt-4.1-mini"


@dataclass(frozen=True, kw_only=True)
class Play:
    """Something that writes files below a folder."""

    write: Callable[[Path], object]
    files: tuple[str, ...]
    """The files that it leaves, by their paths in the folder."""
    folders: tuple[str, ...] = ()
    """The folders that it makes."""
    before: Callable[[Path], object] = lambda folder: None
    """What is there first."""


def _saved(folder: Path) -> None:
    with LLMKit() as kit:
        kit.save(Image(data=PNG), folder / "a.png")
        kit.save(Image(data=PNG), f"{folder}/deep/pictures/")


def _called(folder: Path) -> None:
    """Make a call with every layer that keeps a file."""
    from llmkit.caching import SqliteEntries
    from llmkit.metering import JsonLines, SQLiteLedger, SQLiteSink
    from llmkit.pipeline.budget import Budgets
    from llmkit.pipeline.cache import Cache
    from llmkit.pipeline.meter import Meter
    from llmkit.tracing import Trace
    from tests.metering.money import MODEL, budgeted, cents

    ledger = SQLiteLedger(folder / "data" / "ledger.db")
    layers = [Trace(folder / "trace.jsonl"), Cache(store=SqliteEntries(folder / "cache.db")), Meter(JsonLines(folder / "usage.jsonl"))]
    with FakeProvider("openai_chat") as fake:
        fake.add(Answer(text="Hello"))
        with LLMKit(**budgeted(fake, Budgets([cents(500)], store=ledger), *layers)) as kit:
            kit.complete(MODEL, "Hi")
    SQLiteSink(folder / "usage.db").write([])
    ledger.close()


def _rotated(folder: Path) -> None:
    from llmkit.tracing.rotating_file import RotatingFile

    file = RotatingFile(folder / "trace.jsonl", largest=16, kept=1)
    for _ in range(3):
        file.append(b"0123456789\n")


def _typed(folder: Path) -> None:
    from llmkit.cli.history import PromptHistory

    PromptHistory(folder / "history.jsonl").store_string("What I asked")


def _typed_much(folder: Path) -> None:
    """Read a history that is longer than what is kept, which shortens it."""
    from llmkit.cli.history import PromptHistory

    PromptHistory(folder / "history.jsonl").load_history_strings()


def _many_lines(folder: Path) -> None:
    (folder / "history.jsonl").write_text('"a"\n' * 2_500, encoding="utf-8")


def _talked(folder: Path) -> None:
    from llmkit.cli.talk import Talk, save_talk

    save_talk(Talk(MODEL, None), folder / "talk.json", overwrite=False)


def _talked_again(folder: Path) -> None:
    from llmkit.cli.talk import Talk, save_talk

    save_talk(Talk(MODEL, None), folder / "talk.json", overwrite=True)


def _state(folder: Path) -> None:
    """Make the folder of our state below a home that has none."""
    import os
    from unittest.mock import patch

    from llmkit.cli.private_files import state_directory

    with patch.dict(os.environ, {"XDG_STATE_HOME": str(folder / "home" / "state")}):
        state_directory()


def _embedded(folder: Path) -> None:
    from llmkit.cli.embed import _write

    _write(str(folder / "vectors.npy"), iter([b"a", b"b"]))


def _spoken(folder: Path) -> None:
    from llmkit.cli.realtime import _sound

    with _sound(str(folder / "sound.wav")) as keep:
        keep(bytes(200), 24_000)


def _updated(folder: Path) -> None:
    from llmkit.testing.server import Server

    site = Site()
    server = Server(site.answer)
    try:
        site.publish(NEW, "2026-11-01")
        Place(site, server, folder).update()
    finally:
        server.close()
        (folder / "packaged.bin").unlink()


def _batched(folder: Path) -> None:
    """Run a batch here, and cancel another."""
    with FakeHost() as host:
        host.on("POST /chat/completions", lambda request: answered({"body": request.json}))
        client: dict[str, Any] = {"keys": {"deepinfra": "sk-test-files"}, "base_urls": {"deepinfra": host.url}}
        with LLMKit(**client) as kit:
            for name in ("work.jsonl", "other.jsonl"):
                batch = kit.batches.create("deepinfra/m", ["a", "b"], local=True, file=folder / name)
                batch.cancel() if name == "other.jsonl" else list(batch.wait(every=0).results())
            list(kit.batch(batch.id.replace("other", "work")).wait(every=0).results(ordered=True))
    LocalFiles(folder / "work.jsonl").done(2)


def _scratched(folder: Path) -> None:
    """Lay requests and results down on their way: nothing is left of them."""
    import tempfile
    from unittest.mock import patch

    from llmkit.operations.batch_file import WrittenRequests
    from llmkit.operations.batch_results import OrderedResults

    with patch.object(tempfile, "tempdir", str(folder)):
        with WrittenRequests(10, 1000) as file:
            file.add(b"{}", {})
            file.close()
            assert [path.stat().st_mode & 0o077 for path in folder.iterdir()] == [0]
        OrderedResults(None, lambda id: None, True)._file.close()


def _listened(folder: Path) -> None:
    import tempfile
    from unittest.mock import patch

    from llmkit.local.listener import Listener

    with patch.object(tempfile, "tempdir", str(folder)):
        listener = Listener()
        assert all(path.stat().st_mode & 0o777 == 0o700 for path in folder.iterdir())
        listener.close()


def _configured(folder: Path) -> None:
    from llmkit.testing import write_config

    with FakeProvider("openai_chat") as fake:
        write_config(folder / "config.toml", {"openai": fake})


PLAYS: dict[str, Play] = {
    "saved media": Play(write=_saved, files=("a.png", "deep/pictures/image-1.png"), folders=("deep", "deep/pictures")),
    "a call": Play(write=_called, files=("trace.jsonl", "cache.db", "usage.jsonl", "usage.db", "data/ledger.db"), folders=("data",)),
    "a full trace": Play(write=_rotated, files=("trace.jsonl", "trace.jsonl.1")),
    "what was typed": Play(write=_typed, files=("history.jsonl",)),
    "a long history": Play(write=_typed_much, files=("history.jsonl",), before=_many_lines),
    "a talk": Play(write=_talked, files=("talk.json",)),
    "a talk again": Play(write=_talked_again, files=("talk.json",)),
    "our state": Play(write=_state, files=(), folders=("home", "home/state", "home/state/llmkit")),
    "vectors": Play(write=_embedded, files=("vectors.npy",)),
    "sound": Play(write=_spoken, files=("sound.wav",)),
    "the registry": Play(write=_updated, files=(), folders=("data", "data/models")),
    "batches": Play(write=_batched, files=("work.jsonl", "work.jsonl.results", "work.jsonl.lock", "other.jsonl", "other.jsonl.cancelled")),
    "scratch": Play(write=_scratched, files=()),
    "a listener": Play(write=_listened, files=()),
    "a configuration for tests": Play(write=_configured, files=("config.toml", "openai.key")),
}
