"""Score text for attempts to give the model orders. This is weak: it knows phrases in English; whoever rewords them passes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from llmkit.guardrails.finding import Finding

_LONGEST = 200
_S = r"[ \t\r\n]{1,3}"
_WORDS = rf"(?:{_S}[a-z]{{1,10}})"
_PHRASES: tuple[tuple[str, str, float], ...] = (
    (
        "override",
        rf"(?:ignore|disregard|forget|override|bypass){_WORDS}{{0,3}}{_S}(?:previous|prior|above|earlier|preceding|system|your|original)"
        rf"{_WORDS}{{0,2}}{_S}(?:instructions?|prompts?|rules?|directions?|guidelines?|messages?|context|programming)",
        0.9,
    ),
    (
        "reveal",
        rf"(?:reveal|print|show|repeat|output|display|tell{_S}me|give{_S}me){_WORDS}{{0,3}}{_S}"
        rf"(?:system{_S}prompt|initial{_S}instructions?|hidden{_S}(?:prompt|instructions?)|your{_S}instructions)",
        0.7,
    ),
    (
        "role",
        rf"(?:you{_S}are{_S}now|from{_S}now{_S}on{_S}you|pretend{_S}(?:to{_S}be|you{_S}are)"
        rf"|act{_S}as{_S}(?:if{_S}you|an?{_S}(?:unrestricted|uncensored|evil)))",
        0.4,
    ),
    (
        "jailbreak",
        rf"(?:jailbreak|developer{_S}mode{_S}(?:enabled|on)|do{_S}anything{_S}now"
        rf"|without{_S}(?:any{_S})?(?:restrictions|filters|safety))",
        0.6,
    ),
    (
        "frame",
        r"(?:<\|(?:im_start|im_end|system|endoftext|start_header_id)\|>|\[/?INST\]|<</?SYS>>"
        r"|\[system\][(:]|###[ ]?(?:system|instruction):)",
        0.8,
    ),
    (
        "exfiltration",
        rf"(?:send|post|forward|upload|exfiltrate|email){_WORDS}{{0,4}}{_S}"
        rf"(?:conversation|chat{_S}history|api{_S}keys?|passwords?|credentials|secrets?){_WORDS}{{0,2}}{_S}to\b",
        0.7,
    ),
)
_PATTERN = re.compile("|".join(f"(?P<{name}>(?<![A-Za-z]){pattern})" for name, pattern, _ in _PHRASES), re.IGNORECASE)
_SCORES = {name: score for name, _, score in _PHRASES}


class Injection:
    """Phrases of known attacks, each with its score."""

    def find(self, text: str, start: int = 0, /) -> Sequence[Finding]:
        """Return the phrases in `text` from `start` on."""
        matches = _PATTERN.finditer(text, start)
        return [Finding(match.start(), match.end(), f"injection:{match.lastgroup}", _SCORES[match.lastgroup or ""]) for match in matches]

    def opening(self, text: str, start: int = 0, /) -> int:
        """Return the place before which no phrase can go on."""
        return max(start, len(text) - _LONGEST)


def injection() -> Injection:
    """Find phrases of prompt injection; use it with a threshold, and rely on other means."""
    return Injection()


def injection_score(text: str) -> float:
    """Return how much speaks for an attempt, from 0 to 1: the phrases together."""
    innocent = 1.0
    for kind, score in {one.kind: one.score for one in Injection().find(text)}.items():
        innocent *= 1 - score if kind else 1
    return round(1 - innocent, 3)
