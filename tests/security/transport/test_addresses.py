"""An address leads where it says, or nowhere; `security check transport.addresses` gives all of them in all ways."""

from __future__ import annotations

import pytest

from tests.security.transport import url_table
from tests.security.transport.addresses import WAYS, addresses_found, network, wrong
from tests.security.transport.network import on
from tests.security.transport.sites import COVERED, _names, uncovered
from tests.security.transport.url_table import ACCEPTED, REFUSED


@pytest.mark.parametrize("way", WAYS)
def test_what_is_called_is_what_was_read(way: str) -> None:
    """A part of the table, another one for each way to give an address."""
    number = list(WAYS).index(way)
    urls = [*list(ACCEPTED)[number::12], *REFUSED[number::50]]

    assert (len(urls), []) == addresses_found(urls, [way])


def test_the_table_is_as_long_as_it_should_be() -> None:
    assert len(REFUSED) == len(set(REFUSED)) > 100
    assert not set(REFUSED) & set(ACCEPTED)


def test_whoever_calls_somebody_else_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else nobody would know whether the harness can see a wrong call."""
    url = "https://api.example.com/v1"
    monkeypatch.setitem(url_table.ACCEPTED, url, url_table.https("other.example.com"))
    with on(network()) as net:
        assert "instead of" in str(wrong(net, "argument", url, "sync"))
        assert "called" in str(wrong(net, "argument", "https://api.example.com/not-in-the-table", "sync"))


def test_every_place_that_makes_a_request_or_a_connection_has_a_cover() -> None:
    """A new one is a new way out of the process: add what measures it to `sites.COVERED`."""
    assert [] == uncovered()
    assert len(COVERED) > 25


@pytest.mark.parametrize("line", ["socket.create_connection(x)", "urllib.request.urlopen(x)", "self.endpoints.parse(x)", "Fetcher(x)"])
def test_a_new_way_out_is_found(line: str) -> None:
    import ast

    assert _names(ast.parse(line))
