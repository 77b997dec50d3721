"""Rules over the syntax of every module; each finds what is planted for it."""

from __future__ import annotations

import ast

import pytest

from tests.architecture.source import modules
from tests.security.bans.rules import DOORS, RULES

PLANTED = [(rule, code) for rule in RULES for code in rule.planted]
INNOCENT = [(rule, code) for rule in RULES for code in rule.innocent]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_no_module_breaks_the_rule(rule) -> None:
    assert [] == rule.broken(modules()), rule.says


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_permission_is_needed(rule) -> None:
    """One that nothing needs would let the next in."""
    assert [] == rule.idle(modules())


def test_each_rule_finds_what_is_planted_for_it() -> None:
    assert [] == [(rule.name, code) for rule, code in PLANTED if not list(rule.find(ast.parse(code)))]


def test_no_rule_finds_what_only_looks_alike() -> None:
    assert [] == [(rule.name, code) for rule, code in INNOCENT if list(rule.find(ast.parse(code)))]


def test_a_secret_has_three_doors_at_most() -> None:
    doors = next(rule for rule in RULES if rule.name == "doors")

    assert len([path for path, tree in modules().items() if list(doors.find(tree))]) <= DOORS
