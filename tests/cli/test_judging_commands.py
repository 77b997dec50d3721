"""`llmkit rerank`, `moderate`, `search` and `ocr`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from llmkit.testing import FakeHost, Received
from tests.cli.conftest import Run, write_settings

PROVIDERS = ("cohere", "openai", "tavily", "mistral")


@pytest.fixture
def host(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHost]:
    """All providers at one fake, with keys in the environment."""
    with FakeHost() as host:
        write_settings(home, "".join([f'[providers.{name}]\nbase_url = "{host.url}"\n' for name in PROVIDERS]))
        for name in PROVIDERS:
            monkeypatch.setenv({"openai": "OPENAI_API_KEY", "mistral": "MISTRAL_API_KEY"}.get(name, f"{name.upper()}_API_KEY"), "sk-test-x")
        yield host


def ranked(request: Received) -> dict[str, object]:
    """The longer a document, the better."""
    results = [{"index": place, "relevance_score": len(text) / 100} for place, text in enumerate(request.json["documents"])]
    return {"results": results, "meta": {"billed_units": {"search_units": 1}}}


def test_rerank_prints_documents_best_first(host: FakeHost, run: Run) -> None:
    """Documents are arguments and lines."""
    host.on("POST /rerank", ranked)

    outcome = run("rerank", "-m", "cohere/rerank-v3.5", "q", "short", "-f", "-", "--usage", stdin=b"the longest\n\nlonger\n")

    lines = [line.split(maxsplit=2) for line in outcome.out.splitlines()[1:]]
    assert [["0.1100", "2", "the longest"], ["0.0600", "3", "longer"], ["0.0500", "1", "short"]] == lines
    assert (0, True) == (outcome.code, "1 query, cost $0.002" in outcome.err)


def test_rerank_prints_json(host: FakeHost, run: Run) -> None:
    """For programs."""
    host.on("POST /rerank", ranked)

    outcome = run("rerank", "-m", "cohere/rerank-v3.5", "q", "a", "bb", "--top", "1", "--json")

    assert [{"index": 1, "score": 0.02, "document": "bb"}] == json.loads(outcome.out)["results"]


def verdicts(request: Received) -> dict[str, object]:
    results = [
        {"flagged": "bad" in text, "categories": {"hate": "bad" in text}, "category_scores": {"hate": 0.25}}
        for text in request.json["input"]
    ]
    return {"results": results}


@pytest.mark.parametrize(("words", "flags", "code"), [("fine", (), 0), ("bad", (), 0), ("fine", ("--check",), 0), ("bad", ("--check",), 1)])
def test_moderate_prints_verdicts_and_checks(host: FakeHost, run: Run, words: str, flags: tuple[str, ...], code: int) -> None:
    """A script can act on the exit code."""
    host.on("POST /moderations", verdicts)

    outcome = run("moderate", "-m", "openai/omni-moderation-latest", words, *flags)

    shown = ("flagged", "hate 0.250", words) if words == "bad" else ("ok", "-", words)
    assert code == outcome.code
    assert all(word in outcome.out.splitlines()[1] for word in shown)


def test_search_prints_results_and_nothing_of_them_steers_the_terminal(host: FakeHost, run: Run) -> None:
    """What the web says is untrusted."""
    results = [{"url": "https://a.org", "title": "Lla\x1b[31mmas", "content": "They\x07 spit.", "published_date": "2026-11-02"}]
    host.on("POST /search", {"results": results, "answer": "Yes."})

    outcome = run("search", "-p", "tavily", "-n", "3", "-d", "a.org", "--since", "2026-11-01", "--answer", "do", "llamas", "spit")

    assert {"query": "do llamas spit", "max_results": 3, "include_domains": ["a.org"], "start_date": "2026-11-01"}.items() <= host.requests[
        0
    ].json.items()
    assert "\x1b" not in outcome.out
    assert "\x07" not in outcome.out
    assert all(words in outcome.out for words in ("Yes.", "https://a.org", "2026-11-02", "spit."))


def test_ocr_prints_markdown_or_writes_files(host: FakeHost, run: Run, tmp_path: Path) -> None:
    """Pages are counted from 1 at the terminal; pictures get names of ours."""
    picture = {"id": "../../x", "image_base64": "data:image/png;base64,iVBORw0KGgoAAAAAAAAAAA=="}
    host.on(
        "POST /ocr", {"pages": [{"index": 1, "markdown": "# Two", "images": [picture]}], "model": "m", "usage_info": {"pages_processed": 1}}
    )
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4")
    common = ("ocr", str(tmp_path / "a.pdf"), "-m", "mistral/mistral-ocr-latest", "--pages", "2,4-5")

    printed = run(*common)
    written = run(*common, "--images", str(tmp_path / "pictures"), "-o", str(tmp_path / "a.md"))

    assert [1, 3, 4] == host.requests[0].json["pages"]
    assert ("# Two\n", "# Two") == (printed.out, (tmp_path / "a.md").read_text())
    assert [str(tmp_path / "a.md"), str(tmp_path / "pictures" / "image-1.png")] == written.out.split()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("rerank", "-m", "cohere/x", "q"), "Give documents"),
        (("moderate", "-m", "openai/x"), "Give texts"),
        (("search", "-p", "tavily"), "Missing argument"),
        (("ocr", "nowhere.pdf", "-m", "mistral/mistral-ocr-latest"), "There is no file"),
        (("ocr", "a.pdf", "-m", "mistral/x", "--pages", "0"), "no list of pages"),
        (("rerank", "-m", "cohere/x", "q", "-f", "nowhere.txt"), "cannot be read"),
    ],
)
def test_wrong_usage_is_told(host: FakeHost, run: Run, arguments: tuple[str, ...], words: str) -> None:
    """Nothing is sent."""
    outcome = run(*arguments)

    assert (2, True, []) == (outcome.code, words in outcome.err, host.requests)


@pytest.mark.parametrize("command", ["rerank", "moderate", "search", "ocr"])
def test_each_command_has_help_with_examples(run: Run, command: str) -> None:
    """A newcomer reads these first."""
    outcome = run(command, "--help")

    assert (0, True) == (outcome.code, f"llmkit {command}" in outcome.out)
