"""Incidents in which data became code, a class, a template or a path."""

from __future__ import annotations

import pickle
import sqlite3
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest

from llmkit import LLMKit
from llmkit.caching import SqliteEntries
from llmkit.errors import ConfigurationError, InvalidRequest, LLMKitError, PromptInvalid
from llmkit.pipeline.cache import Cache
from llmkit.prompts import Prompt, Prompts
from llmkit.testing import Answer, FakeHost, FakeProvider
from llmkit.types.parts import Image
from tests.operations.faces import client_for
from tests.security.incidents.places import DIALECT, MODEL, OK, Touching, code_that_touches, kit_of

TAGS: dict[str, dict[str, Any]] = {
    "cve_2025_68664_langchain": {"lc": 1, "type": "secret", "id": ["OPENAI_API_KEY"]},
    "cve_2026_44843_langchain": {"lc": 1, "type": "constructor", "id": ["os", "system"], "kwargs": {"command": "true"}},
    "cve_2026_45134_langsmith": {"__class__": "os.system", "__init__": {"command": "true"}},
    "cve_2026_28277_langgraph": {"__type__": "module", "module": "os", "name": "system", "args": ["true"]},
    "jsonpickle": {"py/object": "os.system", "py/reduce": ["true"]},
}


@pytest.mark.parametrize("incident", TAGS)
def test_a_tag_in_data_makes_no_object(incident: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """There a key in the data named a class or a secret, and the loader made it; here data is read into one declared type."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary-in-the-environment")
    with FakeProvider(DIALECT) as fake, kit_of(fake) as kit:
        fake.add(Answer(tool_calls=[("call_1", "look", TAGS[incident])]))
        reply = kit.complete(MODEL, "Hi")

    again = msgspec.json.decode(msgspec.json.encode(reply), type=type(reply))

    assert TAGS[incident] == reply.tool_calls[0].arguments == again.tool_calls[0].arguments
    assert "sk-canary-in-the-environment" not in repr(again)


@pytest.mark.parametrize("incident", ["cve_2023_29374_langchain", "cve_2026_35002_agno", "cve_2026_26030_semantic_kernel"])
def test_words_of_a_model_are_not_run(incident: str, tmp_path: Path) -> None:
    """There the model's answer, or what it gave a tool, went through `exec` or `eval`; here a tool gets a text."""
    mark, got = tmp_path / "mark", []

    def calculate(expression: str) -> str:
        """Take an expression."""
        got.append(expression)
        return "4"

    with FakeProvider(DIALECT) as fake, kit_of(fake) as kit:
        fake.add(Answer(tool_calls=[("call_1", "calculate", {"expression": code_that_touches(mark)})]), OK)
        kit.run(MODEL, "Calculate", tools=[calculate])

    assert ([code_that_touches(mark)], False) == (got, mark.exists())


def test_cve_2025_9141_vllm_arguments_in_another_language_are_not_evaluated(tmp_path: Path) -> None:
    """There a parser of tool calls fell back to `eval` where the arguments were no JSON; here they are told as they came."""
    mark = tmp_path / "mark"
    with FakeProvider(DIALECT) as fake, kit_of(fake) as kit:
        fake.add(Answer(tool_calls=[("call_1", "look", "{'a': " + code_that_touches(mark) + "}")]))
        reply = kit.complete(MODEL, "Hi")

    assert ((), 1, False) == (reply.tool_calls, len(reply.invalid_tool_calls), mark.exists())


STORED = {
    "cve_2025_64439_langgraph": lambda mark: pickle.dumps(Touching(mark)),
    "cve_2026_27794_langgraph": lambda mark: b"\x00" + pickle.dumps(Touching(mark), protocol=2),
    "cve_2025_69872_diskcache": lambda mark: pickle.dumps({"response": Touching(mark)}),
    "cve_2026_48775_langgraph": lambda mark: b"\xc7\x10\x05" + str(mark).encode(),
    "cve_2025_32444_vllm": lambda mark: b"cos\nsystem\n(S'touch " + str(mark).encode() + b"'\ntR.",
}


@pytest.mark.parametrize("incident", STORED)
def test_a_store_that_others_wrote_runs_nothing(incident: str, tmp_path: Path) -> None:
    """There a cache, a checkpoint or a socket held pickled objects; here what is no answer of ours counts as absent."""
    mark, place = tmp_path / "mark", tmp_path / "cache.db"
    with FakeProvider(DIALECT) as fake:
        fake.add(OK, OK)
        with kit_of(fake, layers=[Cache(store=SqliteEntries(place))]) as kit:
            kit.complete(MODEL, "Hi")
        with sqlite3.connect(place) as written:
            (table,) = (name for (name,) in written.execute("SELECT name FROM sqlite_master WHERE type = 'table'") if "entr" in name)
            written.execute(f"UPDATE {table} SET value = ?", (STORED[incident](mark),))
        with kit_of(fake, layers=[Cache(store=SqliteEntries(place))]) as kit:
            again = kit.complete(MODEL, "Hi").text

        assert ("ok", 2, False) == (again, len(fake.requests), mark.exists())


_HEAD = '+++\n[variables]\nquestion = "text"\n+++\n'
TEMPLATES = {
    "cve_2025_65106_langchain": "{{ question.__class__ }}",
    "cve_2026_40087_langchain": "{{ question[__globals__] }}",
    "cve_2024_41950_haystack": "{{ question | attr('x') }}",
    "cve_2026_42203_litellm": "{{ question.__init__.__globals__['os'].system('true') }}",
    "cve_2024_2952_litellm": "{{ self._TemplateReference__context }}",
    "cve_2024_56201_jinja2": "{{ (question).format }}",
    "cve_2024_28088_langchain": "{{> ../../etc/passwd }}",
}


@pytest.mark.parametrize("incident", TEMPLATES)
def test_a_template_reaches_no_attribute(incident: str) -> None:
    """There a template language read attributes and called them; here a tag is a name, and anything else is refused."""
    with pytest.raises(PromptInvalid):
        Prompt.parse(_HEAD + TEMPLATES[incident]).text(question="Hi")
    assert "Hi" == Prompt.parse(_HEAD + "{{ question }}").text(question="Hi").strip()


@pytest.mark.parametrize("word", ["{question.__class__}", "{{other}}", "{0}", "%(x)s", "${x}", "{% raw %}"])
def test_cve_2024_10940_langchain_a_value_is_never_read_as_a_template(word: str) -> None:
    """There a value with braces was formatted again and read files; here values are put in and never looked at."""
    assert word == Prompt.parse(_HEAD + "{{question}}").text(question=word).strip()


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "..\\secret", "a/../../secret", "secret\x00", "file:///etc/passwd"])
def test_cve_2026_34070_langchain_a_name_leads_to_no_file_elsewhere(name: str, tmp_path: Path) -> None:
    """There the name of a prompt was joined to a path; here names are looked up among those that are in the folder."""
    (tmp_path / "prompts").mkdir()
    (tmp_path / "secret.md").write_text("a secret")

    with pytest.raises(LLMKitError):
        Prompts(tmp_path / "prompts").get(name)


@pytest.mark.parametrize("id", ["../models", "a/../../admin", "..", "a?x=1", "a#b", "a\\..\\b", "%2e%2e/admin", "a\r\nX: 1"])
def test_cve_2026_48776_langgraph_sdk_an_id_is_one_segment_of_a_path(id: str) -> None:
    """There an id with slashes led a request to another endpoint; here it is quoted into one segment, or refused."""
    with FakeHost() as host:
        host.on("GET *", {"id": "file-1", "object": "file", "bytes": 1, "created_at": 1, "filename": "a", "purpose": "batch"})
        with LLMKit(**client_for("openai", f"{host.url}/v1", retries=0)) as kit, suppress(LLMKitError):
            kit.files.get("openai", id)

    assert [] == [each.path for each in host.requests if not (each.path.startswith("/v1/files/") and each.path.count("/") == 3)]
    assert [] == [each.path for each in host.requests if "?" in each.path or each.path.endswith(("/..", "/."))]
    host.unforeseen.clear()


@pytest.mark.parametrize(
    "reference",
    ["oidc/file//etc/passwd", "file:/etc/passwd\x00", "__import__('os').environ", "cmd: true", "os.environ/HOME", "file:relative"],
)
def test_cve_2026_59819_and_2024_4264_litellm_a_key_names_nothing_that_is_run_or_read(reference: str, tmp_path: Path) -> None:
    """There a key in the configuration was evaluated, or named a file for the server to read; here it is a reference of few kinds."""
    file = tmp_path / "config.toml"
    file.write_text(f"[providers.openai]\nkey = {msgspec.json.encode(reference).decode()}\n")

    with pytest.raises(LLMKitError), LLMKit(config=file) as kit:
        kit.complete(MODEL, "Hi")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_cve_2026_54235_vllm_a_number_that_is_none_is_not_sent(value: float) -> None:
    """There a temperature of NaN crashed the server for everybody; here it is refused before anything is sent."""
    with FakeProvider(DIALECT) as fake, kit_of(fake) as kit:
        with pytest.raises(InvalidRequest):
            kit.complete(MODEL, "Hi", temperature=value)

        assert [] == fake.requests


OPTIMISED = """
from llmkit import LLMKit
from llmkit.errors import LLMKitError
refused = 0
for client in ({"keys": {"openai": "sk-a\\nX: 1"}}, {"keys": {"openai": "sk-abcdefgh"}, "base_urls": {"openai": "http://llm.example.com/v1"}},
               {"keys": {"openai": "sk-abcdefgh"}, "base_urls": {"openai": "https://a@b/v1"}}):
    try:
        with LLMKit(**client) as kit:
            kit.complete("openai/gpt-4.1-mini", "Hi")
    except LLMKitError:
        refused += 1
assert False, "left out under -O"
print(refused)
"""


def test_cve_2026_41523_vllm_checks_hold_without_asserts() -> None:
    """There an `assert` was the check, and `python -O` left it out; here none is."""
    done = subprocess.run([sys.executable, "-O", "-c", OPTIMISED], capture_output=True, text=True, check=True)

    assert "3" == done.stdout.strip()


COMMANDS = ("[mcp]\ncommand = 'touch mark'\n", "[hooks]\nstart = 'true'\n", "post_call_rules = 'os.system'\n", "callbacks = ['m.f']\n")


@pytest.mark.parametrize("text", COMMANDS)
def test_cve_2025_62801_fastmcp_and_2024_6825_litellm_a_configuration_holds_no_command(text: str, tmp_path: Path) -> None:
    """There a configuration named a program or a Python function to run; here such a table is unknown, and refused."""
    file = tmp_path / "config.toml"
    file.write_text(text)

    with pytest.raises(ConfigurationError):
        LLMKit(config=file)


@pytest.mark.parametrize("name", ["../../mark", "/tmp/mark", "..\\mark", "C:\\mark", "\\\\host\\share\\mark", "a\x00b", "CON"])
def test_cve_2024_4888_and_2026_59820_litellm_a_name_in_an_answer_is_no_name_of_a_file(name: str, tmp_path: Path) -> None:
    """There a file was deleted, or unpacked, under the name that a request gave it; here what is saved is named by kind and number."""
    folder = tmp_path / "folder"
    picture = Image(data=b"\x89PNG\r\n\x1a\n" + bytes(64), media_type=name)
    with LLMKit() as kit:
        saved = kit.save(picture, f"{folder}/")

    assert [folder / "image-1.png"] == saved == [path for path in tmp_path.rglob("*") if path.is_file()]


def test_cve_2024_5751_litellm_the_environment_runs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There a variable of the environment was decoded and run; here one that names a key is that key, and no other is looked at."""
    mark = tmp_path / "mark"
    for name in ("UI_LOGO_PATH", "LITELLM_CONFIG", "DATABASE_URL", "PYTHONSTARTUP", "LLMKIT_PLUGINS"):
        monkeypatch.setenv(name, code_that_touches(mark))
    with FakeProvider(DIALECT) as fake, kit_of(fake) as kit:
        fake.add(OK)
        kit.complete(MODEL, "Hi")

    assert not mark.exists()
