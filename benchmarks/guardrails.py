"""What guardrails cost: detectors on 4 KB of prose, links, code and JSON, a stream fed word by word, and hostile text.

python -m benchmarks.guardrails
"""

from __future__ import annotations

import timeit
from collections.abc import Callable
from time import process_time

from llmkit.guardrails import Detector, Rule, addresses, fields, html, injection, links, mask, numbers, pii, secrets, terminal, words
from llmkit.guardrails.rules import Checks
from llmkit.guardrails.running import Running

SIZE = 4096
TARGET = 100
"""Microseconds for 4 KB, each detector and the default set of two."""
ORIGINAL = 2300 / 10_800 * SIZE
"""The figure of the original, 2.3 ms for 10.8 kB, for as much text."""
_CODE = '''def changed_message(message: Message, change: Change) -> Message:
    """Return `message` with other words; see https://docs.example.org/guide#%d."""
    content = changed_parts(message.content, change)
    return message if content is message.content else message.replace(content=content)  # 2026-11-%d
'''
_JSON = '{"id": "msg_0%dAbCdEfGhIjKlMnOpQr", "created": 17%d0000, "user": {"name": "Ann", "mail": "ann%d@example.org"}, "score": 0.25}, '
TEXTS = {
    "prose": "The quick brown fox jumps over the lazy dog, and in 2024 twelve of them saw the mail of the year. " * 42,
    "a link and a mail a line": "See https://docs.example.org/guide/page?id=17 or write to help@example.org; call f(x_value, 12) first.\n"
    * 42,
    "code": "".join([_CODE % (place, place) for place in range(10, 26)]),
    "JSON": "".join([_JSON % (place, place, place) for place in range(100, 140)]),
    "prose of China": "敏捷的棕色狐狸跳过了懒狗，今年有十二只狐狸看见了邮件。" * 152,
}
DETECTORS: dict[str, Detector] = {
    "secrets": secrets(),
    "pii": pii(),
    "numbers": numbers(),
    "addresses": addresses(),
    "words (2)": words("one bad phrase", "another"),
    "links": links("example.com", ".example.org"),
    "terminal": terminal(),
    "html": html(),
    "injection": injection(),
    "fields": fields("a"),
}
HOSTILE = (
    "a", "1", "1 ", "A1", "a@", "a.", "-----BEGIN ", "-----BEGIN PRIVATE KEY-----", "eyJ", "<", "<a ", "\x1b[", "sk-", "https://a:", "://a:b",
    "ignore ", "1:", "on", "on=", "[", "{\"a\":", "1-", "+1 ", "//", "a@b.", "GB82 ", "0123456789abcdef-us", "\u574f", "\u200b", "ab_",
)  # fmt: skip


def main() -> None:
    """Measure."""
    rules = [mask(secrets(), pii())]
    for title, text in TEXTS.items():
        for name, detector in DETECTORS.items():
            _tell(title, name, microseconds(lambda: detector.find(text[:SIZE])))  # noqa: B023 - called at once
        _tell(title, "secrets and pii, rules", microseconds(lambda: Checks(rules, "input").hits(text[:SIZE])))  # noqa: B023 - called at once
    pieces = [word + " " for word in TEXTS["prose"][:SIZE].split()]
    print(f"{'stream':26} {'secrets and pii':24} {microseconds(lambda: _stream(rules, pieces), 1) / len(pieces):7.1f} us per word")
    print("\nHostile text: the worst for each detector, and how much longer 100 kB take than 25 kB (4 is linear)")
    for name, detector in DETECTORS.items():
        slowest = max(HOSTILE, key=lambda hostile: seconds(detector, hostile, 25_000))
        small, large = seconds(detector, slowest, 25_000), seconds(detector, slowest, 100_000)
        print(f"{name:16} {slowest!r:32} {large * 1e3:8.1f} ms for 100 kB, {large / max(small, 1e-6):5.1f} times as long")


def _tell(title: str, name: str, cost: float) -> None:
    verdict = "" if cost <= TARGET else f"  above {TARGET}"
    print(f"{title:26} {name:24} {cost:7.1f} us per 4 KB, {ORIGINAL / cost:7.1f} times as fast as the original{verdict}")


def _stream(rules: list[Rule], pieces: list[str]) -> None:
    running = Running(Checks(rules, "output"))
    for piece in pieces:
        running.feed(piece)
    running.close()


def seconds(detector: Detector, hostile: str, size: int) -> float:
    """Return how long the detector takes for so much of a text that is the same again and again; the better of three."""
    text = hostile * (size // len(hostile))
    times = []
    for _ in range(3):
        begun = process_time()
        detector.find(text)
        detector.opening(text)
        times.append(process_time() - begun)
    return min(times)


def microseconds(call: Callable[[], object], number: int = 5, rounds: int = 60) -> float:
    """Return the time of the quickest round, as others share the machine."""
    return min(timeit.repeat(call, number=number, repeat=rounds)) / number * 1e6


if __name__ == "__main__":
    main()
