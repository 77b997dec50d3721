"""What is done about a finding: rules, and how they apply to a text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, Protocol, TypeAlias

import msgspec

from llmkit.errors import ConfigurationError, GuardrailBlocked
from llmkit.guardrails.finding import Detector, Detectors, Finding
from llmkit.guardrails.placeholders import Placeholders
from llmkit.types.warnings import Warning

Action: TypeAlias = Literal["allow", "block", "mask", "flag", "anonymise"]


class Rule(msgspec.Struct, frozen=True):
    """A detector and what is done about its findings of at least `threshold`.

    A finding inside one of an `allow` rule does not count.
    """

    action: Action
    detector: Detector
    threshold: float = 0.0
    category: str = ""
    """What a block is called; empty: the kind of the finding."""


def allow(*detectors: Detector, threshold: float = 0.0) -> Rule:
    """Let pass what `detectors` find, whatever other rules say."""
    return _rule("allow", detectors, threshold)


def block(*detectors: Detector, threshold: float = 0.0, category: str = "") -> Rule:
    """Raise `GuardrailBlocked`."""
    return _rule("block", detectors, threshold, category)


def mask(*detectors: Detector, threshold: float = 0.0) -> Rule:
    """Put the finding's kind in its place: `[EMAIL]`."""
    return _rule("mask", detectors, threshold)


def flag(*detectors: Detector, threshold: float = 0.0) -> Rule:
    """Put a warning on the response."""
    return _rule("flag", detectors, threshold)


def anonymise(*detectors: Detector, threshold: float = 0.0) -> Rule:
    """Send a placeholder (`[EMAIL_1]`), and put the original back where the answer has the placeholder. Only for input."""
    return _rule("anonymise", detectors, threshold)


def _rule(action: Action, detectors: Sequence[Detector], threshold: float, category: str = "") -> Rule:
    if not detectors or not all(hasattr(one, "find") and hasattr(one, "opening") for one in detectors):
        hint = "Wrap a function of yours in Own(function)."
        raise ConfigurationError(f"{action} needs detectors.", parameter=action, hint=hint)
    if not 0 <= threshold <= 1:
        raise ConfigurationError(f"threshold must be from 0 to 1, not {threshold!r}.", parameter=action)
    return Rule(action, detectors[0] if len(detectors) == 1 else Detectors(detectors), threshold, category)


class Hit(msgspec.Struct, frozen=True, gc=False):
    """A finding, and the number of the rule it belongs to."""

    start: int
    end: int
    finding: Finding
    rule: int = 0


class Edit(msgspec.Struct, frozen=True, gc=False):
    """`text[start:end]` becomes `words`."""

    start: int
    end: int
    words: str


class Stage(Protocol):
    """A pure change of a text, that can be made in pieces too."""

    def hits(self, text: str, start: int = 0, /) -> Sequence[Hit]:
        """Return what there is from `start` on."""
        ...

    def opening(self, text: str, start: int = 0, /) -> int:
        """Return where what comes may still change the hits."""
        ...

    def edits(self, text: str, hits: Sequence[Hit], offset: int = 0, /) -> list[Edit]:
        """Return the changes for `hits`, in order, none over another; `offset` is the place of `text` in the whole."""
        ...


class Checks:
    """The rules for one direction of one call, and what they found."""

    def __init__(self, rules: Sequence[Rule], where: str, placeholders: Placeholders | None = None) -> None:
        self._rules, self._where, self._placeholders = rules, where, placeholders
        self.warnings: list[Warning] = []
        self.masked: dict[str, int] = {}

    def hits(self, text: str, start: int = 0, /) -> Sequence[Hit]:
        """Return the findings of all rules, failed candidates too."""
        return [Hit(one.start, one.end, one, number) for number, rule in enumerate(self._rules) for one in rule.detector.find(text, start)]

    def opening(self, text: str, start: int = 0, /) -> int:
        """Return the first opening of all rules."""
        return min([rule.detector.opening(text, start) for rule in self._rules], default=len(text))

    def edits(self, text: str, hits: Sequence[Hit], offset: int = 0, /) -> list[Edit]:
        """Return the changes. Raises `GuardrailBlocked`."""
        counting = [hit for hit in hits if hit.finding.score > 0 and hit.finding.score >= self._rules[hit.rule].threshold]
        allowed = [hit for hit in counting if self._rules[hit.rule].action == "allow"]
        changes: list[Hit] = []
        for hit in sorted(counting, key=lambda hit: (hit.start, -hit.end, hit.rule)):
            rule = self._rules[hit.rule]
            if rule.action == "allow" or any(one.start <= hit.start and hit.end <= one.end for one in allowed):
                continue
            begin, end = offset + hit.start, offset + hit.end
            if rule.action == "block":
                raise GuardrailBlocked(rule.category or hit.finding.kind, where=self._where, start=begin, end=end)
            if rule.action == "flag":
                detail = f"{hit.finding.kind} at {begin}-{end}, score {hit.finding.score:g}."
                self.warnings.append(Warning(kind="flagged", parameter=self._where, detail=detail))
            else:
                changes.append(hit)
        return _merged(changes, lambda hit, end: self._words(text, hit, end))

    def _words(self, text: str, hit: Hit, end: int) -> str:
        kind = hit.finding.kind
        if self._rules[hit.rule].action == "anonymise" and self._placeholders is not None:
            return self._placeholders.of(kind, text[hit.start : end])
        self.masked[kind] = self.masked.get(kind, 0) + 1
        return f"[{name_of(kind)}]" if hit.finding.words is None else hit.finding.words

    def report(self) -> tuple[Warning, ...]:
        """Return the warnings: what was flagged, and how often what was masked."""
        counted = ", ".join(f"{count} x {kind}" for kind, count in sorted(self.masked.items()))
        masked = (Warning(kind="lossy", parameter=self._where, detail=f"Masked: {counted}."),) if counted else ()
        return (*self.warnings, *masked)


def name_of(kind: str) -> str:
    """Return the kind as a word in capitals: `secret:npm` becomes SECRET_NPM."""
    return "".join([letter if letter.isascii() and letter.isalnum() else "_" for letter in kind]).upper().strip("_") or "REMOVED"


def _merged(hits: list[Hit], words: Callable[[Hit, int], str]) -> list[Edit]:
    """Findings that overlap become one change, named for the first."""
    edits: list[Edit] = []
    place = 0
    while place < len(hits):
        first = hits[place]
        end = first.end
        place += 1
        while place < len(hits) and hits[place].start < end:
            end = max(end, hits[place].end)
            place += 1
        edits.append(Edit(first.start, end, words(first, end)))
    return edits


def rewrite(stage: Stage, text: str) -> str:
    """Return the whole of `text` as `stage` changes it."""
    edits = stage.edits(text, stage.hits(text))
    return spliced(text, 0, len(text), edits) if edits else text


def spliced(text: str, start: int, end: int, edits: Sequence[Edit]) -> str:
    """Return `text[start:end]` with its edits."""
    pieces: list[str] = []
    for edit in edits:
        pieces += (text[start : edit.start], edit.words)
        start = edit.end
    return "".join([*pieces, text[start:end]])
