"""Tokens are fetched once, kept until shortly before they expire, and fetched anew when the server refuses one."""

from __future__ import annotations

import asyncio
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from llmkit import AsyncLLMKit, LLMKit, Provider
from llmkit.auth.schemes import OAuthAuth
from llmkit.errors import AuthenticationError, LLMKitError, Overloaded, PermissionDenied, ProtocolError, RateLimited, ServerError
from llmkit.providers.provider import Setting
from llmkit.testing import Answer, FakeProvider, Fault
from tests.auth.token_server import TokenServer, bearer, tokens
from tests.faces import FACES, ask

SECRET = "client-secret-VERY-SECRET-0123456789"
TOKEN = "token-ALSO-SECRET-abcdef"


def client(fake: FakeProvider, server: TokenServer, **more: Any) -> dict[str, Any]:
    """Return client arguments for a provider behind client credentials."""
    row = Provider(
        name="corporate",
        title="Corporate",
        base_url=fake.base_url,
        auth=OAuthAuth(token_url=f"{server.url}/oauth/token", grant={"grant_type": "client_credentials"}),
        settings=(Setting(name="client_id"), Setting(name="client_secret", secret=True)),
    )
    return {"providers": [row], "settings": {"corporate": {"client_id": "me", "client_secret": SECRET}}, **more}


@pytest.mark.parametrize("face", FACES)
def test_a_token_is_fetched_and_sent(face: str) -> None:
    with tokens(bearer(TOKEN)) as server, FakeProvider("openai_chat", key=TOKEN) as fake:
        fake.always(Answer(text="hello"))

        reply = ask(face, client(fake, server), "corporate/m", "hi")

        assert "hello" == reply.text
        assert {"grant_type": "client_credentials", "client_id": "me", "client_secret": SECRET} == server.form()


def test_a_token_is_kept_while_it_lives() -> None:
    with tokens(bearer(TOKEN)) as server, FakeProvider("openai_chat", key=TOKEN) as fake, LLMKit(**client(fake, server)) as kit:
        fake.always(Answer(text="hello"))

        for _ in range(3):
            kit.complete("corporate/m", "hi")

        assert 1 == len(server.asked)


@pytest.mark.parametrize(
    "life", [{"expires_in": 0}, {"expires_in": "0"}, {"expires_in": None, "expires_on": "1"}, {"expires_at": 1000, "expires_in": None}]
)
def test_a_token_that_has_expired_is_fetched_anew(life: dict[str, Any]) -> None:
    """Servers say the end in seconds, as text, or as a moment."""
    with tokens(bearer(TOKEN, **life)) as server, FakeProvider("openai_chat", key=TOKEN) as fake:
        fake.always(Answer(text="hello"))
        with LLMKit(**client(fake, server)) as kit:
            for _ in range(3):
                kit.complete("corporate/m", "hi")

        assert 3 == len(server.asked)


def test_twenty_threads_wait_for_one_fetch() -> None:
    """Twenty fetches at once would be twenty log-ins, and some servers count them."""
    with tokens(bearer(TOKEN), slow=0.05) as server, FakeProvider("openai_chat", key=TOKEN) as fake:
        fake.always(Answer(text="hello"))
        with LLMKit(**client(fake, server)) as kit, ThreadPoolExecutor(20) as pool:
            ready = threading.Barrier(20)

            def call() -> str:
                ready.wait()
                return kit.complete("corporate/m", "hi").text

            answers = [future.result() for future in [pool.submit(call) for _ in range(20)]]

        assert ["hello"] * 20 == answers
        assert 1 == len(server.asked)


def test_twenty_tasks_wait_for_one_fetch() -> None:
    async def calls(arguments: dict[str, Any]) -> list[str]:
        async with AsyncLLMKit(**arguments) as kit:
            return [reply.text for reply in await asyncio.gather(*(kit.complete("corporate/m", "hi") for _ in range(20)))]

    with tokens(bearer(TOKEN), slow=0.02) as server, FakeProvider("openai_chat", key=TOKEN) as fake:
        fake.always(Answer(text="hello"))

        answers = asyncio.run(calls(client(fake, server)))

        assert ["hello"] * 20 == answers
        assert 1 == len(server.asked)


@pytest.mark.parametrize("face", FACES)
def test_a_refused_token_is_fetched_anew_once(face: str) -> None:
    """A token can be revoked before its time."""
    with tokens(bearer("stale"), bearer(TOKEN)) as server, FakeProvider("openai_chat", key=TOKEN) as fake:
        fake.always(Answer(text="hello"))

        reply = ask(face, client(fake, server), "corporate/m", "hi")

        assert "hello" == reply.text
        assert 2 == len(server.asked)
        assert ["Bearer stale", f"Bearer {TOKEN}"] == [request.headers["authorization"] for request in fake.requests]


def test_a_token_that_is_refused_twice_is_an_error() -> None:
    with tokens(bearer("stale")) as server, FakeProvider("openai_chat", key=TOKEN) as fake, LLMKit(**client(fake, server)) as kit:
        with pytest.raises(AuthenticationError):
            kit.complete("corporate/m", "hi")

        assert 2 == len(server.asked)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ((400, {"error": "invalid_grant", "error_description": f"the secret {SECRET} is wrong"}), AuthenticationError),
        ((401, {"error": "invalid_client"}), AuthenticationError),
        ((401, {"error": SECRET}), AuthenticationError),
        ((403, {"error": {"status": "PERMISSION_DENIED", "message": SECRET}}), PermissionDenied),
        ((429, {}), RateLimited),
        ((500, {"error": "server_error"}), ServerError),
        ((503, ["no object"]), Overloaded),
        ((302, {}), ProtocolError),
        ({"expires_in": 3600}, ProtocolError),
        (["no object"], ProtocolError),
        ({"access_token": {"no": "text"}}, ProtocolError),
    ],
)
def test_a_refusal_is_typed_and_shows_no_secret(answer: Any, kind: type[LLMKitError]) -> None:
    """What a token server writes may hold what was sent to it."""
    with tokens(answer) as server, FakeProvider("openai_chat", key=TOKEN) as fake, LLMKit(**client(fake, server, retries=0)) as kit:
        with pytest.raises(kind) as caught:
            kit.complete("corporate/m", "hi")

        error = caught.value
        told = f"{error} {error!r} {error.__dict__} {''.join(traceback.format_exception(error))}"
        assert SECRET not in told
        assert server.host in str(error)
        assert "corporate" == error.provider


def test_nothing_that_holds_a_token_prints_it() -> None:
    with tokens(bearer(TOKEN)) as server, FakeProvider("openai_chat", key=TOKEN) as fake, LLMKit(**client(fake, server)) as kit:
        fake.always(Answer(text="hello"))
        kit.complete("corporate/m", "hi")
        source = kit._core.endpoints.plan("corporate/m").endpoint.source

        assert TOKEN in {secret.reveal() for secret in source.secrets()}
        assert not any(word in f"{source!r} {source.__dict__ if hasattr(source, '__dict__') else ''}" for word in (TOKEN, SECRET))


def test_an_echo_of_the_token_is_scrubbed() -> None:
    def echo(request: Any) -> Any:
        return Fault.error(status=400, message=f"bad header {request.headers['authorization']}")

    with tokens(bearer(TOKEN)) as server, FakeProvider("openai_chat", key=TOKEN) as fake, LLMKit(**client(fake, server)) as kit:
        fake.always(echo)
        with pytest.raises(LLMKitError) as caught:
            kit.complete("corporate/m", "hi")

        assert TOKEN not in f"{caught.value} {caught.value.__dict__}"
        assert "***" in str(caught.value)
