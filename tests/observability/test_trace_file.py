"""`Trace` remembers calls in a private, bounded file, and words only where asked."""

from __future__ import annotations

import json
import os
import stat
import threading
from pathlib import Path
from typing import Any

import pytest

from llmkit import LLMKit, Message
from llmkit.errors import ConfigurationError, RateLimited
from llmkit.testing import Answer, FakeProvider, Fault
from llmkit.tracing import Trace, last
from llmkit.tracing.content import Content
from llmkit.tracing.rotating_file import RotatingFile
from llmkit.types.parts import Audio, Document, Image, Reasoning, Refusal, ToolCall, ToolResult
from tests.faces import DIALECTS, FACES, ask, client_of

MODEL, OTHER = DIALECTS["openai_chat"][1], "openai/gpt-4.1"
ANSWER = Answer(text="the secret answer", usage=(12, 9), cached=4)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "calls.jsonl"


def asked(face: str, path: Path, *script: Any, model: Any = MODEL, **more: Any) -> list[dict[str, Any]]:
    with FakeProvider("openai_chat").add(*script) as fake:
        ask(face, client_of(fake, layers=[Trace(path, **more)], retries=0), model, "the secret question", tags=["night"])
    return last(path)


@pytest.mark.parametrize("face", FACES)
def test_a_call_is_a_line(face: str, path: Path) -> None:
    (call,) = asked(face, path, ANSWER)

    expected = {
        "operation": "complete",
        "stream": "stream" in face,
        "models": [MODEL],
        "provider": "openai",
        "status": "ok",
        "finish": "stop",
    }
    assert expected == {name: call[name] for name in expected}
    assert {"input": 12, "output": 9, "uncached": 8, "cache_read": 4, "output_text": 9} == call["usage"]
    assert ("USD", ["night"], 1) == (call["cost"]["currency"], call["tags"], len(call["attempts"]))
    assert ("stream" in face) == ("first_chunk" in call)
    assert 0 < call["seconds"] < 60


@pytest.mark.parametrize("face", FACES[::3])
def test_words_and_keys_are_not_in_it(face: str, path: Path) -> None:
    asked(face, path, ANSWER)
    with pytest.raises(RateLimited):
        asked(face, path, Fault.error("rate_limited", message="your secret question"))

    with FakeProvider("openai_chat") as fake:
        assert fake.key not in path.read_text()
    assert "secret" not in path.read_text()


def test_words_are_in_it_when_asked_and_only_redacted(path: Path) -> None:
    (call,) = asked("sync stream", path, ANSWER, content=True, redact=lambda text: text.replace("secret", "[x]"))

    assert "the [x] question" == call["input"][0]["parts"][0]["content"]
    assert "the [x] answer" == call["output"]["parts"][-1]["content"]
    assert "secret" not in path.read_text()


@pytest.mark.parametrize("face", FACES)
def test_a_failed_call_is_a_line_with_its_attempts(face: str, path: Path) -> None:
    with pytest.raises(RateLimited):
        asked(face, path, *[Fault.rate_limited()] * 2, model=[MODEL, OTHER])

    (call,) = last(path)
    assert ("error", "RateLimited", 429) == (call["status"], call["error"]["type"], call["error"]["status"])
    assert ["RateLimited"] * 2 == [attempt["error"] for attempt in call["attempts"]]


def test_a_reader_that_goes_away_is_told_from_a_failure(path: Path) -> None:
    with FakeProvider("openai_chat").add(Fault.stall(after=3)) as fake:
        client = client_of(fake, layers=[Trace(path)])
        with LLMKit(**client) as kit, kit.stream(MODEL, "hi") as stream:
            next(iter(stream))

    assert ["abandoned"] == [call["status"] for call in last(path)]


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_only_the_owner_can_read_it(path: Path) -> None:
    """Also where it was there before, with another mode."""
    path.touch(0o644)

    asked("sync", path, ANSWER)

    assert 0o600 == stat.S_IMODE(path.stat().st_mode)


def test_a_link_in_its_place_is_not_followed(path: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """In a folder that others can write to, a link would let them choose a file to append to; the call goes on."""
    (tmp_path / "target").write_text("")
    path.symlink_to(tmp_path / "target")

    with FakeProvider("openai_chat").add(ANSWER) as fake:
        reply = ask("sync", client_of(fake, layers=[Trace(path)]), MODEL, "hi")

    assert ("the secret answer", "") == (reply.text, (tmp_path / "target").read_text())
    assert "could not record a call" in caplog.text


def test_the_files_stay_below_their_size(tmp_path: Path) -> None:
    file = RotatingFile(tmp_path / "lines", largest=100, kept=2)

    for number in range(100):
        file.append(f"{number:09}\n".encode())

    assert ["lines.2", "lines.1", "lines"] == [path.name for path in file.files()]
    assert all(path.stat().st_size <= 100 for path in tmp_path.iterdir())
    assert [f"{number:09}" for number in range(70, 100)] == "".join(path.read_text() for path in file.files()).split()


def test_writers_that_know_nothing_of_each_other_fill_each_file_and_lose_no_line(tmp_path: Path) -> None:
    """Each opens the file anew, as another process would."""

    def write(name: str) -> None:
        file = RotatingFile(tmp_path / "lines", largest=100, kept=30)
        for number in range(50):
            file.append(f"{name}{number:08}\n".encode())

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [100] * 20 == [path.stat().st_size for path in tmp_path.iterdir()]
    lines = "".join(path.read_text() for path in tmp_path.iterdir()).split()
    assert sorted(f"{name}{number:08}" for name in "abcd" for number in range(50)) == sorted(lines)


def test_the_last_calls_are_read_over_files_and_damage(path: Path) -> None:
    lines = [json.dumps({"at": number, "operation": "complete"}) for number in range(6)]
    Path(f"{path}.1").write_text("\n".join(lines[:3]) + '\n{"at": 99, "oper')
    path.write_text("\n".join([*lines[3:5], "[]", "\xff not json", lines[5]]))

    assert [5, 4, 3, 2] == [call["at"] for call in last(path, 4)]


def test_a_call_of_many_words_is_kept_without_them(path: Path) -> None:
    with (
        FakeProvider("openai_chat").add(ANSWER) as fake,
        LLMKit(**client_of(fake, layers=[Trace(path, content=True, largest=80_000)])) as kit,
    ):
        kit.complete(MODEL, [Message.user(word * 15_000) for word in "abcd"])

    (call,) = last(path)
    assert (True, False) == (call["cut"], "input" in call)


@pytest.mark.parametrize(("wrong", "parameter"), [({"largest": 10}, "largest"), ({"kept": -1}, "kept"), ({"redact": str}, "redact")])
def test_wrong_settings_are_refused_at_once(wrong: dict[str, Any], parameter: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Trace("x", **wrong)

    assert parameter == caught.value.parameter


def test_media_are_told_of_without_their_bytes() -> None:
    parts = (
        Image(data=b"12345", media_type="image/png"),
        Audio(url="https://example.com/a.mp3"),
        Document(file_id="f1"),
        Reasoning(text="hm"),
        Refusal(text="no"),
        ToolCall(id="1", name="f", arguments={"a": "secret"}),
        ToolResult(id="1", content=()),
    )

    shown = Content(lambda text: text.replace("secret", "x")).parts(parts)

    assert ["blob", "uri", "file", "reasoning", "refusal", "tool_call", "tool_call_response"] == [part["type"] for part in shown]
    assert (5, {"a": "x"}) == (shown[0]["bytes"], shown[5]["arguments"])
    assert "12345" not in repr(shown)
