"""The logger `llmkit` tells of each call in a line, without words and keys."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

import pytest

from llmkit.errors import RateLimited
from llmkit.logs import CallLog, JsonFormatter, Redaction
from llmkit.testing import Answer, FakeProvider, Fault
from tests.faces import DIALECTS, FACES, ask, client_of

MODEL, OTHER = DIALECTS["openai_chat"][1], "openai/gpt-4.1"
ANSWER = Answer(text="the secret answer", usage=(12, 9))


def asked(face: str, *script: Any, model: Any = MODEL, **more: Any) -> None:
    with FakeProvider("openai_chat").add(*script) as fake:
        ask(face, client_of(fake, layers=[CallLog(**more)], retries=0), model, "the secret question")


@pytest.mark.parametrize("face", FACES)
def test_a_call_is_a_line_with_its_fields(face: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "llmkit")

    asked(face, ANSWER)

    (entry,) = caplog.records
    assert ("llmkit", logging.INFO) == (entry.name, entry.levelno)
    assert entry.getMessage().startswith(f"complete {MODEL}: stop after 0.")
    assert "12+9 tokens" in entry.getMessage()
    assert {"input": 12, "output": 9} == {name: entry.llmkit["usage"][name] for name in ("input", "output")}
    assert "secret" not in entry.getMessage() + repr(entry.llmkit)


def test_the_level_says_how_it_went(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "llmkit")

    asked("sync", Fault.overloaded(), ANSWER, model=[MODEL, OTHER])
    with pytest.raises(RateLimited):
        asked("sync stream", Fault.error("rate_limited", message="secret"))

    assert [logging.WARNING, logging.ERROR] == [entry.levelno for entry in caplog.records]
    assert "1 failed try" in caplog.text
    assert "secret" not in caplog.text


def test_a_level_that_nobody_listens_to_logs_nothing(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "llmkit")

    asked("sync", ANSWER)

    assert [] == caplog.records


def test_words_are_logged_when_asked_and_only_redacted(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "llmkit")

    asked("async", ANSWER, content=True, redact=lambda text: text.replace("secret", "[x]"))

    assert "the [x] answer" == caplog.records[0].llmkit["output"]["parts"][-1]["content"]
    assert "secret" not in repr(caplog.records[0].llmkit)


KEY = "sk-ant-REDACTED"


def entry(message: str, *arguments: Any, **more: Any) -> logging.LogRecord:
    return logging.LogRecord("llmkit", logging.INFO, __file__, 1, message, arguments, more.get("exc_info"))


def test_the_formatter_writes_one_object_and_masks_keys() -> None:
    said = entry("key %s\nand more", KEY)
    said.llmkit = {"seconds": 1.5}

    text = JsonFormatter().format(said)

    assert ("info", "llmkit", {"seconds": 1.5}) == tuple(json.loads(text)[name] for name in ("level", "logger", "llmkit"))
    assert "\n" not in text
    assert KEY not in text


def test_the_formatter_tells_the_class_of_an_exception_and_not_its_words() -> None:
    try:
        raise ValueError("the secret question")
    except ValueError:
        text = JsonFormatter().format(entry("failed", exc_info=sys.exc_info()))

    assert json.loads(text)["exception"].startswith("ValueError at ")
    assert "secret" not in text


def test_the_filter_masks_keys_and_drops_nothing() -> None:
    said = entry("key %s", KEY)

    assert Redaction().filter(said)
    assert "key ***" == said.getMessage()
