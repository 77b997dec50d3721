"""Run the whole matrix and print it, or write it with `--write`."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.matrix.clients import Client
from tests.matrix.features import FEATURES
from tests.matrix.setting import UPSTREAMS, Setting, outcome, running, served

PAGE = Path(__file__).resolve().parents[2] / "docs" / "matrix.md"
HEAD = """# What each client gets from each upstream

A vendor's own SDK asks a small gateway made of `llmkit.serving` and the public client; behind it answers a fake provider of each
format. A cell is *ok* where the SDK shows its user exactly what the upstream said, in one piece and as a stream, and where the
upstream got what the client sent. A letter stands for a reason below. Written by `python -m tests.matrix --write`.

The features: **text** the words and the finish, **usage** tokens in and out, **system** instructions, **reasoning** visible thinking,
**tools** parallel calls with their ids, **second turn** the results of the calls sent back, **schema** structured output, **image** a
picture in the prompt, **rate limit** and **too long** the SDK's own errors, **broken stream** an error after the first words.
"""


def main() -> int:
    """Return how many cells fail."""
    reasons: dict[str, str] = {}
    failures: list[str] = []
    tables: list[str] = []
    with running() as setting:
        for client in served():
            names = [check.__name__ for check in FEATURES]
            rows = [[upstream, *[_cell(setting, client, upstream, name, reasons, failures) for name in names]] for upstream in UPSTREAMS]
            head = ["upstream", *[name.replace("_", " ") for name in names]]
            table = "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows])
            tables.append(f"## {client.sdk}\n\n{table}\n")
    listed = "".join(f"- **{letter}**: {reason}.\n" for reason, letter in reasons.items())
    page = "\n".join([HEAD, *tables, f"## Reasons\n\n{listed}"]) if listed else "\n".join([HEAD, *tables])
    if "--write" in sys.argv[1:]:
        PAGE.write_text(page, encoding="utf-8")
    else:
        print(page)
    print(*failures, sep="\n", file=sys.stderr)
    return len(failures)


def _cell(setting: Setting, client: type[Client], upstream: str, feature: str, reasons: dict[str, str], failures: list[str]) -> str:
    found: list[str | None] = []
    for stream in (True,) if feature == "broken_stream" else (False, True):
        try:
            found.append(outcome(setting.way(client, upstream, stream=stream), feature))
        except Exception as error:  # a boundary: the other cells are shown too
            failures.append(f"{client.name} {upstream} {feature} {'stream' if stream else 'whole'}: {type(error).__name__} {error!s:.300}")
            return "**fails**"
    reason = next((reason for reason in found if reason is not None), None)
    return "ok" if reason is None else reasons.setdefault(reason, "abcdefghijklmnopqrstuvwxyz"[len(reasons)])


if __name__ == "__main__":
    sys.exit(main())
