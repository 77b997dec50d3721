"""What guardrails cost: detectors on 4 KB of prose and of code-like text, and a stream fed word by word.

python -m benchmarks.guardrails
"""

from __future__ import annotations

import timeit
from collections.abc import Callable

from llmkit.guardrails import addresses, html, injection, links, mask, numbers, pii, secrets, terminal, words
from llmkit.guardrails.rules import Checks
from llmkit.guardrails.running import Running

SIZE = 4096
PROSE = ("The quick brown fox jumps over the lazy dog, and in 2024 twelve of them saw the mail of the year. " * 42)[:SIZE]
LINKED = ("See https://docs.example.org/guide/page?id=17 or write to help@example.org; call f(x_value, 12) first.\n" * 42)[:SIZE]
TARGET = 100
DETECTORS = {
    "secrets": secrets(),
    "numbers": numbers(),
    "addresses": addresses(),
    "words (2)": words("one bad phrase", "another"),
    "links": links("example.org"),
    "terminal": terminal(),
    "html": html(),
    "injection": injection(),
}


def main() -> None:
    """Measure."""
    rules = [mask(secrets(), pii())]
    for title, text in {"prose": PROSE, "links and mails": LINKED}.items():
        for name, detector in DETECTORS.items():
            print(f"{title:16} {name:24} {microseconds(lambda: detector.find(text)):7.1f} us per 4 KB")  # noqa: B023 - called at once
        both = microseconds(lambda: Checks(rules, "input").hits(text))  # noqa: B023 - called at once
        print(f"{title:16} {'secrets and pii':24} {both:7.1f} us per 4 KB  (target {TARGET})")
    pieces = [word + " " for word in PROSE.split()]
    print(f"{'stream':16} {'secrets and pii':24} {microseconds(lambda: _stream(rules, pieces), 1) / len(pieces):7.1f} us per word")


def _stream(rules: list[object], pieces: list[str]) -> None:
    running = Running(Checks(rules, "output"))  # type: ignore[arg-type] # rules
    for piece in pieces:
        running.feed(piece)
    running.close()


def microseconds(call: Callable[[], object], number: int = 5, rounds: int = 60) -> float:
    """Return the time of the quickest round, as others share the machine."""
    return min(timeit.repeat(call, number=number, repeat=rounds)) / number * 1e6


if __name__ == "__main__":
    main()
