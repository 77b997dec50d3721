"""A server that many layers and threads share: nobody's closing or failing is another's."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from llmkit.errors import ConfigurationError, StoreUnavailable
from llmkit.stores.redis import Server
from tests.stores.redis_server import RedisServer


@pytest.fixture
def server(redis_url: str, request: pytest.FixtureRequest) -> Server:
    return Server(redis_url, prefix=request.node.name, timeout=20)


def test_closing_cuts_nobody_off(server: Server, redis_url: str) -> None:
    """One client ends while another thread's is asking."""
    found: list[Any] = []
    waiting = threading.Thread(target=lambda: found.append(server.command("BLPOP", "line", 15)))
    waiting.start()
    other = Server(redis_url, prefix=server.prefix, timeout=20)
    while not other.client().info("clients")["blocked_clients"]:
        pass

    server.close()
    other.command("RPUSH", "line", "here")
    waiting.join(20)

    assert b"here" == found[0][1]
    assert server.client(raw=True).ping()


def test_a_script_is_told_again_to_a_server_that_forgot_it(own_redis: RedisServer) -> None:
    """It is known by its digest, which a server that was started anew does not know."""
    server = Server(own_redis.url)
    script = "return redis.call('INCRBY', KEYS[1], ARGV[1])"
    assert 2 == server.evaluate(script, ["a"], [2])

    own_redis.kill()
    with pytest.raises(StoreUnavailable):
        server.evaluate(script, ["a"], [2])
    own_redis.start()

    assert 2 == server.evaluate(script, ["a"], [2])


def test_an_error_of_the_server_is_told_without_its_words(server: Server) -> None:
    """They may hold what was sent."""
    server.command("SET", "text", "hush-hush")

    for wrong in (lambda: server.command("INCRBY", "text", 1), lambda: server.evaluate("return redis.call('INCR', KEYS[1])", ["text"], [])):
        with pytest.raises(StoreUnavailable) as caught:
            wrong()
        assert "hush" not in str(caught.value)


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "redis", None)

    for ask in (lambda it: it.evaluate("return 1", [], []), lambda it: it.command("GET", "a"), lambda it: it.names("")):
        with pytest.raises(ConfigurationError, match=r"llmkit\[redis\]"):
            ask(Server("redis://localhost"))
