"""Detectors that are not ours: functions of the user's, plain or async, and engines of third parties."""

from __future__ import annotations

import inspect
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from llmkit.errors import ConfigurationError, GuardrailBlocked
from llmkit.guardrails.finding import Detector, Detectors, Finding

Find: TypeAlias = Callable[[str], Iterable[Finding] | Awaitable[Iterable[Finding]]]


class Own:
    """A function of yours from a text to findings.

    Without `longest` it may be async or slow: it is awaited for each whole text, and a stream is held back until its end. With
    `longest` (no match, nor what it looks at behind a match, is longer) it must be plain and quick: it also sees pieces of a stream.
    """

    def __init__(self, function: Find, *, longest: int | None = None) -> None:
        if not callable(function):
            raise ConfigurationError("Own needs a function from text to findings.", parameter="function")
        if longest is not None and (longest < 1 or inspect.iscoroutinefunction(function)):
            hint = "Leave it away for an async function."
            raise ConfigurationError("longest is a positive number, for a plain function.", parameter="longest", hint=hint)
        self.function, self.longest = function, longest

    def find(self, text: str, start: int = 0, /) -> Sequence[Finding]:
        """Return what the function finds in the text from `start` on."""
        found: Any = self.function(text[start:])
        return [Finding(one.start + start, one.end + start, one.kind, one.score, one.words) for one in found if one.start < one.end]

    def opening(self, text: str, start: int = 0, /) -> int:
        """Return the place `longest` characters before the end."""
        return start if self.longest is None else max(start, len(text) - self.longest)


class Answered:
    """The answers of a function about whole texts, known beforehand."""

    def __init__(self, answers: Mapping[str, Sequence[Finding]]) -> None:
        self._answers = answers

    def find(self, text: str, start: int = 0, /) -> Sequence[Finding]:
        """Return the answer. Raises `GuardrailBlocked` for a text that nobody asked about."""
        if not text:
            return ()
        answer = self._answers.get(text)
        if answer is None:
            raise GuardrailBlocked("unchecked", where="output", end=len(text))
        return answer

    def opening(self, text: str, start: int = 0, /) -> int:
        """Hold all."""
        return start


def slow(detector: Detector) -> list[Own]:
    """Return the functions in `detector` that must be awaited."""
    if isinstance(detector, Detectors):
        return [own for one in detector.detectors for own in slow(one)]
    return [detector] if isinstance(detector, Own) and detector.longest is None else []


def settled(detector: Detector, answers: Mapping[int, Mapping[str, Sequence[Finding]]]) -> Detector:
    """Return `detector` with the answers (by `id` of the function) in the place of its slow functions."""
    if isinstance(detector, Detectors):
        return Detectors([settled(one, answers) for one in detector.detectors])
    return Answered(answers[id(detector)]) if id(detector) in answers else detector


class Kingfisher:
    """The scanner of kingfisher-secret-scanner: several hundred rules, compiled once (that takes seconds), asked for whole texts.

    A secret is masked wherever it stands. One that is only there in another encoding cannot be found again: then all of the text is.
    """

    def __init__(self, scanner: Any, *, timeout: float = 5.0) -> None:
        self._scanner, self._timeout = scanner, timeout

    def __call__(self, text: str) -> list[Finding]:
        """Return the secrets in `text`. A scan that fails or takes too long raises: nothing passes."""
        found: list[Finding] = []
        for one in self._scanner.scan(text, timeout=self._timeout):
            if not one.visible:
                continue
            kind = f"secret:{one.rule_id}"
            places = [match.start() for match in re.finditer(re.escape(one.secret), text)] if one.secret else []
            found += [Finding(place, place + len(one.secret), kind, _CONFIDENCE.get(one.confidence, 1.0)) for place in places]
            if not places:
                found.append(Finding(0, len(text), kind))
        return found


_CONFIDENCE = {"low": 0.4, "medium": 0.7, "high": 0.95}


def kingfisher(scanner: Any = None, *, timeout: float = 5.0) -> Own:
    """Find secrets with Kingfisher; `scanner` is a `kingfisher_sdk.Scanner` that you have set up. It works without any network."""
    if scanner is None:
        try:
            import kingfisher_sdk  # type: ignore[import-not-found,unused-ignore] # an extra
        except ImportError:
            hint = "Install kingfisher-secret-scanner, or use secrets(), which knows about a hundred forms."
            raise ConfigurationError("kingfisher() needs kingfisher-secret-scanner.", parameter="scanner", hint=hint) from None
        scanner = kingfisher_sdk.Scanner()
    return Own(Kingfisher(scanner, timeout=timeout))


def presidio(analyzer: Any, *, language: str = "en", entities: Sequence[str] | None = None) -> Own:
    """Make a detector of an `AnalyzerEngine` of presidio that you have set up."""

    def find(text: str) -> list[Finding]:
        results = analyzer.analyze(text=text, language=language, entities=entities)
        return [Finding(one.start, one.end, one.entity_type.lower(), float(one.score)) for one in results]

    return Own(find)


def phones(region: str) -> Own:
    """Find telephone numbers as they are written in `region` ("DE"), with the library `phonenumbers`."""
    try:
        import phonenumbers  # type: ignore[import-not-found,unused-ignore] # an extra
    except ImportError:
        hint = "Install phonenumbers, or use numbers(), which knows the international form."
        raise ConfigurationError("National telephone numbers need the library phonenumbers.", parameter="region", hint=hint) from None

    def find(text: str) -> list[Finding]:
        return [Finding(match.start, match.end, "phone") for match in phonenumbers.PhoneNumberMatcher(text, region)]

    return Own(find)
