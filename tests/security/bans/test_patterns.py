"""Regular expressions take a time that grows as the text does; those that did not are cases here, through what uses them."""

from __future__ import annotations

import re
import time

import pytest

from llmkit.config.lines import line_of
from llmkit.errors import PromptInvalid
from llmkit.prompts.template import parse
from tests.architecture.source import PACKAGE
from tests.security.bans.growth import SLOW, worst
from tests.security.bans.patterns import Pattern, patterns

LINEAR = (re.compile(r"[a-z]+="), re.compile(r"\s*+(?:```\s*+)?\Z"), re.compile(r"a|b|c"))
HOSTILE = ("config/lines.py", "prompts/template.py", "guardrails/fields.py", "dialects/openai_chat/rate_limits.py")
SOON = 1.0
"""Seconds: each took many, or for ever, before it was mended."""


@pytest.mark.parametrize("kind", ["exponential", "quadratic in a search"])
def test_a_slow_pattern_is_found_out(kind: str) -> None:
    assert worst(SLOW[kind], ("match", "search"))


@pytest.mark.parametrize("pattern", LINEAR, ids=str)
def test_a_linear_one_is_not(pattern: re.Pattern[str]) -> None:
    assert "" == worst(pattern, ("match",))


@pytest.mark.parametrize("path", ["config/lines.py", "dialects/openai_chat/errors.py", "transport/policy.py", "guardrails/links.py"])
def test_every_pattern_is_seen(path: str) -> None:
    """Those of tables and of calls too, not only those with a name of their own."""
    written = (PACKAGE / path).read_text(encoding="utf-8").count("re.compile(")

    assert written <= len([each for each in patterns(path) if not each.path.startswith("testing/")])


@pytest.mark.parametrize("each", [each for path in HOSTILE for each in patterns(path)], ids=lambda each: f"{each.path} {each.held}")
def test_what_reads_hostile_text_is_linear(each: Pattern) -> None:
    """A part of them; `security check bans.patterns` measures all."""
    assert "" == worst(each.compiled, each.ways, each.bound)


@pytest.mark.parametrize("key", ["'a\" b'", "'x\"y!'", "'\"'"])
def test_a_mistake_under_a_key_with_a_quote_has_its_line(key: str) -> None:
    """Looking for the line once went on for ever: such a key could not be taken off the path."""
    assert 1 == line_of(f"layers = {{{key} = 1}}\n", f'layers."{key[1:-1]}"')


def _refused(template: str) -> None:
    with pytest.raises(PromptInvalid):
        parse(template, path="p")


@pytest.mark.parametrize(
    "use",
    [
        lambda: line_of("[" + " " * 200_000 + "a\n", "a"),
        lambda: line_of("x = 1\n" * 10, ".".join(["a!"] * 5_000)),
        lambda: _refused("{{" + "\n" * 100_000 + "!"),
    ],
    ids=["a header of a file", "a long path", "a tag of a template"],
)
def test_a_hostile_file_is_read_soon(use) -> None:
    begun = time.perf_counter()

    use()

    assert time.perf_counter() - begun < SOON
