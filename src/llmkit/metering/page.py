"""Show what calls used and cost as one page of HTML with plots: nothing is loaded, no script runs."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from llmkit.metering.digest import Digest, Speeds
from llmkit.metering.page_style import STYLE
from llmkit.metering.plots import Bar, bars, shown, stacked, table
from llmkit.metering.records import UsageRecord
from llmkit.metering.report import Records, Total

_MOST_ROWS = 25
_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
_POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'"
_SHORT = {"day": "%Y-%m-%d", "week": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}


def usage_page(
    source: str | os.PathLike[str] | Iterable[UsageRecord], *, since: float = 0.0, title: str = "Usage", now: float | None = None
) -> str:
    """Return a page about the records in a meter's file (SQLite or JSON lines), or about any records, since `since` (Unix seconds).

    `now` is the time that the page says it was made. Raises `OSError` or `StoreUnavailable` where the file cannot be read.

    Example:
        Path("usage.html").write_text(usage_page("usage.db"), encoding="utf-8")
    """
    records = Records(Path(source)).since(since) if isinstance(source, str | os.PathLike) else _since(source, since)
    digest = Digest(records)
    made = datetime.now(UTC) if now is None else datetime.fromtimestamp(now, UTC)
    body = "".join([f"<section><h2>{heading}</h2>{content}</section>" for heading, content in _sections(digest)])
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="referrer" content="no-referrer">'
        f"<title>{shown(title)}</title><style>{STYLE}</style></head><body>"
        f'<header><h1>{shown(title)}</h1><p class="soft">{_period(digest)} Made {made:%Y-%m-%d %H:%M} UTC by llmkit.</p></header>'
        f"<main>{_summary(digest.whole)}{body}</main></body></html>\n"
    )


def _since(records: Iterable[UsageRecord], since: float) -> Iterable[UsageRecord]:
    return (record for record in records if record.at >= since)


def _period(digest: Digest) -> str:
    columns = digest.columns()
    if not columns:
        return "No calls are recorded."
    each = "" if digest.step() == "day" else f" Each column is a {digest.step()}."
    return f"Since {columns[0]:%Y-%m-%d}, days of UTC.{each}"


def _sections(digest: Digest) -> list[tuple[str, str]]:
    written = _SHORT[digest.step()]
    columns, step = [column.strftime(written) for column in digest.columns()], digest.step()
    failed = stacked(f"Failures by {step}", columns, digest.failed(), _count)
    return [
        (f"Spend by {step} and model", stacked(f"Spend by {step}", columns, digest.spent(), money) + _of(digest.models, "Model")),
        (f"Tokens by {step}", stacked(f"Tokens by {step}", columns, digest.tokens(), _count)),
        ("Spend by tenant", bars("Spend by tenant", _spenders(digest.tenants)) + _of(digest.tenants, "Tenant")),
        ("How long answers take", _speeds(digest.speeds)),
        ("Failures", failed + (table(["Error", "Calls"], [[kind, _count(n)] for kind, n in digest.errors.most_common(_MOST_ROWS)]))),
        (f"Saved by caches, by {step}", stacked(f"Saved by {step}", columns, digest.saved(), money)),
    ]


def _summary(whole: Total) -> str:
    unknown = f" + {whole.unpriced:,} calls of unknown cost" if whole.unpriced else ""
    cards = [
        ("Spend", f"{'about ' if whole.estimated else ''}{money(float(whole.cost))}{unknown}"),
        ("Calls", f"{whole.calls:,}"),
        ("Failed", f"{whole.failed:,} ({whole.failed / whole.calls:.1%})" if whole.calls else "0"),
        ("Input tokens", _count(whole.input)),
        ("Output tokens", _count(whole.output)),
        ("Input from a cache", f"{whole.cache_read / whole.input:.0%}" if whole.input else "-"),
        ("Answers out of our cache", f"{whole.hits:,}"),
        ("Saved by caches", money(float(whole.saved))),
        *([("Hedged requests", f"{whole.hedged:,}")] if whole.hedged else []),
        *([("Counted here, not told", f"{whole.estimated:,}")] if whole.estimated else []),
    ]
    return "<dl>" + "".join([f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in cards]) + "</dl>"


def _dearest(totals: dict[str, Total]) -> list[Total]:
    return sorted(totals.values(), key=lambda total: (-total.cost, -total.calls, total.name))


def _spenders(totals: dict[str, Total]) -> list[Bar]:
    return [Bar(total.name, float(total.cost), _cost(total)) for total in _dearest(totals)[:_MOST_ROWS]]


def _of(totals: dict[str, Total], title: str) -> str:
    rows = [
        [
            total.name,
            f"{total.calls:,}",
            f"{total.failed:,}",
            f"{total.input:,}",
            f"{total.output:,}",
            _cost(total),
            money(float(total.saved)),
        ]
        for total in _dearest(totals)[:_MOST_ROWS]
    ]
    more = f'<p class="soft">{len(totals) - _MOST_ROWS:,} more are not shown.</p>' if len(totals) > _MOST_ROWS else ""
    return _folded(table([title, "Calls", "Failed", "Input", "Output", "Cost", "Saved"], rows) + more, f"All figures by {title.lower()}")


def _folded(content: str, title: str = "As a table") -> str:
    return f"<details><summary>{title}</summary>{content}</details>"


def _speeds(speeds: dict[str, Speeds]) -> str:
    """Return for each model a bar from the median to the 95th percentile, and a mark at the 99th."""
    most = sorted(speeds.items(), key=lambda item: (-item[1].whole.count, item[0]))[:_MOST_ROWS]
    lines, rows = [], []
    for name, (whole, first) in most:
        half, most_of, nearly = (whole.at(share) or 0.0 for share in (0.5, 0.95, 0.99))
        lines.append(Bar(name, most_of, f"{_seconds(half)} to {_seconds(most_of)}", half, nearly))
        firsts = [_seconds(first.at(share)) for share in (0.5, 0.95)]
        rows.append([name, f"{whole.count:,}", *[_seconds(whole.at(share)) for share in (0.5, 0.9, 0.95, 0.99)], *firsts])
    titles = ["Model", "Answers", "p50", "p90", "p95", "p99", "first event p50", "p95"]
    told = "From the median to the 95th percentile; the mark is the 99th. Retries are in it, answers out of caches are not."
    return f'<p class="soft">{told}</p>' + bars("Seconds by model", lines) + _folded(table(titles, rows))


def money(dollars: float) -> str:
    """Return dollars with as many digits as tell something."""
    if dollars == 0 or abs(dollars) >= 100:
        return f"${dollars:,.0f}"
    return f"${dollars:,.2f}" if abs(dollars) >= 1 else f"${dollars:.3g}" if abs(dollars) >= 0.0001 else f"${dollars:.1e}"


def _cost(total: Total) -> str:
    if total.unpriced >= total.calls + total.hedged > 0:
        return "unknown"
    return f"{'about ' if total.estimated else ''}{money(float(total.cost))}{' +' if total.unpriced else ''}"


def _count(number: float) -> str:
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= size * (10 if unit == "k" else 1):
            value = number / size
            return f"{value:,.0f}{unit}" if value >= 100 else f"{value:.3g}{unit}"
    return f"{number:,.0f}" if number == int(number) else f"{number:,.2f}"


def _seconds(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s" if seconds < 100 else f"{seconds:,.0f} s"
