"""The curves as a picture, with the share of false alarms on a logarithmic scale: only its left end is of use to anybody."""

from __future__ import annotations

from collections.abc import Sequence
from math import log10

from tests.security.injection.comparison import Result
from tests.security.injection.roc import curve

_WIDTH, _HEIGHT, _LEFT, _TOP = 640, 360, 60, 20
_PLOT_WIDTH, _PLOT_HEIGHT = 420, 290
_LEAST = 0.001
_COLOURS = ("#1f6feb", "#d1242f", "#8250df", "#1a7f37")
_STYLE = (
    "<style>text{font:12px sans-serif;fill:#57606a}.name{font-weight:600}"
    "@media(prefers-color-scheme:dark){text{fill:#9da7b1}.back{fill:#0d1117}.grid{stroke:#30363d}}</style>"
)


def picture(results: Sequence[Result]) -> str:
    """Return the picture as SVG."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">',
        "<title>Attacks found against false alarms</title>",
        _STYLE,
        f'<rect class="back" width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        *_grid(),
        *[line for place, result in enumerate(results) for line in _line(result, place)],
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _grid() -> list[str]:
    lines = []
    for rate in (0.001, 0.01, 0.1, 1.0):
        x = _x(rate)
        lines.append(f'<path class="grid" d="M{x:.1f} {_TOP}V{_TOP + _PLOT_HEIGHT}" stroke="#d0d7de"/>')
        lines.append(f'<text x="{x:.1f}" y="{_TOP + _PLOT_HEIGHT + 18}" text-anchor="middle">{100 * rate:g} %</text>')
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = _y(share)
        lines.append(f'<path class="grid" d="M{_LEFT} {y:.1f}H{_LEFT + _PLOT_WIDTH}" stroke="#d0d7de"/>')
        lines.append(f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{100 * share:g} %</text>')
    middle = _LEFT + _PLOT_WIDTH / 2
    lines.append(f'<text x="{middle:.0f}" y="{_HEIGHT - 8}" text-anchor="middle">harmless texts taken for attacks</text>')
    lines.append(f'<text transform="translate(14 {_TOP + _PLOT_HEIGHT / 2:.0f}) rotate(-90)" text-anchor="middle">attacks found</text>')
    return lines


def _line(result: Result, place: int) -> list[str]:
    colour = _COLOURS[place % len(_COLOURS)]
    points = curve(result.attacks, result.harmless)
    path = f"M{_x(points[0][0]):.1f} {_y(points[0][1]):.1f}"
    for rate, share in points[1:]:
        path += f"H{_x(rate):.1f}V{_y(share):.1f}"  # in steps: between two levels there is nothing
    y = _TOP + 14 + 40 * place
    x = _LEFT + _PLOT_WIDTH + 16
    return [
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2"/>',
        f'<path d="M{x} {y - 4}h18" stroke="{colour}" stroke-width="3"/>',
        f'<text class="name" x="{x + 24}" y="{y}">{result.detector}</text>',
        f'<text x="{x + 24}" y="{y + 16}">area {result.area:.2f}</text>',
    ]


def _x(rate: float) -> float:
    return _LEFT + _PLOT_WIDTH * (1 + log10(max(rate, _LEAST)) / -log10(_LEAST))


def _y(share: float) -> float:
    return _TOP + _PLOT_HEIGHT * (1 - share)
