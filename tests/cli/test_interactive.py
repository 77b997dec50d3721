"""The conversation at a terminal."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from llmkit.cli.slash import COMMANDS
from llmkit.cli.talk import SavedTalk
from llmkit.testing import Answer, FakeProvider, Fault

from .conftest import KEY_VARIABLE, MODEL

if sys.platform == "win32":
    pytest.skip("needs a pseudo-terminal", allow_module_level=True)

from .terminal import Terminal

PROMPT = "\n>"


def messages(fake: FakeProvider, place: int = -1) -> list[tuple[str, str]]:
    found = []
    for message in fake.requests[place].json["messages"]:
        content = message["content"]
        found.append((message["role"], content if isinstance(content, str) else "".join(part.get("text", "[media]") for part in content)))
    return found


def test_a_conversation_remembers_its_turns(fake: FakeProvider) -> None:
    fake.add(Answer(text="Hello Ada."), Answer(text="Your name is Ada."))

    with Terminal("chat", "-m", MODEL, "-s", "Be kind.") as terminal:
        terminal.see(PROMPT)
        terminal.type("I am Ada")
        terminal.see("Hello Ada.")
        terminal.see(PROMPT)
        terminal.type("Who am I?")
        terminal.see("Your name is Ada.")
        terminal.see(PROMPT)
        terminal.press("\x04")
        assert terminal.exit_code() == 0

    assert messages(fake) == [("user", "I am Ada"), ("assistant", "Hello Ada."), ("user", "Who am I?")]
    assert "Be kind." in json.dumps(fake.requests[1].json["system"])


def test_ctrl_c_ends_the_answer_and_not_the_session(fake: FakeProvider, tmp_path: Path) -> None:
    """What came stays in the conversation and is marked in what is saved."""
    fake.add(Fault.stall(after=6, answer=Answer(text="one two three four five six")), Answer(text="Second answer."))

    with Terminal("chat", "-m", MODEL) as terminal:
        terminal.see(PROMPT)
        terminal.type("count")
        terminal.see("two")
        terminal.press("\x03")
        terminal.see("(interrupted")
        assert fake.requests[0].left.wait(10)
        terminal.see(PROMPT)
        terminal.type("go on")
        terminal.see("Second answer.")
        terminal.see(PROMPT)
        terminal.type(f"/save {tmp_path}/talk.json")
        terminal.see("saved 4 messages")
        terminal.type("/exit")
        assert terminal.exit_code() == 0

    (_, asked), (role, partial), (_, then) = messages(fake)
    assert (asked, role, then) == ("count", "assistant", "go on")
    assert partial.startswith("one two")
    assert "six" not in partial
    saved = SavedTalk.from_dict(json.loads((tmp_path / "talk.json").read_text()))
    assert saved.interrupted == (1,)


def test_ctrl_c_at_the_prompt_keeps_the_session(fake: FakeProvider) -> None:
    fake.add(Answer(text="Still here."))

    with Terminal("chat", "-m", MODEL) as terminal:
        terminal.see(PROMPT)
        terminal.press("half a thought\x03")
        terminal.see("Ctrl-D leaves")
        terminal.see(PROMPT)
        terminal.type("hello")
        terminal.see("Still here.")

    assert messages(fake) == [("user", "hello")]


def test_an_error_is_told_and_the_question_can_be_asked_again(fake: FakeProvider) -> None:
    """The failed turn is not part of the conversation: a model would see it twice."""
    fake.add(Fault.error("bad_request", message="no such thing"), Answer(text="Now it works."))

    with Terminal("chat", "-m", MODEL) as terminal:
        terminal.see(PROMPT)
        terminal.type("try")
        terminal.see("error: ")
        terminal.see(PROMPT)
        terminal.type("try again")
        terminal.see("Now it works.")

    assert messages(fake) == [("user", "try again")]


def test_the_commands_of_a_conversation(fake: FakeProvider, tmp_path: Path) -> None:
    fake.always(Answer(text="An answer.", usage=(10, 5)))
    (tmp_path / "notes.txt").write_text("the notes")
    file = tmp_path / "talk.json"

    with Terminal("chat", "-m", MODEL) as terminal:
        terminal.see(PROMPT)
        terminal.type("/help")
        listed = terminal.see("Ctrl-D leaves.")
        assert all(f"/{name}" in listed for name in COMMANDS)
        terminal.type("/modle x")
        terminal.see("Did you mean /model?")
        terminal.type("/model nowhere/x")
        terminal.see("error: Unknown provider")
        terminal.type("/model anthropic/other")
        terminal.see("model: anthropic/other")
        terminal.type("/system Speak German.")
        terminal.see("system: Speak German.")
        terminal.type(f"/attach {tmp_path}/notes.txt")
        terminal.see("attached")
        terminal.type("first")
        terminal.see("An answer.")
        terminal.type("/usage")
        terminal.see("1 answer: 10 tokens in, 5 out, cost unknown")
        terminal.type(f"/save {file}")
        terminal.see("saved 2 messages")
        terminal.type(f"/save {file}")
        terminal.see(f"/save! {file} replaces it")
        terminal.type("/clear")
        terminal.see("cleared")
        terminal.type("second")
        terminal.see("An answer.")
        terminal.type(f"/load {file}")
        terminal.see("loaded 2 messages")
        terminal.type("//third")
        terminal.see("An answer.")
        terminal.type(f"/save! {file}")
        terminal.see("saved 4 messages")
        terminal.type("/exit")
        assert terminal.exit_code() == 0

    assert fake.requests[0].json["model"] == "other"
    assert "Speak German." in json.dumps(fake.requests[0].json["system"])
    assert messages(fake, 0) == [("user", "notes.txt:\nthe notesfirst")]
    assert messages(fake, 1) == [("user", "second")]
    assert messages(fake, 2) == [("user", "notes.txt:\nthe notesfirst"), ("assistant", "An answer."), ("user", "/third")]
    assert file.stat().st_mode & 0o777 == 0o600


def test_the_history_is_private_and_holds_no_key(fake: FakeProvider, home: Path) -> None:
    fake.always(Answer(text="An answer."))
    key = fake.key

    with Terminal("chat", "-m", MODEL) as terminal:
        terminal.see(PROMPT)
        for line in ("an ordinary line", f"my key is {key}", "and sk-proj-0123456789abcdef too"):
            terminal.type(line)
            terminal.see("An answer.")
            terminal.see(PROMPT)
        terminal.press("\x04")
        assert terminal.exit_code() == 0

    with Terminal("chat", "-m", MODEL) as terminal:
        terminal.see(PROMPT)
        terminal.press("\x1b[A\r")
        terminal.see("An answer.")
    assert messages(fake) == [("user", "an ordinary line")]
    file = home / ".local" / "state" / "llmkit" / "history.jsonl"
    assert file.read_text() == '"an ordinary line"\n'
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


ATTACK = "A\x1b]52;c;ZXZpbA==\x07B \x1b[2J\x9b31m C\u202eD\u200bE &#x202e;F [x](http://e.example/&#x200b;)"


def test_a_terminal_without_markdown_gets_no_control_sequence_either(fake: FakeProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    fake.add(Answer(text="**A**\x1b[31mB\u202eC"))

    with Terminal("chat", "-m", MODEL, "x") as terminal:
        assert terminal.exit_code() == 0

    assert terminal.raw.decode() == "**A**[31mBC\r\n"


@pytest.mark.parametrize("shape", [(), ("--no-stream",)], ids=["stream", "whole"])
def test_a_terminal_gets_no_control_sequence_of_the_model(fake: FakeProvider, shape: tuple[str, ...]) -> None:
    fake.add(Answer(text=ATTACK, pieces=list(ATTACK)))

    with Terminal("chat", "-m", MODEL, *shape, "x") as terminal:
        assert terminal.exit_code() == 0

    shown = terminal.raw.decode()
    assert "A]52;c;ZXZpbA==B [2J31m CDE F x (http://e.example/" in terminal.text
    assert not re.search("[\x07\x80-\x9f\u200b-\u200f\u202a-\u202e]", shown)
    assert "\x1b]" not in shown
    assert "\x1b[2J" not in shown


def test_raw_gives_a_terminal_everything(fake: FakeProvider) -> None:
    fake.add(Answer(text="**A**\x1b]0;title\x07"))

    with Terminal("chat", "-m", MODEL, "--raw", "x") as terminal:
        assert terminal.exit_code() == 0

    assert b"**A**\x1b]0;title\x07" in terminal.raw


def test_ctrl_c_ends_a_single_question_with_code_130(fake: FakeProvider) -> None:
    fake.add(Fault.stall(after=6, answer=Answer(text="one two three four five six")))

    with Terminal("chat", "-m", MODEL, "count") as terminal:
        terminal.see("two")
        terminal.press("\x03")
        assert terminal.exit_code() == 130

    assert "Traceback" not in terminal.text


def test_a_wrong_model_is_told_before_the_first_question(fake: FakeProvider) -> None:
    with Terminal("chat", "-m", "antropic/x") as terminal:
        assert terminal.exit_code() == 2

    assert "Did you mean anthropic?" in " ".join(terminal.text.split())


def test_no_key_is_ever_on_the_screen(fake: FakeProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "sk-ant-canary-0123456789")

    with Terminal("chat", "-m", MODEL) as terminal:
        terminal.see(PROMPT)
        terminal.type("hello")
        terminal.see("error: ")
        terminal.type("/exit")
        terminal.exit_code()

    assert b"canary" not in terminal.raw
