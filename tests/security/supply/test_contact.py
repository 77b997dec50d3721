"""security.txt is what its standard asks for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.security.supply.contact import FILE, SOON, days_left, faults, published, today

NOW = datetime(2026, 11, 23, tzinfo=UTC)
GOOD = "Contact: https://host.example/x/security/advisories/new\nExpires: 2027-10-31T00:00:00Z\n"


def test_the_file_holds_today() -> None:
    """It is renewed with a release; a file that has expired says that nobody looks after it."""
    assert [] == list(faults(FILE.read_text(encoding="utf-8"), today()))


def test_a_file_that_ends_soon_is_found_in_time() -> None:
    """`security check` runs every week, and fails a month before."""
    assert 342 == days_left(GOOD, NOW)
    assert days_left(GOOD, NOW + timedelta(days=313)) < SOON.days


def test_a_good_file_has_no_faults_until_it_expires() -> None:
    assert [] == list(faults(GOOD, NOW))
    assert list(faults(GOOD, NOW + timedelta(days=400)))


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("Expires: 2027-10-31T00:00:00Z\n", ""),
        GOOD.replace("2027-10-31T00:00:00Z", "2028-10-31T00:00:00Z"),
        GOOD.replace("2027-10-31T00:00:00Z", "2026-11-22T00:00:00Z"),
        GOOD.replace("2027-10-31T00:00:00Z", "2027-10-31T00:00:00"),
        GOOD.replace("2027-10-31T00:00:00Z", "next year"),
        GOOD + "Expires: 2027-10-31T00:00:00Z\n",
        GOOD.replace("https:", "http:"),
        GOOD.replace("https://host.example/x/security/advisories/new", "somebody@host.example"),
        GOOD.replace("/security/advisories/new", "/issues/new"),
        GOOD + "Contacts: https://host.example/security/advisories/new\n",
        "",
    ],
)
def test_what_is_wrong_with_a_file_is_found(text: str) -> None:
    """An open issue is no place for a vulnerability either."""
    assert list(faults(text, NOW))


def test_an_address_that_is_not_filled_in_is_told() -> None:
    assert published(GOOD)
    assert not published(GOOD.replace("host.example", "repository.example"))
