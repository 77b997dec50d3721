"""Engines of third parties as detectors: the shape they answer in, and the engines themselves where they are installed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from llmkit.errors import ConfigurationError, HookFailed
from llmkit.guardrails import block, found, kingfisher, mask, phones, presidio
from llmkit.guardrails.rules import Checks, rewrite
from llmkit.pipeline.guard import Guard
from llmkit.testing.answers import Answer
from llmkit.testing.fake import FakeProvider
from tests.faces import DIALECTS, FACES, ask, client_of

KEY = "ghp_" + "a1B2" * 9


class Scanner:
    """Answers as `kingfisher_sdk.Scanner` does (types of its version 1.5, read 2026-11-23)."""

    def __init__(self, *secrets: Any, fails: bool = False) -> None:
        self._secrets, self._fails = secrets, fails

    def scan(self, data: str, *, timeout: float | None = None) -> list[Any]:
        if self._fails:
            raise TimeoutError(data)
        return list(self._secrets)


def finding(secret: str, *, visible: bool = True, confidence: str = "high") -> Any:
    return SimpleNamespace(rule_id="kingfisher.github.2", secret=secret, visible=visible, confidence=confidence)


def masked(detector: Any, text: str) -> str:
    return rewrite(Checks([mask(detector)], "output"), text)


def test_what_kingfisher_finds_is_masked_wherever_it_stands() -> None:
    """It tells a place in bytes; the words themselves are surer."""
    text = f"\u5bc6\u94a5 {KEY}, again {KEY}; not {KEY[:-1]}"

    assert "\u5bc6\u94a5 [X], again [X]; not " + KEY[:-1] == masked(kingfisher(Scanner(finding(KEY))), text).replace(
        "[SECRET_KINGFISHER_GITHUB_2]", "[X]"
    )


@pytest.mark.parametrize(
    ("scanner", "expected"),
    [
        (Scanner(finding("decoded-elsewhere")), [(0, 12)]),
        (Scanner(finding("b64text", visible=False)), []),
        (Scanner(), []),
    ],
)
def test_a_secret_in_another_encoding_takes_the_whole_text(scanner: Any, expected: list[tuple[int, int]]) -> None:
    """Its place is not known: rather all than nothing. What only supports other findings is none."""
    assert expected == [(one.start, one.end) for one in kingfisher(scanner).find("some b64text")]


@pytest.mark.parametrize("face", FACES)
def test_a_scan_that_fails_lets_nothing_pass(face: str) -> None:
    """A time limit is a failure like others."""
    with FakeProvider("openai_chat").add(Answer(text="ok")) as fake:
        with pytest.raises(HookFailed):
            ask(face, client_of(fake, layers=[Guard(input=[block(kingfisher(Scanner(fails=True)))])]), DIALECTS["openai_chat"][1], "hi")

        assert [] == fake.requests


def test_what_presidio_finds_keeps_its_score() -> None:
    """A threshold is about the engine's own confidence."""

    def analyze(*, text: str, language: str, entities: Any) -> list[Any]:
        assert ("en", ["PERSON"]) == (language, entities)
        return [
            SimpleNamespace(start=0, end=4, entity_type="PERSON", score=0.85),
            SimpleNamespace(start=5, end=8, entity_type="X", score=0.2),
        ]

    detector = presidio(SimpleNamespace(analyze=analyze), entities=["PERSON"])

    assert "[PERSON] saw" == rewrite(Checks([mask(detector, threshold=0.5)], "output"), "Jane saw")


def test_kingfisher_itself_finds_a_key() -> None:
    """The real engine, where it is installed: its first compilation of several hundred rules takes seconds."""
    sdk = pytest.importorskip("kingfisher_sdk", reason="kingfisher-secret-scanner is not installed: its own answer was NOT tested")
    key = "AKIA" + "Z7QH2KXW4MPT6RVN"

    assert key not in masked(
        kingfisher(sdk.Scanner()), f"aws_access_key_id = {key}\naws_secret_access_key = wJalrXUtnFEMIbK7MDENGbPxRfiCYzQ9LmT2hVwe\n"
    )


def test_presidio_itself_finds_a_mail_address() -> None:
    """The real engine, without a language model: patterns alone."""
    analyzer = pytest.importorskip("presidio_analyzer", reason="presidio-analyzer is not installed: its own answer was NOT tested")
    registry = pytest.importorskip("presidio_analyzer.predefined_recognizers").EmailRecognizer()
    engine = SimpleNamespace(analyze=lambda **given: registry.analyze(given["text"], ["EMAIL_ADDRESS"], None))
    assert analyzer

    assert "to [EMAIL_ADDRESS]" == masked(presidio(engine), "to jane@example.org")


@pytest.mark.parametrize(
    ("region", "text", "expected"),
    [
        ("DE", "Ruf 030 1234567 an", ["030 1234567"]),
        ("US", "Call (650) 253-0000 or +44 20 7946 0958.", ["(650) 253-0000", "+44 20 7946 0958"]),
        ("US", "order 12345 of 2024-01-02", []),
    ],
)
def test_phonenumbers_itself_finds_national_numbers(region: str, text: str, expected: list[str]) -> None:
    """Which digits are a telephone number differs by country; the library knows."""
    pytest.importorskip("phonenumbers", reason="phonenumbers is not installed: national telephone numbers were NOT tested")

    assert expected == [text[one.start : one.end] for one in found(phones(region), text)]


@pytest.mark.parametrize(("module", "make"), [("kingfisher_sdk", kingfisher), ("phonenumbers", lambda: phones("DE"))])
def test_an_engine_that_is_not_installed_is_named(module: str, make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """At construction, with what to install."""
    monkeypatch.setitem(__import__("sys").modules, module, None)

    with pytest.raises(ConfigurationError, match="Install"):
        make()
