"""The layer: what goes out, what comes back, through all four faces."""

from __future__ import annotations

from typing import Any

import pytest

from llmkit import LLMKit, Message
from llmkit.errors import ConfigurationError, GuardrailBlocked, HookFailed
from llmkit.guardrails import Finding, Own, allow, anonymise, block, flag, mask, numbers, pii, secrets, words
from llmkit.pipeline.guard import Guard
from llmkit.testing.answers import Answer
from llmkit.testing.fake import FakeProvider
from llmkit.types.parts import Document, ToolCall, ToolResult
from tests.faces import DIALECTS, FACES, ask, client_of

KEY = "ghp_" + "a1B2" * 9
MAIL = "jane.doe@example.org"


def body(fake: FakeProvider) -> str:
    return fake.requests[0].body.decode()


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("dialect", ["openai_chat", "anthropic", "gemini"])
def test_names_go_out_and_the_originals_come_back(face: str, dialect: str) -> None:
    """The provider never sees the address; the user never sees the placeholder, in arguments of tools neither."""
    reply = Answer(
        text="I write to [EMAIL_1] now, not to [EMAIL_2].",
        pieces=["I write to [EM", "AIL", "_1", "] now, not", " to [EMAIL_2]."],
        tool_calls=[("call_1", "mail", {"to": "[EMAIL_1]"})],
    )
    with FakeProvider(dialect).add(reply) as fake:
        client = client_of(fake, layers=[Guard(input=[anonymise(pii())])])
        answer = ask(face, client, DIALECTS[dialect][1], f"Mail {MAIL}, I say {MAIL}.")

        assert MAIL not in body(fake)
        assert 2 == body(fake).count("[EMAIL_1]")
    assert f"I write to {MAIL} now, not to [EMAIL_2]." == answer.text
    assert {"to": MAIL} == answer.tool_calls[0].arguments


class _Inner:
    """A layer below the guard that keeps what it saw, as a cache does."""

    name = "cache"

    def __init__(self) -> None:
        self.kept = ""

    async def __call__(self, call: Any, next: Any, /) -> Any:
        reply = await next(call)
        if call.stream:
            reply.watch(self)
        else:
            self.kept = reply.text
        return reply

    def event(self, event: Any, /) -> None:
        pass

    async def end(self, response: Any, error: Any, complete: bool, /) -> None:
        self.kept = response.text if complete else "cut"


@pytest.mark.parametrize("face", FACES)
def test_a_cache_below_keeps_placeholders_and_no_originals(face: str) -> None:
    """Another user's request is the same once it is anonymised: he must not get this user's address."""
    inner = _Inner()
    with FakeProvider("openai_chat").add(Answer(text="Dear [EMAIL_1]!")) as fake:
        client = client_of(fake, layers=[Guard(input=[anonymise(pii())]), inner])
        answer = ask(face, client, DIALECTS["openai_chat"][1], f"Greet {MAIL}")

    assert ("Dear [EMAIL_1]!", f"Dear {MAIL}!") == (inner.kept, answer.text)


@pytest.mark.parametrize("face", FACES)
def test_nothing_is_sent_when_the_input_is_blocked(face: str) -> None:
    """The error says what and where, never the words."""
    with FakeProvider("openai_chat") as fake:
        client = client_of(fake, layers=[Guard(input=[block(secrets())])])
        with pytest.raises(GuardrailBlocked) as caught:
            ask(face, client, DIALECTS["openai_chat"][1], f"key {KEY}")

        assert [] == fake.requests
    assert ("secret:github_key", "input", 4, 44) == (caught.value.category, caught.value.where, caught.value.start, caught.value.end)
    assert KEY not in repr(caught.value) and KEY not in str(vars(caught.value))


@pytest.mark.parametrize("face", FACES)
def test_an_answer_is_masked_flagged_or_let_through(face: str) -> None:
    """Also where the match lies over the border of two chunks."""
    text = f"Use {KEY} or {MAIL} or help@example.org, silly."
    with FakeProvider("openai_chat").add(Answer(text=text, pieces=[text[:9], text[9:30], text[30:52], text[52:]])) as fake:
        rules = [allow(words("help@example.org")), mask(secrets(), pii()), flag(words("silly", kind="tone"))]
        answer = ask(face, client_of(fake, layers=[Guard(output=rules)]), DIALECTS["openai_chat"][1], "hi")

    assert "Use [SECRET_GITHUB_KEY] or [EMAIL] or help@example.org, silly." == answer.text
    assert "tone at" in str([one.detail for one in answer.warnings if one.kind == "flagged"])
    assert KEY.encode() not in bytes(answer.raw)
    assert KEY not in str(answer.to_dict())


@pytest.mark.parametrize("face", FACES)
def test_an_answer_that_is_blocked_ends_before_the_match(face: str) -> None:
    """A stream ends with the typed error, and what was blocked was never visible."""
    seen: list[str] = []
    with FakeProvider("openai_chat").add(
        Answer(text=f"Well, it is {KEY}, so", pieces=["Well, it ", "is ", KEY[:7], KEY[7:], ", so"])
    ) as fake:
        client = client_of(fake, layers=[Guard(output=[block(secrets(), category="leak")])])
        if face == "sync stream":
            with LLMKit(**client) as kit, pytest.raises(GuardrailBlocked), kit.stream(DIALECTS["openai_chat"][1], "hi") as stream:
                seen.extend(event.text for event in stream)
            assert KEY[:7] not in "".join(seen)
        else:
            with pytest.raises(GuardrailBlocked, match="leak"):
                ask(face, client, DIALECTS["openai_chat"][1], "hi")


def test_all_places_of_a_conversation_are_looked_at() -> None:
    """Words stand in more places than in texts."""
    messages = [
        Message.system(f"system {KEY}"),
        Message.user(f"user {KEY}", Document(text=f"file {KEY}", media_type="text/plain", title=KEY)),
        Message.assistant(ToolCall(id="c1", name="look", arguments={"query": [f"\n{KEY}"], "card": 4111111111111111})),
        Message.tool(ToolResult(id="c1", content=Message.user(f"result {KEY}").content)),
    ]
    with FakeProvider("anthropic").add(Answer(text="ok")) as fake:
        client = client_of(fake, layers=[Guard(input=[mask(secrets(), numbers())])])
        answer = ask("sync", client, DIALECTS["anthropic"][1], messages)

        assert KEY not in body(fake) and "4111111111111111" not in body(fake)
        assert 7 == body(fake).count("[SECRET_GITHUB_KEY]") + body(fake).count("[CARD]")
    assert ["Masked: 1 x card, 6 x secret:github_key."] == [one.detail for one in answer.warnings if one.parameter == "input"]


async def _later(text: str) -> list[Finding]:
    place = text.find("moon")
    return [Finding(place, place + 4, "moon")] if place >= 0 else []


def _now(text: str) -> list[Finding]:
    place = text.find("moon")
    return [Finding(place, place + 4, "moon")] if place >= 0 else []


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("own", [Own(_now), Own(_now, longest=4), Own(_later)], ids=["plain", "quick", "async"])
def test_own_functions_are_detectors(face: str, own: Own) -> None:
    """Plain ones at once or in pieces; async ones with the async client."""
    if own.function is _later and not face.startswith("async"):
        pytest.skip("a sync client calls plain functions")
    with FakeProvider("openai_chat").add(Answer(text="to the moon, fast", pieces=["to the mo", "on", ", fast"])) as fake:
        answer = ask(face, client_of(fake, layers=[Guard(output=[mask(own)])]), DIALECTS["openai_chat"][1], "hi")

    assert "to the [MOON], fast" == answer.text


@pytest.mark.parametrize("face", FACES)
def test_a_guardrail_that_fails_lets_nothing_pass(face: str) -> None:
    """Closed, not open; and the message of the function's exception may hold the text."""

    def broken(text: str) -> Any:
        raise ValueError(text)

    with FakeProvider("openai_chat") as fake, pytest.raises(HookFailed):
        ask(face, client_of(fake, layers=[Guard(input=[block(Own(broken))])]), DIALECTS["openai_chat"][1], "hi")


@pytest.mark.parametrize(
    "make",
    [
        lambda: Guard(input=[secrets()]),  # type: ignore[list-item] # the mistake
        lambda: Guard(output=[anonymise(pii())]),
        lambda: block(),
        lambda: mask(len),  # type: ignore[arg-type] # the mistake
        lambda: mask(pii(), threshold=2),
        lambda: secrets("githbu"),
        lambda: numbers("id:xx"),
        lambda: words(" "),
        lambda: Own(_later, longest=3),
    ],
)
def test_a_wrong_rule_is_refused_at_once(make: Any) -> None:
    """Not at the first call in production."""
    with pytest.raises(ConfigurationError):
        make()
