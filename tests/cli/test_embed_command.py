"""`llmkit embed`: vectors for pipes and files, and the texts most like one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from llmkit.testing import FakeHost, Received

from .conftest import Run, write_settings
from .terminal import Terminal

MODEL = "openai/text-embedding-3-small"
LINES = [f"line {number}" for number in range(3000)]


def lengths(request: Received) -> dict[str, Any]:
    """Answer with the length of each text and the number of its words."""
    texts = request.json["input"]
    return {"data": [{"embedding": [float(len(text)), float(text.count(" "))]} for text in texts], "usage": {"prompt_tokens": len(texts)}}


@pytest.fixture
def host(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHost]:
    with FakeHost() as host:
        host.on("POST /embeddings", lengths)
        write_settings(home, f'[providers.openai]\nbase_url = "{host.url}"\n')
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test-embed")
        yield host


def test_vectors_come_as_json_lines(host: FakeHost, run: Run) -> None:
    """A line for each text, for whatever reads the pipe."""
    outcome = run("embed", "-m", MODEL, "a", "bb c", "--dimensions", "2", "--usage")

    assert [{"text": "a", "embedding": [1.0, 0.0]}, {"text": "bb c", "embedding": [4.0, 1.0]}] == [
        json.loads(line) for line in outcome.out.splitlines()
    ]
    assert (0, 2) == (outcome.code, host.requests[0].json["dimensions"])
    assert "2 vectors of 2, 2 tokens, cost $0.00000004" in outcome.err


def test_lines_of_standard_input_are_ranked(host: FakeHost, run: Run) -> None:
    """Empty lines are none."""
    outcome = run("embed", "-m", MODEL, "-f", "-", "--nearest", "a b c d", "-n", "2", stdin=b"aaaaaaaaaaaaa\n\nx y z w\nu v\n")

    assert ["1.000 x y z w", "0.997 u v"] == [" ".join(line.split()) for line in outcome.out.splitlines()[1:]]


@pytest.mark.parametrize("ending", ["npy", "jsonl"])
def test_a_file_holds_a_matrix_or_lines(host: FakeHost, run: Run, tmp_path: Path, ending: str) -> None:
    """numpy reads the matrix; several requests are one file."""
    source, target = tmp_path / "lines.txt", tmp_path / f"vectors.{ending}"
    source.write_text("\n".join(LINES))

    outcome = run("embed", "-m", MODEL, "-f", str(source), "-o", str(target))

    expected = [[float(len(line)), 1.0] for line in LINES]
    found = np.load(target).tolist() if ending == "npy" else [json.loads(line)["embedding"] for line in target.read_text().splitlines()]
    assert (0, "", 2, True) == (outcome.code, outcome.out, len(host.requests), expected == found)


WRONG = {
    "no texts": ((), "Give texts, or a file"),
    "both": (("a", "-f", "x"), "Give texts, or a file"),
    "another ending": (("a", "-o", "x.csv"), ".npy or .jsonl"),
    "no such file": (("-f", "nowhere.txt"), "nowhere.txt cannot be read"),
    "no such folder": (("a", "-m", MODEL, "-o", "nowhere/x.npy"), "cannot be written"),
    "an empty file": (("-f", "-", "-m", MODEL), "nothing to embed"),
}


@pytest.mark.usefixtures("host")
@pytest.mark.parametrize("case", WRONG)
def test_wrong_use_says_what_is_right(run: Run, case: str) -> None:
    """With the exit code of wrong use, and no traceback."""
    words, text = WRONG[case]
    outcome = run("embed", *words)

    assert (2, True) == (outcome.code, text in outcome.err)


def test_a_failure_leaves_no_file(host: FakeHost, run: Run, tmp_path: Path) -> None:
    """Neither a half one nor a temporary one."""
    outcome = run("embed", "-m", MODEL, "a", "-o", str(tmp_path / "x.npy"), "--format", "int8")

    assert (2, []) == (outcome.code, list(tmp_path.glob("*x.npy*")))


def test_a_terminal_sees_how_far_it_is(host: FakeHost, tmp_path: Path) -> None:
    """A bar on standard error, from some hundreds of texts on."""
    source = tmp_path / "lines.txt"
    source.write_text("\n".join(LINES))
    with Terminal("embed", "-m", MODEL, "-f", str(source), "-o", str(tmp_path / "v.npy")) as terminal:
        terminal.see("100%")
        assert 0 == terminal.exit_code()
