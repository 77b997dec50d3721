"""The harness finds everything in a library that does everything wrong, and one that breaks or hangs does not stop it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from tests.security.canary.channel import Channel, NotApplicable, Sink
from tests.security.canary.peers.facts import alive, lined, redirect, truncated, unfolded
from tests.security.canary.peers.fork import NotMeasured, forked
from tests.security.canary.peers.host import played
from tests.security.canary.peers.libraries import ROOT
from tests.security.canary.peers.llmkit import Ours
from tests.security.canary.peers.naive import Naive
from tests.security.canary.play import NEUTRAL
from tests.security.canary.stage import Stage
from tests.security.canary.subject import Subject

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this platform"),
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),
]
MIB = 1 << 20
FEW = (
    "objects: repr(client)",
    "errors: str(error)",
    "errors: traceback.format_exception",
    "bad keys: a line feed behind it",
    "echoes: 401 with the key",
    "the wire: 307 to another origin",
)


def ours() -> Subject:
    return Ours(name="llmkit, google", scheme="x-goog-api-key", model="google/gemini-2.5-flash")


def outcomes(subject: Subject, channels: list[Channel], seconds: float = 10) -> list[str]:
    return [found["outcome"] for found in played(subject, channels, seconds)]


@pytest.mark.parametrize(("subject", "expected"), [(Naive, "leak"), (ours, "clean")])
def test_a_careless_library_leaks_where_ours_is_clean(subject: Callable[[], Subject], expected: str) -> None:
    channels = [channel for channel in NEUTRAL if str(channel) in FEW]
    assert len(FEW) == len(channels), "a channel is called otherwise now"

    assert [expected] * len(FEW) == outcomes(subject(), channels)


def breaking(stage: Stage) -> Iterator[Sink]:
    raise LookupError("not our day")
    yield


def dying(stage: Stage) -> Iterator[Sink]:
    os._exit(3)
    yield


def hanging(stage: Stage) -> Iterator[Sink]:
    while True:
        with contextlib.suppress(BaseException):
            time.sleep(60)
    yield


def lacking(stage: Stage) -> Iterator[Sink]:
    raise NotApplicable("there is none")
    yield


def planted(stage: Stage) -> Iterator[Sink]:
    yield "here", f"the key is {stage.key}"


@pytest.mark.parametrize("bad", [breaking, dying, hanging])
def test_a_channel_that_cannot_be_measured_is_no_leak_and_the_next_ones_are_looked_at(bad: Callable[[Stage], Iterator[Sink]]) -> None:
    channels = [Channel("planted", read.__name__, read) for read in (lacking, bad, planted)]

    assert ["none", "not measured", "leak"] == outcomes(Naive(), channels, seconds=0.3)


def test_a_library_that_breaks_again_and_again_is_given_up() -> None:
    """Else a library that dies at once would cost ten seconds a channel."""
    channels = [Channel("planted", str(number), dying) for number in range(50)]

    found = list(played(Naive(), channels))

    assert {"not measured"} == {each["outcome"] for each in found}
    assert 45 == [each["why"] for each in found].count("too much before it failed")


def test_a_subject_without_a_client_has_no_channels_of_one() -> None:
    subject = Naive()
    subject.clientless = True  # type: ignore[attr-defined]  # as LiteLLM's functions say it
    channels = [channel for channel in NEUTRAL if str(channel) in ("objects: repr(client)", "errors: str(error)")]

    assert ["none", "leak"] == outcomes(subject, channels)


FACTS: dict[str, Callable[..., tuple[str, bool | None]]] = {
    "redirect": redirect,
    "truncated": truncated,
    "unfolded": partial(unfolded, size=72 * MIB),
    "alive": partial(alive, timeout=0.3, patience=0.7),
    "lined": partial(lined, size=72 * MIB),
}


@pytest.mark.parametrize(
    ("fact", "subject", "expected"),
    [*((fact, Naive, False) for fact in FACTS), *((fact, ours, True) for fact in ("redirect", "truncated", "alive"))],
)
def test_each_fact_tells_a_careless_library_from_ours(fact: str, subject: Callable[[], Subject], expected: bool) -> None:
    """How little memory ours takes is claimed in `tests/transport`, by tests that know why."""
    if fact in ("unfolded", "lined") and not os.access("/proc/self/clear_refs", os.W_OK):
        pytest.skip("the system does not tell the highest memory of a process")

    more = {"patience": 10} if fact == "alive" and expected else {}

    said, held = forked(lambda: FACTS[fact](subject(), **more), seconds=30)

    assert held is expected, said


def test_what_is_done_in_a_fork_is_told_as_it_ended() -> None:
    assert {"a": [1, None]} == forked(lambda: {"a": [1, None]}, seconds=5)
    with pytest.raises(NotMeasured, match="ZeroDivisionError"):
        forked(lambda: 1 / 0, seconds=5)
    with pytest.raises(NotMeasured, match="died"):
        forked(lambda: os._exit(1), seconds=5)
    with pytest.raises(NotMeasured, match="MemoryError"):
        forked(lambda: len(bytearray(8 << 30)), seconds=5)


def test_the_harness_imports_nothing_of_ours_and_nothing_that_has_to_be_installed() -> None:
    """Else it could not look at a library in the library's own environment, and not fairly."""
    program = "import sys; from tests.security.canary.peers import host; print(*sorted({n.partition('.')[0] for n in sys.modules}))"
    done = subprocess.run([sys.executable, "-S", "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)

    strangers = {name for name in done.stdout.split() if name not in sys.stdlib_module_names and not name.startswith("_")}
    assert {"tests"} == strangers - {"sitecustomize", "usercustomize"}
