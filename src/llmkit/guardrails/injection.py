"""Score text for attempts to give the model orders. This is weak: it knows phrases; whoever rewords them passes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import prod

from llmkit.guardrails.finding import Finding
from llmkit.guardrails.plain import LETTERS, classes, plain

_LONGEST = 200
_S = r"[ \t\r\n]{1,3}"
_W = rf"(?:{_S}[a-z'’]{{1,12}})"
_RULES = "(?:instruct|prompt|rule|direction|guideline|message|context|programming|order|command|restriction|polic|safeguard)[a-z]{0,8}"
_OWN = r"(?:previous|prior|above|earlier|preceding|system|your|original|initial|these|those|all|any|every|other|foregoing|existing)"
# Each row: a kind, its score, the words of which one begins the phrase, and how it goes on.
_PHRASES: tuple[tuple[str, float, str, str], ...] = (
    (
        "override",
        0.9,
        "ignore ignoring disregard disregarding forget override overriding bypass bypassing neglect overlook discard dismiss",
        rf"{_W}{{0,3}}{_S}{_OWN}{_W}{{0,3}}{_S}{_RULES}",
    ),
    (
        "override",
        0.9,
        "ignore disregard forget overlook",
        rf"{_S}(?:everything|all|anything|what){_W}{{0,3}}{_S}(?:above|before|previously|told|said)",
    ),
    (
        "override",
        0.9,
        "ignora ignorad ignore ignorez ignoriere ignoriert vergiss olvida oubliez oublie dimentica",
        rf"{_W}{{0,4}}{_S}(?:instru[a-z]{{1,10}}|istruzioni|anweisungen|regeln|regles|reglas|consignes|vorgaben)",
    ),
    ("override", 0.7, "new updated real actual", rf"{_S}(?:system{_S})?(?:instructions?|rules|prompt|directive):"),
    (
        "reveal",
        0.7,
        "reveal print show repeat output display tell give disclose leak dump recite",
        rf"{_W}{{0,4}}{_S}(?:system{_S}(?:prompt|message|instructions)|initial{_S}(?:instructions?|prompt)|hidden{_S}(?:prompt|instructions?|rules)"
        rf"|your{_S}(?:instructions|prompt|guidelines|configuration)|developer{_S}(?:message|prompt|instructions))",
    ),
    ("reveal", 0.7, "repeat print output", rf"{_W}{{0,2}}{_S}(?:words|text|everything|content){_S}above"),
    ("role", 0.4, "you pretend", rf"(?:{_S}are{_S}now{_S}(?:an?|the|in|going|free|dan)|{_S}(?:to{_S}be|you{_S}are))(?![a-z])"),
    ("role", 0.4, "from", rf"{_S}now{_S}on,?{_S}you(?![a-z])"),
    (
        "role",
        0.6,
        "act behave respond answer",
        rf"{_S}as{_S}(?:if{_S}(?:you){_S}(?:have|had|were)|an?{_S}(?:unrestricted|uncensored|unfiltered|evil|amoral))",
    ),
    ("jailbreak", 0.6, "jailbreak jailbreaking jailbroken", ""),
    ("jailbreak", 0.6, "developer god sudo debug admin dan", rf"{_S}mode{_S}(?:enabled|on|activated|is)(?![a-z])"),
    ("jailbreak", 0.6, "do", rf"{_S}anything{_S}now"),
    ("jailbreak", 0.6, "without", rf"{_S}(?:any{_S}|all{_S})?(?:restrictions|filters|safety|limitations|censorship|guidelines|ethical)"),
    ("jailbreak", 0.6, "no", rf"{_S}(?:longer{_S})?(?:bound{_S}by|restrictions{_S}apply|ethical{_S}(?:guidelines|limits))"),
    ("frame", 0.8, "<|", r"(?:im_start|im_end|system|endoftext|start_header_id)\|>"),
    ("frame", 0.8, "[", r"/?(?:inst\]|system\][(:])"),
    ("frame", 0.8, "<", r"(?:</?sys>>|/?(?:system|instructions?)(?:_prompt)?>)"),
    ("frame", 0.8, "###", r"[ ]?(?:system|instruction|new instructions?):"),
    (
        "exfiltration",
        0.7,
        "send post forward upload exfiltrate email transmit submit",
        rf"{_W}{{0,4}}{_S}(?:conversation|chat{_S}history|api{_S}keys?|passwords?|credentials|secrets?|tokens?|history|env){_W}{{0,2}}{_S}to(?![a-z])",
    ),
)
_WORDS: dict[bytes, list[tuple[str, float, re.Pattern[str]]]] = {}
for _kind, _score, _words, _rest in _PHRASES:
    for _word in _words.split():
        _WORDS.setdefault(_word.encode(), []).append((f"injection:{_kind}", _score, re.compile(re.escape(_word) + _rest)))
_MARKS = frozenset(word for word in _WORDS if not word.isalpha())
_FIRST = frozenset(_WORDS) - _MARKS
_LETTERS = classes(**{letter: letter for letter in LETTERS})


class Injection:
    """Phrases of known attacks, each with its score."""

    def find(self, text: str, start: int = 0, /) -> Sequence[Finding]:
        """Return the phrases in `text` from `start` on."""
        low = text.lower()
        if len(low) != len(text):  # a few capitals have two letters in lower case
            low = "".join([one if len(one) == 1 else letter for letter in text for one in [letter.lower()]])
        bare = plain(low)
        found: list[Finding] = []
        for word in sorted(_FIRST.intersection(bare.translate(_LETTERS).split())):
            _phrases(low, start, word, found)
        for mark in sorted(_MARKS):
            if mark in bare:
                _phrases(low, start, mark, found)
        return found

    def opening(self, text: str, start: int = 0, /) -> int:
        """Return the place before which no phrase can go on."""
        return max(start, len(text) - _LONGEST)


def _phrases(low: str, start: int, word: bytes, found: list[Finding]) -> None:
    begin, whole = word.decode(), word in _FIRST
    place = low.find(begin, start)
    while place >= 0:
        end = place + 1
        if not (whole and place and low[place - 1].isalpha()):
            for kind, score, pattern in _WORDS[word]:
                match = pattern.match(low, place)
                if match:
                    end = match.end()
                    found.append(Finding(place, end, kind, score))
                    break
        place = low.find(begin, end)


def injection() -> Injection:
    """Find phrases of prompt injection; use it with a threshold, and rely on other means."""
    return Injection()


def injection_score(text: str) -> float:
    """Return how much speaks for an attempt, from 0 to 1: the kinds of phrases together, in whatever way the text can be read."""
    from llmkit.guardrails.injection_readings import readings  # a guard over streams does without it

    screen = Injection()
    surest: dict[str, float] = {}
    for read in (text, *readings(text)):
        for one in screen.find(read):
            surest[one.kind] = max(one.score, surest.get(one.kind, 0.0))
    return round(1 - prod(1 - score for score in surest.values()), 3)
