"""All rules over the syntax of the package."""

from __future__ import annotations

from tests.security.bans import channels, execution, failures, reaching
from tests.security.bans.rule import Rule

RULES: tuple[Rule, ...] = (*execution.RULES, *reaching.RULES, *channels.RULES, *failures.RULES)
DOORS = 3
"""Files in which a secret may be taken out of its wrapping."""
