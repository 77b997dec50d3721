"""An audit that asked nothing, or was not answered, is not clean; the records are matched as their database says."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from packaging.specifiers import SpecifierSet

from tests.security.supply.advisories import Advisories, affects, age, snapshot, taken
from tests.security.supply.osv import read, serving


def record(*events: dict[str, str], versions: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    """Return an advisory about the package `thing`."""
    affected = {"package": {"name": "Thing", "ecosystem": "PyPI"}, "versions": list(versions)}
    affected["ranges"] = [{"type": "ECOSYSTEM", "events": list(events)}, {"type": "GIT", "events": [{"introduced": "0"}]}]
    return {"id": "X-1", "modified": "2026-01-01T00:00:00Z", "affected": [affected], **more}


@pytest.fixture
def known(tmp_path: Path) -> Advisories:
    """A snapshot with two records, one of them withdrawn."""
    place = tmp_path / "advisories-made-20260102.tar.xz"
    ranges = ({"introduced": "0"}, {"fixed": "2.0"})
    with tarfile.open(place, "w:xz") as archive:
        for number, about in enumerate((record(*ranges), record(*ranges, withdrawn="2026-01-01T00:00:00Z"))):
            file = tmp_path / f"{number}.yaml"
            package = "affected:\n- package:\n    name: Thing\n    ecosystem: PyPI\n  ranges:\n  - type: ECOSYSTEM\n"
            rest = "    events:\n    - introduced: '0'\n    - fixed: '2.0'\n"
            file.write_text(f"id: X-{number}\n{package}{rest}" + ("withdrawn: '2026-01-01'\n" if "withdrawn" in about else ""))
            archive.add(file, f"vulns/thing/{number}.yaml")
    return Advisories(place)


@pytest.mark.parametrize(
    ("events", "version", "expected"),
    [
        ([{"introduced": "0"}, {"fixed": "2.0"}], "1.9", True),
        ([{"introduced": "0"}, {"fixed": "2.0"}], "2.0", False),
        ([{"introduced": "0"}], "99", True),
        ([{"introduced": "0"}], "0.dev1", True),
        ([{"introduced": "1.0"}, {"last_affected": "1.5"}], "1.5", True),
        ([{"introduced": "1.0"}, {"last_affected": "1.5"}], "1.5.1", False),
        ([{"introduced": "1.0"}, {"fixed": "1.1"}, {"introduced": "2.0"}, {"fixed": "2.1"}], "1.5", False),
        ([{"fixed": "2.1"}, {"introduced": "2.0"}, {"fixed": "1.1"}, {"introduced": "1.0"}], "2.0.5", True),
        ([{"introduced": "not a version"}, {"fixed": "2.0"}], "1.0", True),
    ],
)
def test_a_version_lies_in_a_range_as_osv_says(events: list[dict[str, str]], version: str, expected: bool) -> None:
    """Order does not matter, `last_affected` is inside, `fixed` is not; what cannot be read counts against the version."""
    assert expected is affects(record(*events), "thing", version)


def test_a_version_that_is_listed_is_affected_without_a_range() -> None:
    assert affects(record(versions=("1.0",)), "thing", "1.0")
    assert not affects(record(versions=("1.0",)), "thing", "1.1")


def test_a_record_that_was_withdrawn_counts_no_more(known: Advisories) -> None:
    assert ["X-0"] == [about["id"] for about in known.of("thing", "1.0")]
    assert 2 == len(known)


def test_a_bound_that_admits_a_vulnerable_version_is_named(known: Advisories) -> None:
    """The bounds of the ranges are tried too, where a record lists no versions."""
    assert known.admitted("thing", SpecifierSet(">=0.dev0"))
    assert [] == known.admitted("thing", SpecifierSet(">=2.0"))


def test_the_server_answers_as_the_public_one(known: Advisories) -> None:
    with serving(known) as address:
        body = json.dumps({"package": {"name": "thing", "ecosystem": "PyPI"}, "version": "1.0"}).encode()
        with urlopen(Request(address, data=body)) as answer:
            found = json.load(answer)

    assert ["X-0"] == [about["id"] for about in found["vulns"]]


@pytest.mark.parametrize(
    ("listed", "asked", "clean"),
    [
        ([{"name": "a", "version": "1", "vulns": []}], 1, True),
        ([{"name": "a", "version": "1", "vulns": []}], 2, False),
        ([{"name": "a", "version": "1", "vulns": [{"id": "X"}]}], 1, False),
        ([{"name": "a", "skip_reason": "not found"}], 1, False),
        ([], 0, False),
    ],
)
def test_only_an_audit_that_was_answered_for_every_pin_is_clean(listed: list[Any], asked: int, clean: bool) -> None:
    """The tool itself exits 0 where every package was skipped."""
    assert clean is read(json.dumps({"dependencies": listed}), asked).clean


def test_an_audit_that_failed_says_its_last_word() -> None:
    found = read("", 3, "Traceback\nConnectionError: no route")

    assert (False, "ConnectionError: no route") == (found.clean, found.failed)


def test_a_snapshot_says_its_day_and_its_age() -> None:
    """An old snapshot is no proof; the reader is told."""
    place = Path("advisories-pypa-20260723.tar.xz")

    assert "2026-07-23" == taken(place).isoformat()
    assert "snapshot of 2026-07-23, " in age(place)
    with pytest.raises(ValueError, match="when it was taken"):
        taken(Path("advisories.tar.xz"))


def test_there_may_be_no_snapshot(tmp_path: Path) -> None:
    assert snapshot(tmp_path / "nowhere") is None
    assert snapshot(tmp_path) is None
