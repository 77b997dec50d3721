"""A model that obeys every injection, in four domains: the calls it is told to make are not made."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmkit.tools.policy import ToolPolicy
from tests.security.provenance import dojo
from tests.security.provenance.cases import attacks, policies
from tests.security.provenance.domains import DOMAINS
from tests.security.provenance.figures import counted, does, tasks
from tests.security.provenance.playing import WAYS_IN, attacked
from tests.security.provenance.styles import STYLES

CASES = tuple(attacks())


def test_there_are_enough_attacks_of_each_kind() -> None:
    played = [attack for attack, _ in CASES]

    assert (4, 28) == (len(DOMAINS), sum(len(domain.injections) for domain in DOMAINS))
    assert (12, 11) == (len(STYLES), len(WAYS_IN))  # docs/prompt-injection.md says so
    assert set(STYLES) == {attack.style for attack in played}
    assert set(WAYS_IN) == {attack.way for attack in played}
    assert 24 <= sum(1 for _ in tasks())


def test_what_others_want_is_done_without_a_policy_and_not_with_one() -> None:
    """One attack in sixty-one here; all of them in the figure."""
    count = counted(CASES[::61])

    assert 0 == count.made
    assert count.made_without == count.wanted / 2 > 0


def test_a_policy_that_lets_through_is_found_out() -> None:
    """A planted hole: a policy that would believe whatever the tools say."""

    class Open(ToolPolicy, frozen=True, kw_only=True):
        def held(self, call: object, effects: object, exposed: object) -> None:
            return None

    attack, face = CASES[0]

    assert attacked(attack, Open(), face).did(attack.injection.calls)


@pytest.mark.parametrize(("guard", "least"), [("plain", 3), ("rules", 5), ("approved", 7)])
def test_what_the_user_wants_still_runs(guard: str, least: int) -> None:
    """Reading, acting before reading, and, by rules, what the user named; somebody who approves gets all."""
    domain = DOMAINS[1]

    assert least == sum(does(domain, task, guard) for task in domain.tasks)


def test_rules_are_those_of_the_domains_tools() -> None:
    """A rule for a tool that is not there would hold nothing."""
    for domain in DOMAINS:
        known = {ability.name: set(ability.arguments) for ability in domain.abilities}
        assert all(set(rules) == known[name] for name, rules in policies(domain)["rules"].arguments.items())


def test_where_agentdojo_is_not_installed_nothing_is_played(tmp_path: Path) -> None:
    assert {} == dojo.goals(tmp_path)


def test_goals_of_agentdojo_are_texts(tmp_path: Path) -> None:
    place = tmp_path / "lib/python3.11/site-packages/agentdojo/default_suites/v1/banking/injection_tasks.py"
    place.parent.mkdir(parents=True)
    place.write_text('_X = "DE12"\nclass A:\n    GOAL = f"Pay {_X} now"\nclass B:\n    GOAL = f"Pay {unknown}"\nraise SystemExit\n')

    assert {"banking": ["Pay DE12 now", "Pay ?"]} == dojo.goals(tmp_path)
    assert ["Pay DE12 now", "Pay ?"] == [attack.injection.wants for attack in dojo.attacks(tmp_path)]
