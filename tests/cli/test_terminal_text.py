"""Text of a model cannot steer the terminal."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmkit.cli.terminal_text import one_line, printable

ATTACKS = {
    "clipboard (OSC 52)": "\x1b]52;c;ZXZpbA==\x07",
    "hyperlink (OSC 8)": "\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "window title": "\x1b]0;owned\x07",
    "clear screen": "\x1b[2J\x1b[H",
    "colour": "\x1b[31mred\x1b[0m",
    "device control": "\x1bP$q\x1b\\",
    "one-byte CSI": "\x9b31m",
    "one-byte OSC": "\x9d52;c;eA==\x9c",
    "overwritten line": "safe\revil",
    "backspaces": "rm -rf\b\b\b\b\b\bls",
    "bell": "\a",
    "right-to-left override": "gpj.\u202eexe",
    "isolate": "\u2066hidden\u2069",
    "zero-width": "a\u200bb\u200cc\u200dd\ufeffe\u2060f",
    "tag letters": "ok\U000e0041\U000e0042",
    "hidden bytes": "a\U000e0100\U000e01ef",
}
HARMFUL = {"Cc", "Cf", "Cs"}


def harmful(text: str) -> list[str]:
    return [char for char in text if unicodedata.category(char) in HARMFUL and char not in "\n\t"]


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
def test_known_attacks_lose_their_control_characters(attack: str) -> None:
    assert harmful(attack) or "\U000e0100" in attack

    assert not harmful(printable(attack))
    assert "\U000e0100" not in printable(attack)


@given(st.text(alphabet=st.characters(codec=None), max_size=80))
def test_no_control_character_survives(text: str) -> None:
    """Whole Unicode. A few visible signs are in category Cf (Arabic number sign, hieroglyph joiners): they steer nothing."""
    visible = set(map(chr, [*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD]))
    joiners = set(map(chr, [*range(0x13430, 0x13440), *range(0x1BCA0, 0x1BCA4), *range(0x1D173, 0x1D17B)]))

    assert not [char for char in harmful(printable(text)) if char not in visible | joiners]


@given(st.text(alphabet=st.characters(codec=None), max_size=60), st.integers(0, 60))
def test_a_cut_anywhere_changes_nothing(text: str, cut: int) -> None:
    """A stream is cleaned piece by piece."""
    assert printable(text[:cut]) + printable(text[cut:]) == printable(text)


@pytest.mark.parametrize("text", ["", "plain", "two\nlines\n\tindented", "Grüße, 世界, العربية, 🙂", "é", "1 ≤ 2"])
def test_ordinary_text_is_untouched(text: str) -> None:
    assert printable(text) == text


def test_a_lone_surrogate_becomes_the_replacement_character() -> None:
    """It could not be encoded for the terminal."""
    assert printable("a\ud800b") == "a\ufffdb"


def test_line_separators_become_newlines() -> None:
    assert printable("a\u2028b\u2029c") == "a\nb\nc"


def test_one_line_joins_lines_and_strips_controls() -> None:
    assert one_line("bad\n\x1b[2J  thing\t!") == "bad [2J thing !"
