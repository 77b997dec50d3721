"""No link leads into a private network; `security check transport.fetch` gives all spellings to all that follow links."""

from __future__ import annotations

import ssl

import pytest

from llmkit.testing import FakeHost
from llmkit.transport import mcp_http
from tests.security.transport.links import EVERY, FACES, HOPS, hops_found, links_found, network
from tests.security.transport.network import on
from tests.security.transport.pointers import POINTERS, answers_found
from tests.security.transport.services import PLAIN, mcp_found, models_found, services_found
from tests.security.transport.url_table import REFUSED

MALFORMED = ["https://[::1/cat", "https://::1]/cat", "https://[]/cat", "https://[127.0.0.1]/cat"]
"""What Python's own parser raises its own errors for."""


def test_no_face_follows_a_link_inside() -> None:
    """A part of the spellings, another one for each face."""
    with on(network()) as net:
        found = [links_found(net, [face], EVERY[place::60]) for place, face in enumerate(FACES)]

    assert [] == [fault for _, faults in found for fault in faults]


def test_no_hop_leads_inside_or_ends_in_an_error_of_the_library() -> None:
    with on(network()) as net:
        assert (len(HOPS[::40]) * 3 + 1, []) == hops_found(net, HOPS[::40])
        assert [] == hops_found(net, MALFORMED, most=1)[1]


def test_no_answer_of_a_provider_leads_inside() -> None:
    with on(network()) as net:
        number, faults = answers_found(net, [*MALFORMED, *EVERY[::50]])

    assert (len(POINTERS) * (len(MALFORMED) + len(EVERY[::50])), []) == (number, faults)


def test_no_service_of_the_machine_is_looked_for_elsewhere() -> None:
    """Plain http goes to this machine and to the fixed addresses of clouds, whatever the environment says."""
    with on(network()) as net:
        assert [] == services_found(net, PLAIN[::40])[1]


def test_neither_models_nor_tools_are_fetched_from_where_they_were_not_said_to_be() -> None:
    with on(network()) as net:
        assert [] == models_found(net, REFUSED[::40])[1]
        assert [] == mcp_found(net, REFUSED[::40], ())[1]


def test_a_server_of_tools_that_redirects_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mcp_http, "tls_context", lambda _: ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))  # nobody gets as far as TLS
    with on(network()) as net:
        number, faults = mcp_found(net, (), [307])

    assert (6, []) == (number, faults)


def test_a_link_that_is_followed_is_found_out() -> None:
    """Else nobody would know whether the harness can see a call."""
    with on(network()) as net:
        number, faults = links_found(net, FACES[:1], ["https://public.example/cat"])

    assert 2 == number == len(faults)
    assert "called [('8.8.8.8', 443)]" in faults[0]


@pytest.mark.parametrize("where", ["127.0.0.1", "localhost"])
def test_the_network_of_the_tests_lets_nobody_through(where: str) -> None:
    """A call that is not to a server of the test is noted and refused."""
    import socket

    with FakeHost() as host, on(network()) as net, pytest.raises(ConnectionRefusedError):
        socket.create_connection((where, int(host.url.rpartition(":")[2])))

    assert [] != net.called
