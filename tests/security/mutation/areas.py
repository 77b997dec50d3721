"""Which modules are broken, and which tests have to notice."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = ROOT / "src" / "llmkit"


@dataclass(frozen=True)
class Area:
    """Modules by the patterns of their paths in the package, and the tests that hold them, without the slowest of these."""

    name: str
    patterns: tuple[str, ...]
    tests: tuple[str, ...]
    without: tuple[str, ...] = ()
    """Tests left out, each by its whole id: handshakes, servers and processes for which others in memory hold the same."""

    def modules(self) -> list[str]:
        """Return the paths of the modules from the root of the repository."""
        found = sorted(path for pattern in self.patterns for path in PACKAGE.glob(pattern))
        return [path.relative_to(ROOT).as_posix() for path in found if path.name != "__init__.py"]


AREAS = (
    Area("auth", ("auth/*.py",), ("tests/auth",), ("tests/auth/test_sigv4.py::test_botocore_signs_the_same",)),
    Area(
        "policy",
        ("transport/policy.py", "transport/public.py", "transport/proxy.py", "transport/trust.py", "transport/tls.py", "fetching.py"),
        (
            "tests/transport/test_policy.py",
            "tests/transport/test_destinations.py",
            "tests/transport/test_link_steps.py",
            "tests/transport/test_tunnels.py",
            "tests/operations/test_fetching.py",
            "tests/operations/test_fetching_addresses.py",
            "tests/operations/test_fetching_limits.py",
        ),
    ),
    Area(
        "ledger",
        ("metering/*ledger.py", "metering/budget.py", "metering/claims.py", "metering/money.py", "metering/windows.py"),
        (
            "tests/metering/test_budget_amounts.py",
            "tests/metering/test_budget_times.py",
            "tests/metering/test_budgets.py",
            "tests/metering/test_books.py",
            "tests/metering/test_ledgers.py",
            "tests/metering/test_paid_once.py",
            "tests/metering/test_windows.py",
        ),
        (
            "tests/metering/test_ledgers.py::test_of_many_processes_exactly_as_many_get_in_as_there_is_money_for",
            "tests/metering/test_ledgers.py::test_a_killed_process_loses_no_money_and_keeps_none",
        ),
    ),
    Area(
        "redaction",
        (
            "guardrails/placeholders.py",
            "guardrails/parts.py",
            "guardrails/rules.py",
            "guardrails/running.py",
            "guardrails/openings.py",
            "guardrails/lens.py",
            "guardrails/json_places.py",
            "sending.py",
        ),
        ("tests/guardrails", "tests/test_client_security.py", "tests/auth/test_refresh.py"),
    ),
)
PROSE = (
    r"""^\s*(?:[a-z_]+=)?f?"[^"]* [^"]*",?\)?$""",
    r"""(?:raise|return|hint ?=|else) ?[A-Za-z_.]*\(?f?"[^"]* [^"]*"(?:[,)]|$)""",
)
"""Lines that only put words of a message together: which words these are is no claim of any test."""
