"""No byte of a request goes to a server that is not the one named; `security check transport.tls` plays all faults everywhere."""

from __future__ import annotations

import ssl
from typing import Any

import pytest

from llmkit.transport.setup import Setup
from tests.security.transport.tls_faults import FAULTS, Fault
from tests.security.transport.tls_playing import WAYS, accepted, mint, reused, wrong

FOUND_BEFORE = {"the name as common name alone", "a certificate of the client is wanted over TLSv1_3"}
"""What an engine of ours once did not refuse, or not with an error of ours."""
CHOSEN = [fault for place, fault in enumerate(FAULTS) if place % 7 == 0]
OWN = next(way for way in WAYS if way.name == "blocking")


@pytest.mark.parametrize(("number", "fault"), list(enumerate(CHOSEN)), ids=[fault.name for fault in CHOSEN])
def test_a_faulty_server_gets_no_byte(number: int, fault: Fault) -> None:
    """A part of the table, the engines in turn."""
    assert wrong(fault, WAYS[number % len(WAYS)]) is None


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.name in FOUND_BEFORE], ids=lambda fault: fault.name)
def test_what_was_once_accepted_is_refused_by_every_engine(fault: Fault) -> None:
    """Constraints of an authority do not hold for a common name; an alert after the handshake came as a bare error of TLS."""
    assert {} == {way.name: result for way in WAYS if (result := wrong(fault, way)) is not None}


def test_a_server_with_nothing_wrong_is_talked_to() -> None:
    """Whoever refuses everybody refuses every fault."""
    assert accepted(OWN)


def test_a_connection_made_for_one_name_is_not_used_for_another() -> None:
    """The certificate was for the first one alone."""
    assert reused(OWN) is None


def test_the_table_is_as_long_as_it_should_be() -> None:
    names = [fault.name for fault in FAULTS]

    assert len(names) == len(set(names)) > 60


def test_a_client_that_checks_nothing_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else nobody would know whether the harness can see a leak."""
    careless = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    careless.check_hostname, careless.verify_mode = False, ssl.CERT_NONE
    monkeypatch.setattr(Setup, "tls", lambda _: careless)

    assert "ended as" in str(wrong(_named("expired"), OWN))
    assert "over a connection made for another name" in str(reused(OWN))


def test_a_client_that_takes_common_names_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """This is what Python does by itself."""

    def usual(_: Any) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(cadata=mint().pem.decode())
        return context

    monkeypatch.setattr(Setup, "tls", usual)

    assert "ended as" in str(wrong(_named("the name as common name alone"), OWN))


def _named(name: str) -> Fault:
    return next(fault for fault in FAULTS if fault.name == name)
