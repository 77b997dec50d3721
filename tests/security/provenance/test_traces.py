"""Random runs: whatever the order, nothing that others may have wanted is done by itself."""

from __future__ import annotations

from tests.security.provenance.traces import played


def test_no_order_of_results_and_marks_gets_around_the_policy() -> None:
    """100 runs here; ten thousand in the figure."""
    found = played(range(20_000, 20_100))

    assert [] == [words for trace in found for words in trace.broken]
    assert 100 < sum(trace.made for trace in found)
    assert 100 < sum(trace.wanted_by_others for trace in found)


def test_without_a_policy_the_same_runs_are_found_out() -> None:
    found = played(range(20_000, 20_030), guarded=False)

    assert any("was wanted by others" in words for trace in found for words in trace.broken)
