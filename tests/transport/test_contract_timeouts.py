"""What every engine promises: the six limits of time."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from llmkit.errors import Timeout
from llmkit.types.http import Timeouts, Transport

from .engines import QUICK, Engine, let_go, replace, request_to, whole
from .servers import CHUNKED, PATIENCE, Peer, Server, answering, silent, stalling

NO_LIMITS = Timeouts(connect=None, write=None, pool=None, first_event=None, idle=None, total=None)


def test_time_to_connect_is_limited_with_tls_in_it(engine: Engine) -> None:
    with Server(silent) as server, pytest.raises(Timeout) as caught:
        request = request_to(server.port, scheme="https", timeouts=QUICK.replace(connect=0.1))
        engine.play(lambda transport: whole(transport, request))

    assert ("connect", 0.1) == (caught.value.phase, caught.value.seconds)


def test_time_to_write_is_limited(engine: Engine) -> None:
    release = threading.Event()

    with Server(lambda peer: (release.wait(PATIENCE), None)[1]) as server, pytest.raises(Timeout) as caught:
        request = request_to(server.port, body=bytes(32 << 20), timeouts=QUICK.replace(write=0.1))
        try:
            engine.play(lambda transport: whole(transport, request))
        finally:
            release.set()

    assert "write" == caught.value.phase


def test_time_in_the_queue_is_limited_and_the_place_given_up(engine: Engine) -> None:
    async def scenario(transport: Transport) -> None:
        first = await transport.send(request_to(server.port))
        with pytest.raises(Timeout) as caught:
            await transport.send(request_to(server.port, timeouts=QUICK.replace(pool=0.05)))
        assert "pool" == caught.value.phase
        await first.body.aclose()
        assert (200, b"ok") == await whole(transport, request_to(server.port))

    def script(peer: Peer) -> None:
        if peer.number == 1:
            peer.request()
            peer.send(CHUNKED)
            peer.wait_until_gone()
        else:
            answering()(peer)

    with Server(script) as server:
        engine.play(scenario, max_connections=1)


def test_time_to_the_first_byte_is_limited(engine: Engine) -> None:
    with Server(silent) as server, pytest.raises(Timeout) as caught:
        engine.play(lambda transport: whole(transport, request_to(server.port, timeouts=QUICK.replace(first_event=0.1))))

    assert ("first_event", 0.1) == (caught.value.phase, caught.value.seconds)


def test_time_between_reads_is_limited(engine: Engine) -> None:
    with Server(stalling) as server, pytest.raises(Timeout) as caught:
        engine.play(lambda transport: whole(transport, request_to(server.port, timeouts=QUICK.replace(idle=0.1))))

    assert ("idle", 0.1) == (caught.value.phase, caught.value.seconds)


@pytest.mark.parametrize("script", [silent, stalling], ids=["head", "body"])
def test_the_whole_call_is_limited(engine: Engine, script: Any) -> None:
    with Server(script) as server, pytest.raises(Timeout) as caught:
        engine.play(lambda transport: whole(transport, request_to(server.port, timeouts=QUICK.replace(total=0.05))))

    assert ("total", 0.05) == (caught.value.phase, caught.value.seconds)


def test_a_deadline_in_the_request_limits_the_whole_call(engine: Engine) -> None:
    with Server(silent) as server, pytest.raises(Timeout) as caught:
        request = request_to(server.port, timeouts=NO_LIMITS, deadline=time.monotonic() + 0.1)
        engine.play(lambda transport: whole(transport, request))

    assert "total" == caught.value.phase


def test_a_reader_gives_its_own_deadline_and_phase(engine: Engine) -> None:
    async def scenario(transport: Transport) -> str:
        response = await transport.send(request_to(server.port, timeouts=NO_LIMITS))
        with pytest.raises(Timeout) as caught:
            while True:
                await response.body.read(time.monotonic() + 0.1, "first_event")
        return caught.value.phase

    with Server(stalling) as server:
        assert "first_event" == engine.play(scenario)


def test_no_limits_means_none(engine: Engine) -> None:
    with Server(answering()) as server:
        assert (200, b"ok") == engine.play(lambda transport: whole(transport, request_to(server.port, timeouts=NO_LIMITS)))


def test_a_timed_out_connection_is_closed_and_its_place_given_up(engine: Engine) -> None:
    def script(peer: Peer) -> None:
        (silent if peer.number == 1 else answering())(peer)

    async def scenario(transport: Transport) -> None:
        request = request_to(server.port)
        with pytest.raises(Timeout):
            await transport.send(replace(request, timeouts=QUICK.replace(first_event=0.05)))
        await let_go(engine, server)
        assert (200, b"ok") == await whole(transport, request)

    with Server(script) as server:
        engine.play(scenario, max_connections=1)
