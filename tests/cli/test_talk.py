"""A conversation's turns, totals and file."""

from __future__ import annotations

import os
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from llmkit.cli.history import PromptHistory, holds_secret
from llmkit.cli.talk import Talk, load_talk, save_talk
from llmkit.errors import InvalidRequest
from llmkit.types.messages import Message
from llmkit.types.parts import Image, Provenance, Reasoning, Text, ToolCall
from llmkit.types.responses import CompletionResponse
from llmkit.types.usage import Cost, Usage

HERE = Provenance(provider="p", dialect="d")


def reply(text: str, **fields: object) -> CompletionResponse:
    return CompletionResponse(content=(Text(text=text, origin=HERE),), **fields)  # type: ignore[arg-type]


def full_talk() -> Talk:
    talk = Talk("p/m", "Be brief.")
    talk.pending = [Image(data=b"\x89PNG\x00\xff", media_type="image/png")]
    thought = Reasoning(text="", signature="c2ln", origin=HERE)
    talk.add(talk.question("What?"), CompletionResponse(content=(thought, Text(text="A cat. 🐈"))))
    talk.add_interrupted(talk.question("More"), reply("It sl"))
    return talk


def test_a_saved_conversation_is_loaded_as_it_was(tmp_path: Path) -> None:
    """Signatures and attachments included: the next request must be the one it would have been."""
    talk, again = full_talk(), Talk("other/x", None)

    save_talk(talk, tmp_path / "talk.json", overwrite=False)
    load_talk(again, tmp_path / "talk.json")

    assert (again.model, again.system, again.messages, again.interrupted) == ("p/m", "Be brief.", talk.messages, {3})


@pytest.mark.skipif(sys.platform == "win32", reason="no such modes")
def test_a_saved_conversation_is_private_under_any_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        save_talk(full_talk(), tmp_path / "new.json", overwrite=False)
        save_talk(full_talk(), tmp_path / "new.json", overwrite=True)
    finally:
        os.umask(before)

    assert (tmp_path / "new.json").stat().st_mode & 0o777 == 0o600
    assert not list(tmp_path.glob(".new.json*"))


@pytest.mark.parametrize("kind", ["file", "link", "dangling link"])
def test_what_exists_is_not_overwritten(tmp_path: Path, kind: str) -> None:
    """Nor is a planted link followed."""
    target, path = tmp_path / "precious", tmp_path / "talk.json"
    if kind != "dangling link":
        target.write_text("precious")
    if kind == "file":
        target = path
        target.write_text("precious")
    else:
        path.symlink_to(target)

    with pytest.raises(InvalidRequest, match="/save!"):
        save_talk(full_talk(), path, overwrite=False)

    assert (target.read_text() if target.exists() else "precious") == "precious"


def test_replacing_a_link_leaves_its_target_alone(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("precious")
    (tmp_path / "talk.json").symlink_to(tmp_path / "precious")

    save_talk(full_talk(), tmp_path / "talk.json", overwrite=True)

    assert (tmp_path / "precious").read_text() == "precious"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b'{"model": "m", "messages": [{"role": "nobody"}]}',
        b'{"model": 1, "messages": []}',
        b"\xff\xfe",
        b'{"model":"m","messages":' + b"[" * 100_000,
        b"\x80\x04\x95",
    ],
    ids=["empty", "no fields", "list", "role", "type", "bytes", "deep", "pickle"],
)
def test_a_file_that_is_no_conversation_changes_nothing(tmp_path: Path, data: bytes) -> None:
    talk = full_talk()
    before = list(talk.messages)
    (tmp_path / "bad").write_bytes(data)

    with pytest.raises(InvalidRequest, match="is not a saved conversation"):
        load_talk(talk, tmp_path / "bad")

    assert talk.messages == before


@pytest.mark.parametrize("path", ["/no/such/dir/x", "\0", "."])
def test_a_path_that_cannot_be_written_is_a_typed_error(path: str) -> None:
    with pytest.raises(InvalidRequest):
        save_talk(full_talk(), Path(path), overwrite=False)
    with pytest.raises(InvalidRequest):
        load_talk(full_talk(), Path(path))


def test_an_interrupted_answer_stays_as_plain_words() -> None:
    """Half a tool call or a thought without its seal would be refused by the provider."""
    talk = Talk("p/m", None)
    half = CompletionResponse(content=(Reasoning(text="hm"), Text(text="So far", origin=HERE), ToolCall(id="1", name="f", json='{"a')))

    assert talk.add_interrupted(Message.user("x"), half)

    assert talk.messages == [Message.user("x"), Message.assistant("So far")]
    assert talk.interrupted == {1}


@pytest.mark.parametrize("partial", [None, CompletionResponse(), reply(" ")])
def test_an_answer_interrupted_before_its_first_word_leaves_no_turn(partial: CompletionResponse | None) -> None:
    talk = Talk("p/m", None)
    talk.pending = [Text(text="attached")]

    assert not talk.add_interrupted(talk.question("x"), partial)

    assert talk.messages == []
    assert talk.pending, "the attachment goes with the next try"


def test_totals_add_up_and_an_unknown_price_stays_unknown() -> None:
    talk = Talk("p/m", None)
    priced = Cost(amount=Decimal("0.25"))

    talk.add(Message.user("a"), reply("b", usage=Usage(uncached=3, cache_read=1, output_text=2), cost=priced))
    talk.add(Message.user("a"), reply("b", usage=Usage(uncached=4, output_text=1, reasoning=5), cost=priced))

    assert talk.usage is not None
    assert (talk.usage.input, talk.usage.output, talk.usage.cache_read) == (8, 8, 1)
    assert talk.total_cost() == Cost(amount=Decimal("0.50"))

    talk.add(Message.user("a"), reply("b"))
    assert talk.total_cost() is None
    assert talk.uncounted == 1


def test_the_history_gives_back_what_was_typed(tmp_path: Path) -> None:
    file = tmp_path / "history.jsonl"
    for line in ("first", "two\nlines", "ünï"):
        PromptHistory(file).store_string(line)
    with file.open("a") as damaged:
        damaged.write("not json\n{}\n")

    assert list(PromptHistory(file).load_history_strings()) == ["ünï", "two\nlines", "first"]


def test_the_history_does_not_grow_for_ever(tmp_path: Path) -> None:
    file = tmp_path / "history.jsonl"
    file.write_text("".join(f'"{number}"\n' for number in range(2500)))

    entries = list(PromptHistory(file).load_history_strings())

    assert (len(entries), entries[0]) == (1000, "2499")
    assert file.read_text().count("\n") == 1000


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("what is a monad?", False),
        ("my key: sk-proj-abcdefghijklmnop", True),
        ("AIzaSyA1234567890abcdefghijklmnopqrstu", True),
        ("use hunter2hunter2 please", True),
        ("the task-oriented risk-averse disk-cache", False),
    ],
)
def test_lines_with_keys_are_told_from_others(text: str, secret: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_PASSWORD", "hunter2hunter2")

    assert holds_secret(text) is secret


def test_a_history_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    PromptHistory(tmp_path / "no" / "such" / "folder").store_string("x")
