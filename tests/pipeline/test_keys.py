"""Several keys of one provider: which is used, which rests, and what is never seen of them."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import msgspec
import pytest

from llmkit import AsyncLLMKit, CompletionRequest, LLMKit, Message, Provider
from llmkit.auth.secret import Secret
from llmkit.core import Core
from llmkit.errors import AuthenticationError, ConfigurationError, NotFound, ProviderError, QuotaExhausted, RateLimited, StreamInterrupted
from llmkit.runtime.step import run
from llmkit.runtime.virtual import Virtual
from llmkit.testing import Answer, FakeProvider, Fault
from llmkit.types.parts import Provenance, Reasoning, Text
from tests.faces import DIALECTS, FACES, ask, client_of
from tests.pipeline.doors import Doors

MODEL = "openai/gpt-4.1-mini"
ONE, TWO, THREE = "sk-one-1111", "sk-two-2222", "sk-three-3333"


def core_of(doors: Doors, runtime: Virtual | None = None, keys: Any = (ONE, TWO), **more: Any) -> Core:
    """Return a client under the virtual clock."""
    return Core(runtime or Virtual(), lambda settings: doors, {"keys": {"openai": list(keys)}, "transport": doors, **more})


def say(core: Core, messages: Any = "hi", model: str = MODEL, **options: Any) -> Any:
    return run(core.complete(model, messages, {"dialect": "openai_chat", **options}))


# --- which key -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("dialect", ["openai_chat", "anthropic", "gemini"])
def test_a_refused_key_is_followed_by_the_next(dialect: str, face: str) -> None:
    provider, model = DIALECTS[dialect]
    with FakeProvider(dialect) as fake:
        fake.add(Answer(text="Hello."))

        client = client_of(fake, keys={provider: ["wrong-key", fake.key]})
        reply = ask(face, client, model, "hi", dialect=dialect)

    assert "Hello." == reply.text
    assert [("AuthenticationError", 0), (None, 1)] == [(attempt.error, attempt.key) for attempt in reply.attempts]


def test_the_keys_take_turns() -> None:
    doors = Doors()
    core = core_of(doors, keys=(ONE, TWO, THREE))

    replies = [say(core) for _ in range(6)]

    assert [ONE, TWO, THREE] * 2 == doors.keys
    assert [0, 1, 2] * 2 == [reply.attempts[-1].key for reply in replies]


@pytest.mark.parametrize(("status", "headers", "rest"), [(401, {}, 300), (402, {}, 300), (429, {"Retry-After": "30"}, 30), (429, {}, 5)])
def test_a_refused_key_rests_and_then_has_its_turn_again(status: int, headers: dict[str, str], rest: float) -> None:
    runtime = Virtual()
    doors = Doors({ONE: (status, headers)})
    core = core_of(doors, runtime)
    say(core)
    begun = runtime.now()
    del doors.keys[:]

    while ONE not in doors.keys and runtime.now() < begun + 1000:
        runtime.advance(0.5)
        say(core)

    assert rest <= runtime.now() - begun <= rest + 1.5
    assert [] == runtime.slept


@pytest.mark.parametrize(("status", "rests"), [(401, True), (402, True), (403, False), (429, False)])
def test_a_key_rests_for_all_models_only_where_it_is_refused_itself(status: int, rests: bool) -> None:
    doors = Doors({ONE: (status, {"Retry-After": "40"})})
    core = core_of(doors)
    say(core)
    del doors.keys[:]
    doors.refusals.clear()

    for _ in range(2):
        say(core, model="openai/gpt-4.1")

    assert rests == (ONE not in doors.keys)


def test_where_all_keys_are_too_fast_the_one_that_is_soonest_ready_is_waited_for() -> None:
    runtime = Virtual()
    doors = Doors({ONE: (429, {"Retry-After": "3"}), TWO: (429, {"Retry-After": "20"})})
    core = core_of(doors, runtime)

    with pytest.raises(RateLimited) as caught:
        say(core)

    assert [ONE, TWO, ONE] == doors.keys
    assert [3.0] == runtime.slept
    assert [0.0, 3.0, 0.0] == [attempt.delay for attempt in caught.value.attempts]


def test_where_every_key_rests_a_call_is_still_made() -> None:
    """A local refusal would outlast the remote one."""
    doors = Doors({ONE: (401, {}), TWO: (401, {})})
    core = core_of(doors)
    with pytest.raises(AuthenticationError):
        say(core)
    doors.refusals.clear()

    assert "Hello." == say(core).text


def test_one_key_in_a_list_is_one_key() -> None:
    doors = Doors({ONE: (401, {})})

    with pytest.raises(AuthenticationError):
        say(core_of(doors, keys=(ONE,)))

    assert [ONE] == doors.keys


def test_the_next_model_comes_when_no_key_is_left() -> None:
    doors = Doors({ONE: (401, {}), TWO: (401, {})})
    core = Core(Virtual(), lambda settings: doors, {"keys": {"openai": [ONE, TWO], "groq": THREE}, "transport": doors})

    reply = run(core.complete([MODEL, "groq/llama-3.3-70b-versatile"], "hi", {"dialect": "openai_chat"}))

    assert [ONE, TWO, THREE] == doors.keys
    assert [("openai", 0), ("openai", 1), ("groq", 0)] == [(attempt.provider, attempt.key) for attempt in reply.attempts]


def test_a_kept_answer_is_looked_for_with_every_key() -> None:
    """Nobody says for which account it is kept."""
    kept = {"id": "resp_1", "object": "response", "status": "completed", "model": "gpt-5", "output": []}
    doors = Doors({ONE: (404, {})}, kept)
    core = core_of(doors)

    run(core.retrieve(MODEL, "resp_1", {"dialect": "openai_responses"}))

    assert [ONE, TWO] == doors.keys


def test_a_kept_answer_that_is_nowhere_is_looked_for_once_with_each_key() -> None:
    doors = Doors({ONE: (404, {}), TWO: (404, {})})
    core = core_of(doors, retries=9)

    with pytest.raises(NotFound):
        run(core.retrieve(MODEL, "resp_1", {"dialect": "openai_responses"}))

    assert [ONE, TWO] == doors.keys


# --- what is bound to an account ---------------------------------------------------------------------------------------------


def turn(key: str, *, provider: str = "openai", signature: str | None = None) -> Message:
    origin = Provenance(provider=provider, dialect="openai_chat", model="gpt-4.1-mini", account=Secret(key).fingerprint())
    return Message.assistant(Text(text="Hello.", origin=origin, signature=signature))


def test_a_conversation_stays_with_the_account_that_it_began_with() -> None:
    doors = Doors()
    core = core_of(doors, keys=(ONE, TWO, THREE))

    for _ in range(3):
        say(core, [Message.user("hi"), turn(TWO), Message.user("and?")])

    assert [TWO] * 3 == doors.keys


def test_a_conversation_of_another_provider_is_not_bound() -> None:
    doors = Doors()
    core = core_of(doors)

    for _ in range(2):
        say(core, [Message.user("hi"), turn(TWO, provider="groq"), Message.user("and?")])

    assert [ONE, TWO] == doors.keys


def test_a_bound_conversation_waits_for_its_account_rather_than_lose_what_is_sealed() -> None:
    runtime = Virtual()
    doors = Doors({TWO: (429, {"Retry-After": "4"})})
    core = core_of(doors, runtime)

    with pytest.raises(RateLimited):
        say(core, [Message.user("hi"), turn(TWO, signature="SEAL"), Message.user("and?")])

    assert [TWO] * 3 == doors.keys
    assert [4.0, 4.0] == runtime.slept


def test_a_bound_conversation_in_which_nothing_is_sealed_does_not_wait() -> None:
    runtime = Virtual()
    doors = Doors({TWO: (429, {"Retry-After": "4"})})

    say(core_of(doors, runtime), [Message.user("hi"), turn(TWO), Message.user("and?")])

    assert [TWO, ONE] == doors.keys
    assert [] == runtime.slept


@pytest.mark.parametrize(("status", "retry_after"), [(401, "1"), (429, "3000")])
def test_a_bound_conversation_moves_when_its_account_cannot_be_waited_for(status: int, retry_after: str) -> None:
    doors = Doors({TWO: (status, {"Retry-After": retry_after})})
    core = core_of(doors)

    say(core, [Message.user("hi"), turn(TWO, signature="SEAL"), Message.user("and?")])

    assert [TWO, ONE] == doors.keys


@pytest.mark.parametrize("face", FACES)
def test_sealed_thinking_never_goes_to_another_account(face: str) -> None:
    """A signature of one account is refused by another, and tells it what it should not know."""
    with FakeProvider("anthropic") as fake:
        fake.always(Answer(text="Hello."))
        origin = Provenance(provider="anthropic", dialect="anthropic", account=Secret("refused-key").fingerprint())
        sealed = Reasoning(text="Hm.", signature="SEALED-FOR-THE-FIRST", origin=origin)
        messages = [Message.user("hi"), Message.assistant(sealed, Text(text="Hello.", origin=origin)), Message.user("and?")]

        client = client_of(fake, keys={"anthropic": ["refused-key", fake.key]})
        reply = ask(face, client, DIALECTS["anthropic"][1], messages)

        first, second = fake.requests
    assert b"SEALED" in first.body
    assert b"SEALED" not in second.body
    assert "reasoning" in [warning.parameter for warning in reply.warnings]


def test_what_an_answer_brings_carries_the_account_that_was_asked() -> None:
    doors = Doors({ONE: (401, {})})

    reply = say(core_of(doors))

    assert [Secret(TWO).fingerprint()] == [part.origin.account for part in reply.content]


# --- what is never seen ----------------------------------------------------------------------------------------------------


def test_no_key_is_seen_in_errors_attempts_or_logs(caplog: pytest.LogCaptureFixture) -> None:
    doors = Doors({ONE: (401, {}), TWO: (401, {})})
    core = core_of(doors)

    with caplog.at_level(logging.DEBUG), pytest.raises(AuthenticationError) as caught:
        say(core)

    seen = f"{caught.value!r} {caught.value} {caught.value.body} {caught.value.attempts} {caplog.text} {core.rotation.__dict__}"
    assert [] == [key for key in (ONE, TWO) if key in seen]


# --- where the keys come from ------------------------------------------------------------------------------------------------


def test_the_configuration_file_names_several_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIRST_KEY", ONE)
    other = tmp_path / "key"
    other.write_text(TWO)
    other.chmod(0o600)
    file = tmp_path / "config.toml"
    file.write_text(f'[providers.openai]\nkey = ["env:FIRST_KEY", "file:{other}"]\n')
    doors = Doors()
    core = Core(Virtual(), lambda settings: doors, {"config": file, "transport": doors})

    for _ in range(2):
        say(core)

    assert [ONE, TWO] == doors.keys


@pytest.mark.parametrize("key", ["[]", '["env:A", "env:A"]', '["env:A", 3]'])
def test_a_list_of_references_that_makes_no_sense_is_refused(tmp_path: Path, key: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(f"[providers.openai]\nkey = {key}\n")

    with pytest.raises(ConfigurationError, match=r"providers\.openai\.key"):
        LLMKit(config=file)


@pytest.mark.parametrize("client", [LLMKit, AsyncLLMKit])
@pytest.mark.parametrize("keys", [[], [ONE, ONE], [ONE, ""], [ONE, 3], {ONE}, 7])
def test_a_list_of_keys_that_makes_no_sense_is_refused_and_not_shown(client: Any, keys: Any) -> None:
    with pytest.raises(ConfigurationError) as caught:
        client(keys={"openai": keys})

    assert ONE not in str(caught.value)


# --- beside the keys: what the exchange does for every try ---------------------------------------------------------------------


def test_every_try_of_a_call_has_the_same_idempotency_key_and_no_other_call_has_it() -> None:
    doors = Doors({ONE: (503, {})})
    row = Provider(name="own", title="Own", base_url="https://llm.example.com/v1", idempotency_header="Idempotency-Key")
    core = Core(Virtual(), lambda settings: doors, {"keys": {"own": ONE}, "providers": [row], "transport": doors})

    for _ in range(2):
        with pytest.raises(Exception, match="Not with"):
            run(core.complete(["own/m", "own/n"], "hi", {}))

    names = [dict(request.headers)["Idempotency-Key"] for request in doors.requests]
    assert [3, 1, 3, 1] == [names.count(name) for name in dict.fromkeys(names)]


def test_a_provider_that_documents_no_idempotency_gets_no_such_header() -> None:
    doors = Doors()

    say(core_of(doors))

    assert [] == [name for name, _ in doors.requests[0].headers if "idempotency" in name.lower()]


@pytest.mark.parametrize("face", ["sync", "async stream"])
@pytest.mark.parametrize("dialect", ["openai_chat", "anthropic", "gemini"])
@pytest.mark.parametrize(("said", "requests"), [("False", 1), ("true", 2), ("perhaps", 2)])
def test_what_the_server_says_of_trying_again_counts(dialect: str, face: str, said: str, requests: int) -> None:
    with FakeProvider(dialect) as fake:
        fake.add(Fault.error("server", headers={"x-should-retry": said, "retry-after-ms": "1"})).always(Answer(text="Hello."))

        if requests == 1:
            with pytest.raises(ProviderError) as caught:
                ask(face, client_of(fake), DIALECTS[dialect][1], "hi")
            assert (False, False) == (caught.value.should_retry, caught.value.retryable)
        else:
            ask(face, client_of(fake), DIALECTS[dialect][1], "hi")

        assert requests == len(fake.requests)


@pytest.mark.parametrize("face", ["sync stream", "async stream"])
@pytest.mark.parametrize(
    "fault", [Fault.cut(after=5), Fault.cut(after=5, reset=True), Fault.error_in_stream(after=5)], ids=lambda f: f.name
)
def test_nothing_is_tried_again_once_something_was_seen(face: str, fault: Fault) -> None:
    with FakeProvider("openai_chat") as fake:
        fake.add(Fault.error("server", headers={"retry-after-ms": "1"}), fault).always(Answer(text="Again."))

        with pytest.raises(StreamInterrupted) as caught:
            ask(face, client_of(fake, keys={"openai": [fake.key, "another-key"]}), [MODEL, MODEL], "hi", dialect="openai_chat")

        assert 2 == len(fake.requests)
    assert 2 == len(caught.value.attempts)
    assert "ServerError" == caught.value.attempts[0].error
    assert caught.value.attempts[1].error is not None


def test_a_quota_that_is_used_up_is_not_asked_again() -> None:
    with FakeProvider("openai_chat") as fake:
        fake.add(Fault.error("quota", headers={"x-should-retry": "true"}))

        with pytest.raises(QuotaExhausted):
            ask("sync", client_of(fake), MODEL, "hi", dialect="openai_chat")

        assert 1 == len(fake.requests)


def test_the_request_itself_names_no_key() -> None:
    """Logs of requests and caches are keyed by what a request holds."""
    request = CompletionRequest(model=MODEL, messages=(Message.user("hi"),))

    assert b"key" not in msgspec.json.encode(request)
