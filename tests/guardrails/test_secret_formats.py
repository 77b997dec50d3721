"""The table of secrets: every row works, and says whose rules it was held against."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.guardrails import SECRETS, found, secrets
from llmkit.guardrails.secret_formats import BROKEN, FORMATS, LONGEST, LOOSE, SHORTEST, SOURCES, UNPROVEN

ALL = secrets()


def kinds(detector: object, text: str) -> list[str]:
    return [one.kind for one in found(detector, text)]  # type: ignore[arg-type] # any detector


def sample(pattern: str) -> str:
    """Make a text that fits `pattern`: the first of each choice, as often as it must be."""
    pattern = re.sub(r"\(\?:([^()|]*)(?:\|[^()]*)?\)(?:[?]|)", r"\1", pattern)
    pattern = re.sub(r"\(\?:([^()|]*)(?:\|[^()]*)?\)(?:[?]|)", r"\1", pattern)
    out = ""
    for match in re.finditer(r"(\[[^\]]*\]|\\.|.)(?:\{(\d+)(?:,\d*)?\}|([?]))?", pattern):
        letter = match[1]
        if letter.startswith("["):
            letter = letter[1:]
            letter = "a" if letter.startswith("^") else letter[0] if letter[0] != "A" or "2-7" in match[1] else "A"
        out += letter * int(match[2] or 1)
    return out


def test_every_format_of_the_table_is_found_alone_and_in_a_line() -> None:
    """One pass over all formats must not lose any: another format may begin the same way, but something must be found."""
    alike = ["secret:deepseek_key", "secret:openai_key", "secret:stripe"]
    for name, patterns in FORMATS.items():
        for pattern in patterns:
            text = sample(pattern)
            assert re.fullmatch(pattern, text), (name, text)

            assert [f"secret:{name}"] == kinds(secrets(name), text), text
            assert kinds(ALL, f"export KEY={text}\n")[:1] in ([f"secret:{name}"], *[[one] for one in alike]), text
            assert SHORTEST <= len(text) < LONGEST


@settings(max_examples=80, deadline=None)
@given(st.sampled_from([("", ""), ("key: ", "."), ('{"key":"', '"}'), ("\u5bc6\u94a5", "\u3002")]), st.data())
def test_whatever_fits_a_format_is_found(around: tuple[str, str], data: st.DataObject) -> None:
    """The quick look for long rows of letters and digits must not pass over a key that has other characters in between."""
    name = data.draw(st.sampled_from(sorted(set(FORMATS) - {"connection_string"})))
    pattern = data.draw(st.sampled_from(FORMATS[name]))
    text = data.draw(st.from_regex(re.compile(pattern, re.ASCII), fullmatch=True))
    whole = around[0] + text + around[1]

    hits = [one for one in found(ALL, whole) if one.start <= len(around[0]) < one.end]

    assert hits, (name, text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("postgres://app:s3cr:et@db.example.org:5432/x", ["secret:connection_string"]),
        ("mongodb+srv://u:pass@cluster.example.net", ["secret:connection_string"]),
        ("see https://docs.example.org/a:b@c and x@y.example", []),
        ("https://example.org/ https://u:pw1@host.example/", ["secret:connection_string"]),
        ("redis://:hunter22@cache", ["secret:connection_string"]),
        ("glc_" + "abcdefg/" * 6, ["secret:grafana"]),
        ("AccountKey=" + "abcdefghij+" * 7 + "abcdefghi==", ["secret:azure_storage"]),
        ("https://hooks.slack.com/services/T0000/B0000/" + "a1b2c3d4/" * 4, ["secret:slack_webhook"]),
        ("not-user and non-us things", []),
        ("a_perfectly_ordinary_identifier_of_a_program(argument_of_it)", []),
        ("0123456789abcdef0123456789abcdef-us12", ["secret:mailchimp"]),
        ("-----BEGIN EC PRIVATE KEY-----\nMHcCAQ\n-----END EC PRIVATE KEY-----", ["secret:private_key"]),
        ("-----BEGIN CERTIFICATE-----\nMHcCAQ\n-----END CERTIFICATE-----", []),
    ],
)
def test_what_has_no_fixed_beginning_is_told_by_what_stands_in_it(text: str, expected: list[str]) -> None:
    """And what only looks a little like it is left alone."""
    assert expected == kinds(ALL, text)


def test_every_row_says_whose_rules_it_was_held_against() -> None:
    """What nobody has checked is marked, once."""
    named = [name for some in SOURCES.values() for name in some] + sorted(UNPROVEN)

    assert sorted(FORMATS) == sorted(named)
    assert len(UNPROVEN) <= 15
    assert len(SECRETS) >= 119
    assert {*BROKEN, *LOOSE} <= set(FORMATS)
