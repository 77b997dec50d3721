"""What an answer loses on its way into a client's format: listed, never silent."""

from __future__ import annotations

from collections.abc import Iterable

from llmkit.types.warnings import Warning, WarningKind

HEADER = "llmkit-warnings"
_MOST = 2_000
_PLAIN = {ord("\r"): " ", ord("\n"): " ", ord(","): ";"}


class Losses:
    """Collects warnings, each once."""

    __slots__ = ("warnings",)

    def __init__(self) -> None:
        self.warnings: list[Warning] = []

    def add(self, kind: WarningKind, parameter: str, detail: str) -> None:
        """Note a loss."""
        warning = Warning(kind=kind, parameter=parameter, detail=detail)
        if warning not in self.warnings:
            self.warnings.append(warning)


def header_of(warnings: Iterable[Warning]) -> dict[str, str]:
    """Return the response header that lists `warnings`, none where there is nothing to say; plain ASCII of bounded length."""
    words = [str(warning).translate(_PLAIN).encode("ascii", "replace").decode() for warning in warnings]
    text = ", ".join("".join([letter if " " <= letter <= "~" else "?" for letter in word]) for word in words)
    return {HEADER: text if len(text) <= _MOST else f"{text[: _MOST - 3]}..."} if text else {}
