"""`llmkit chat PROMPT` asks once, prints the answer and nothing else on standard output."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import msgspec
import pytest

from llmkit.accumulate import fold
from llmkit.cli.model_choice import choose_model
from llmkit.client import LLMKit
from llmkit.testing import Answer, FakeProvider, Fault
from llmkit.types.events import Event
from llmkit.types.responses import CompletionResponse
from tests.rows import ROWS

from .conftest import KEY_VARIABLE, MODEL, PROVIDER, Run, write_settings

PNG = b"\x89PNG\r\n\x1a\n" + bytes(16)


def sent_text(fake: FakeProvider) -> str:
    return json.dumps(fake.requests[-1].json["messages"], ensure_ascii=False)


def test_the_answer_is_all_of_standard_output(fake: FakeProvider, run: Run) -> None:
    fake.add(Answer(text="Because of **Rayleigh**\nscattering."))

    outcome = run("chat", "-m", MODEL, "Why", "is the sky blue?")

    assert outcome == (0, "Because of **Rayleigh**\nscattering.\n", "")
    assert "Why is the sky blue?" in sent_text(fake)


def test_a_pipe_gets_the_text_as_it_is(fake: FakeProvider, run: Run) -> None:
    """Only a terminal needs protection; a program wants the bytes."""
    fake.add(Answer(text="\x1b[31mred\x1b[0m \u202e\n"))

    assert run("chat", "-m", MODEL, "x").out == "\x1b[31mred\x1b[0m \u202e\n"


def test_an_answer_that_ends_its_line_gets_no_second_newline(fake: FakeProvider, run: Run) -> None:
    fake.add(Answer(text="line\n"))

    assert run("chat", "-m", MODEL, "x").out == "line\n"


def test_standard_input_comes_before_the_prompt(fake: FakeProvider, run: Run) -> None:
    fake.add(Answer(text="ok"))

    run("chat", "-m", MODEL, "Summarise this.", stdin="Grüße aus Köln\n".encode())

    assert fake.requests[-1].json["messages"][0]["content"] in (
        "Grüße aus Köln\n\nSummarise this.",
        [{"type": "text", "text": "Grüße aus Köln\n\nSummarise this."}],
    )


def test_standard_input_alone_is_a_prompt(fake: FakeProvider, run: Run) -> None:
    fake.add(Answer(text="ok"))

    assert run("chat", "-m", MODEL, stdin=b"Hello").code == 0
    assert "Hello" in sent_text(fake)


def test_system_and_options_are_sent(fake: FakeProvider, run: Run) -> None:
    fake.add(Answer(text="ok"))

    run("chat", "-m", MODEL, "-s", "Be brief.", "-o", "temperature=0.5", "-o", "max_tokens=7", "x")

    body = fake.requests[-1].json
    assert "Be brief." in json.dumps(body["system"])
    assert (body["temperature"], body["max_tokens"]) == (0.5, 7)


def test_attachments_are_sent_in_order_before_the_words(fake: FakeProvider, run: Run, tmp_path: Path) -> None:
    fake.add(Answer(text="ok"))
    (tmp_path / "picture").write_bytes(PNG)
    (tmp_path / "notes.txt").write_text("some notes")

    run("chat", "-m", MODEL, "-a", str(tmp_path / "picture"), "-a", str(tmp_path / "notes.txt"), "What is it?")

    image, notes, words = fake.requests[-1].json["messages"][0]["content"]
    assert (image["source"]["media_type"], image["source"]["data"]) == ("image/png", base64.b64encode(PNG).decode())
    assert "some notes" in notes["text"]
    assert words["text"] == "What is it?"


def test_a_dash_attaches_standard_input(fake: FakeProvider, run: Run) -> None:
    """Binary data is no prompt, so it is not read as one."""
    fake.add(Answer(text="ok"))

    assert run("chat", "-m", MODEL, "-a", "-", "What is it?", stdin=PNG).code == 0
    assert fake.requests[-1].json["messages"][0]["content"][0]["type"] == "image"


def test_json_is_the_whole_response_as_one_line(fake: FakeProvider, run: Run) -> None:
    fake.add(Answer(text="Hi", usage=(12, 3)))

    outcome = run("chat", "-m", MODEL, "--json", "x")

    response = CompletionResponse.from_dict(json.loads(outcome.out))
    assert outcome.out.count("\n") == 1
    assert (response.text, response.provider) == ("Hi", PROVIDER)
    assert response.usage is not None
    assert (response.usage.input, response.usage.output) == (12, 3)


def test_stream_json_is_an_event_a_line(fake: FakeProvider, run: Run) -> None:
    fake.add(Answer(text="one two three"))

    outcome = run("chat", "-m", MODEL, "--stream-json", "x")

    events = [msgspec.json.decode(line, type=Event) for line in outcome.out.splitlines()]
    assert len(events) > 4
    assert fold(events).text == "one two three"


def test_no_stream_asks_for_the_whole_answer(fake: FakeProvider, run: Run) -> None:
    fake.add(Answer(text="whole"), Answer(text="streamed"))

    assert run("chat", "-m", MODEL, "--no-stream", "x").out == "whole\n"
    assert run("chat", "-m", MODEL, "x").out == "streamed\n"
    assert [bool(request.json.get("stream")) for request in fake.requests] == [False, True]


def test_a_schema_is_sent(fake: FakeProvider, run: Run, tmp_path: Path) -> None:
    fake.add(Answer(text='{"name": "Ada"}'))
    schema = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"], "additionalProperties": False}
    (tmp_path / "person.json").write_text(json.dumps(schema))

    outcome = run("chat", "-m", "anthropic/claude-sonnet-4-5", "--schema", str(tmp_path / "person.json"), "Ada")

    assert json.loads(outcome.out) == {"name": "Ada"}
    assert json.dumps(schema) in json.dumps(fake.requests[-1].json)


def test_warnings_of_the_response_are_shown_on_standard_error(fake: FakeProvider, run: Run) -> None:
    fake.add(Answer(text="ok"))

    outcome = run("chat", "-m", MODEL, "-o", "seed=1", "x")

    assert outcome.out == "ok\n"
    assert outcome.err.startswith("warning: dropped seed")


def test_usage_and_cost_are_shown_when_asked_for(fake: FakeProvider, run: Run) -> None:
    """A price that is not known is said to be so, and never 0."""
    fake.always(Answer(text="ok", usage=(1234, 5)))

    assert run("chat", "-m", MODEL, "x").err == ""
    unknown = "warning: unknown cost: no price of anthropic/test-model is known"
    assert run("chat", "-m", MODEL, "--usage", "x").err == f"{unknown}\n1,234 tokens in, 5 out, cost unknown\n"


def test_a_cut_answer_is_told(fake: FakeProvider, run: Run) -> None:
    fake.add(Answer(text="half", finish="max_tokens"))

    assert "limit of tokens" in run("chat", "-m", MODEL, "x").err


def test_a_broken_stream_is_a_failure_with_what_came(fake: FakeProvider, run: Run) -> None:
    fake.always(Fault.cut(after=4))

    outcome = run("chat", "-m", MODEL, "x")

    assert outcome.code == 1
    assert outcome.out.strip()
    assert outcome.err.startswith("error: ")


def test_an_error_is_one_line_and_code_1(fake: FakeProvider, run: Run) -> None:
    fake.always(Fault.error("bad_request", message="two\nlines \x1b[2J"))

    outcome = run("chat", "-m", MODEL, "x")

    assert outcome.code == 1
    assert outcome.out == ""
    assert outcome.err.startswith("error: ")
    assert outcome.err.count("\n") == 1
    assert "\x1b" not in outcome.err


def test_a_wrong_key_is_not_shown(fake: FakeProvider, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "sk-canary-0123456789")

    outcome = run("chat", "-m", MODEL, "x")

    assert outcome.code == 1
    assert "canary" not in outcome.out + outcome.err


USAGE_ERRORS: dict[str, tuple[list[str], bytes, str]] = {
    "unknown provider": (["-m", "antropic/x", "hi"], b"", "Did you mean anthropic?"),
    "no model id": (["-m", "a b", "hi"], b"", "is not a model id"),
    "unknown option": (["-o", "temprature=1", "hi"], b"", "Did you mean temperature"),
    "out of range": (["-m", MODEL, "-o", "temperature=9", "hi"], b"", "temperature"),
    "nothing to ask": ([], b"", "Nothing to ask"),
    "blank input": ([], b" \n", "Nothing to ask"),
    "input not UTF-8": (["-m", MODEL], b"abc\xff\xfe", "not UTF-8 text (byte 3)"),
    "prompt not UTF-8": (["-m", MODEL, "a\udcff"], b"", "not UTF-8"),
    "missing attachment": (["-m", MODEL, "-a", "/no/such/file", "hi"], b"", "cannot be read"),
    "missing schema": (["-m", MODEL, "--schema", "/no/such/file", "hi"], b"", "cannot be read"),
    "two forms": (["-m", MODEL, "--json", "--stream-json", "hi"], b"", "exclude each other"),
    "two models": (["-m", MODEL, "--local-server", "hi"], b"", "exclude each other"),
    "key as a flag": (["-m", MODEL, "--api-key", "x", "hi"], b"", "No such option"),
}


@pytest.mark.parametrize(("arguments", "stdin", "words"), USAGE_ERRORS.values(), ids=USAGE_ERRORS.keys())
def test_wrong_usage_is_code_2_and_sends_nothing(fake: FakeProvider, run: Run, arguments: list[str], stdin: bytes, words: str) -> None:
    outcome = run("chat", *arguments, stdin=stdin)

    assert outcome.code == 2
    assert words in " ".join(outcome.err.split())
    assert outcome.out == ""
    assert not fake.requests


def test_a_missing_key_names_its_variable(run: Run) -> None:
    outcome = run("chat", "-m", MODEL, "hi")

    assert outcome.code == 1
    assert KEY_VARIABLE in outcome.err


def test_the_configured_default_model_is_taken_first(fake: FakeProvider, run: Run, home: Path) -> None:
    fake.add(Answer(text="ok"))
    write_settings(home, f'default_model = "{PROVIDER}/mine"\n[providers.{PROVIDER}]\nbase_url = "{fake.base_url}"\n')

    outcome = run("chat", "x")

    assert fake.requests[-1].json["model"] == "mine"
    assert outcome.err.startswith(f"model: {PROVIDER}/mine (the configuration's default")


def test_else_the_first_provider_with_a_key_and_it_is_told(fake: FakeProvider, run: Run) -> None:
    fake.add(Answer(text="ok"))

    outcome = run("chat", "x")

    assert outcome.out == "ok\n"
    assert outcome.err.startswith(f"model: {PROVIDER}/{fake.requests[-1].json['model']} (a key for ")


def test_else_the_embedded_model() -> None:
    with LLMKit() as kit:
        choice = choose_model(kit, None)
        embedded = [row for row in kit.providers.values() if row.engine == "embedded"]

    assert choice.model in [f"{row.name}/{row.starter}" for row in embedded]
    assert "no key is set" in choice.reason


def test_a_local_server_is_taken_when_wanted(home: Path, local_server: str) -> None:
    write_settings(home, f'[providers.ollama]\nbase_url = "{local_server}"\n')

    with LLMKit() as kit:
        choice = choose_model(kit, None, local_server=True)

    assert choice == ("ollama/one", f"found at {local_server.removesuffix('/v1')}")


def test_no_local_server_is_told(run: Run, home: Path) -> None:
    closed = "".join(f'[providers.{row.name}]\nbase_url = "http://127.0.0.1:1/v1"\n' for row in ROWS if row.local)
    write_settings(home, closed)

    outcome = run("chat", "--local-server", "x")

    assert outcome.code == 2
    assert outcome.err.startswith("error: No model server answers on this machine (tried ")


def test_a_configuration_in_the_working_directory_is_not_read(
    fake: FakeProvider, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A repository that you enter must not choose where your key goes."""
    fake.add(Answer(text="ok"))
    project = tmp_path / "project"
    hostile = '[providers.anthropic]\nbase_url = "http://127.0.0.1:9/v1"\n'
    for name in ("config.toml", "llmkit.toml", ".llmkit/config.toml", ".env"):
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(hostile if name.endswith("toml") else "ANTHROPIC_BASE_URL=http://127.0.0.1:9\n")
    monkeypatch.chdir(project)

    assert run("chat", "-m", MODEL, "x").code == 0
    assert len(fake.requests) == 1
