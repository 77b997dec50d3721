"""A stream says what the whole text would have said, however it is cut."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.guardrails import Detector, addresses, fields, html, injection, links, mask, numbers, pii, secrets, terminal, topics, words
from llmkit.guardrails.placeholders import Placeholders
from llmkit.guardrails.rules import Checks, Rule, rewrite
from llmkit.guardrails.running import Running

DETECTORS: dict[str, Detector] = {
    "secrets": secrets(),
    "pii": pii(["de", "pl", "nl", "gb"]),
    "addresses": addresses(),
    "numbers": numbers(),
    "words": words("bad", "very bad thing", "böse", "坏人"),
    "topics": topics({"arms": ["rifle", "hand grenade"]}),
    "terminal": terminal(),
    "html": html(),
    "links": links("example.com"),
    "injection": injection(),
    "fields": fields("a"),
}
PIECES = (
    "a",
    " ",
    "b c",
    ". ",
    "\n",
    "-",
    "\xe9",
    "\u574f\u4eba",
    "\u574f",
    "/",
    "@",
    "12",
    "4111 1111 1111 1111",
    "4111111111111111",
    "1 ",
    "GB82 WEST 1234 5698 7654 32",
    "GB82",
    "sk-ant-api03-aB3_aB3_aB3_aB3_aB3_aB3_aB3_aB3_aB3_aB3_aB3_aB3_",
    "sk-",
    "AKIAIOSFODNN7EXAMPLE",
    "ghp_a1B2a1B2a1B2a1B2a1B2a1B2a1B2a1B2a1B2",
    "x.y@example.org",
    "https://example.com/a",
    "https://evil.test/?q=",
    "postgres://user:secret@db.example.org/x",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N",
    "very bad",
    " thing",
    "BAD",
    "b\u0301ad",
    "bo\u0308se",
    "hand  grenade",
    "rifles",
    "rifle",
    "\x1b[31m",
    "\x1b]0;title\x07",
    "<script",
    " src=x>",
    "<b>",
    "onclick='x'",
    "javascript:",
    "ignore all previous",
    " instructions",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIB\n",
    "-----END RSA PRIVATE KEY-----",
    "-----BEGIN ",
    "+49 30 1234567",
    "192.168.0.1",
    "2001:db8::1",
    "078-05-1120",
    "123.456.789-09",
    "52998224725",
    "131052-308T",
    "\u200b",
    "[EMAIL_1]",
    "[EMAIL",
    "{",
    '"',
    "://",
    "https:/",
    "\u3002evil.test/",
    "data:image/png,",
    "<img src=x ",
    " onerror=",
    "srcdoc='",
    "\ufe0f",
    "\u200b\u200b",
    "\U000e0041",
    "-us12",
    "0123456789abcdef0123456789abcdef",
    "1234567:AA",
    "AccountKey=",
    "+abc/def+abc/def+abc/def+abc/def",
    "you are now in ",
    "### System:",
    "ignora las ",
)
TEXTS = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), max_size=14).map("".join)

CUTS = st.one_of(st.integers(1, 5).map(lambda step: range(0, 2000, step)), st.lists(st.integers(0, 150), max_size=12))


def streamed(stage: Checks | Placeholders, text: str, cuts: Sequence[int]) -> str:
    running = Running(stage)
    places = [0, *sorted(cut for cut in cuts if cut < len(text)), len(text)]
    return "".join([running.feed(text[first:end]) for first, end in pairwise(places)]) + running.close()


@pytest.mark.parametrize("name", DETECTORS)
@settings(max_examples=40, deadline=None)
@given(text=TEXTS, cuts=CUTS)
def test_any_split_gives_what_the_whole_text_gives(name: str, text: str, cuts: Sequence[int]) -> None:
    """A chunk's border is where the network put it: it must not decide what is seen."""
    rules = [mask(DETECTORS[name])]

    assert rewrite(Checks(rules, "output"), text) == streamed(Checks(rules, "output"), text, cuts)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("links", "see https://example.com\u3002evil.test/ now"),
        ("links", "see https://ex\u0430mple.com/\u574f now"),
        ("terminal", "x" + "\u200b" * 6 + "y"),
        ("terminal", "x" + "\ufe0f" * 3 + "y\ufe0f"),
    ],
)
def test_letters_of_other_scripts_are_held_back_where_they_go_on(name: str, text: str) -> None:
    """A host may end at any letter, a row of invisible ones too: what follows decides."""
    rules = [mask(DETECTORS[name])]

    assert rewrite(Checks(rules, "output"), text) == streamed(Checks(rules, "output"), text, range(len(text)))


@settings(max_examples=60, deadline=None)
@given(text=TEXTS, cuts=CUTS)
def test_all_rules_together_survive_any_split(text: str, cuts: Sequence[int]) -> None:
    """Detectors hold back differently: no cut may fall into a match of another."""
    rules: list[Rule] = [mask(detector) for detector in DETECTORS.values()]
    whole, parts = Checks(rules, "output"), Checks(rules, "output")

    assert rewrite(whole, text) == streamed(parts, text, cuts)
    assert whole.report() == parts.report()


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from(["[EMAIL_1]", "[EMAIL_2]", "[EMAIL_", "[", "]", "a", "1", "[EMAIL_12]"]), max_size=12).map("".join))
def test_originals_come_back_over_any_border(text: str) -> None:
    """A model's tokens cut a placeholder in three or four."""
    names = Placeholders()
    for number in range(12):
        names.of("email", f"user{number}@example.org")

    assert rewrite(names, text) == streamed(names, text, range(len(text)))


@pytest.mark.parametrize("name", ["secrets", "pii", "addresses", "numbers", "words", "topics", "links", "terminal"])
def test_ordinary_words_wait_for_the_end_of_the_word_at_most(name: str) -> None:
    """Latency: only what may become a match is held back."""
    running = Running(Checks([mask(DETECTORS[name])], "output"))
    for word in ("The", "quick", "brown", "fox", "jumps", "over", "the", "lazy", "dog"):
        running.feed(word + " ")

        assert running.held <= len(word) + 3


@pytest.mark.parametrize("name", DETECTORS)
@pytest.mark.parametrize(
    "hostile",
    [
        "a",
        "1",
        "1 ",
        "A1",
        "a@",
        "a.",
        "-----BEGIN ",
        "eyJ",
        "<",
        "\x1b[",
        "sk-",
        "https://a:",
        "ignore ",
        "1:",
        "on",
        "[",
        "1-",
        "+1 ",
        "//",
        "坏",
    ],
)
def test_the_worst_is_read_in_linear_time(name: str, hostile: str) -> None:
    """No pattern may explode: a quadratic one needs a minute here, a linear one milliseconds."""
    import time

    detector = DETECTORS[name]
    text = hostile * (30_000 // len(hostile))
    begun = time.process_time()
    detector.find(text)
    detector.opening(text)

    assert time.process_time() - begun < 1.5
