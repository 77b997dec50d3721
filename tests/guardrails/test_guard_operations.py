"""The layer around other operations than chat: what has words is looked at, what has none passes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import msgspec
import pytest

from llmkit.errors import GuardrailBlocked
from llmkit.guardrails import Finding, Own, anonymise, block, flag, mask, pii, secrets
from llmkit.pipeline.call import Budget, Call
from llmkit.pipeline.guard import Guard
from llmkit.runtime.step import run
from llmkit.runtime.virtual import Virtual
from llmkit.types.classification import ClassificationRequest
from llmkit.types.embedding import EmbeddingRequest
from llmkit.types.http import Timeouts
from llmkit.types.reply import Reply
from llmkit.types.request import Request
from llmkit.types.rerank import RerankRequest

KEY = "ghp_" + "a1B2" * 9
MAIL = "jane.doe@example.org"


class Asked(Request, frozen=True, kw_only=True):
    """A request with some words, as those of embedding, ranking, drawing, speaking and moderation are."""

    inputs: tuple[str, ...] = ()

    def texts(self) -> tuple[str, ...]:
        return self.inputs

    def with_texts(self, texts: Sequence[str]) -> Self:
        return self.replace(inputs=tuple(texts))


class Told(Reply, frozen=True, kw_only=True):
    """An answer with words (a transcript and its pieces)."""

    lines: tuple[str, ...] = ()

    def texts(self) -> tuple[str, ...]:
        return self.lines

    def with_texts(self, texts: Sequence[str]) -> Self:
        return self.replace(lines=tuple(texts))


def called(guard: Guard, request: Request, reply: Reply) -> tuple[Request, Reply]:
    """Return what the layers below the guard were asked, and what the user gets."""
    seen: list[Request] = []

    async def below(call: Call) -> Reply:
        seen.append(call.request)
        return reply

    call = Call(
        request=request,  # type: ignore[arg-type] # any request
        models=("m",),
        model="m",
        runtime=Virtual(),
        timeouts=Timeouts(),
        deadline=None,
        budget=Budget(0),
        operation="other",
    )
    answer: Reply = run(guard(call, below))
    return seen[0], answer


def test_words_of_any_request_go_out_as_the_rules_leave_them() -> None:
    """What is embedded is kept by others too."""
    guard = Guard(input=[mask(secrets()), anonymise(pii())])

    sent, _ = called(guard, Asked(model="m", inputs=(f"key {KEY}", "", f"mail {MAIL} or {MAIL}")), Reply())

    assert ("key [SECRET_GITHUB_KEY]", "", "mail [EMAIL_1] or [EMAIL_1]") == sent.texts()


def test_a_transcript_has_the_originals_back() -> None:
    """The prompt of a transcription names people; the transcript must too, and keeps no body with the placeholders in it."""
    guard = Guard(input=[anonymise(pii())], output=[mask(secrets())])
    reply = Told(lines=("Write to [EMAIL_1],", f"the key is {KEY}"), raw=msgspec.Raw(b'"[EMAIL_1]"'))

    _, answer = called(guard, Asked(model="m", inputs=(f"names: {MAIL}",)), reply)

    assert (f"Write to {MAIL},", "the key is [SECRET_GITHUB_KEY]") == answer.texts()
    assert b"" == bytes(answer.raw)
    assert ["Masked: 1 x secret:github_key."] == [one.detail for one in answer.warnings]


def test_other_requests_are_blocked_before_anything_is_sent() -> None:
    """As those of a conversation are."""
    with pytest.raises(GuardrailBlocked) as caught:
        called(Guard(input=[block(secrets())]), Asked(model="m", inputs=("fine", KEY)), Reply())

    assert ("secret:github_key", "input") == (caught.value.category, caught.value.where)


def test_what_has_no_words_passes_as_it_is() -> None:
    """A video, a list of models: nothing to look at, nothing to break."""
    request, reply = Request(model="m"), Reply(id="r1")

    sent, answer = called(Guard(input=[mask(secrets())], output=[block(secrets())]), request, reply)

    assert (True, True) == (sent is request, answer is reply)


@pytest.mark.parametrize("where", ["input", "output"])
def test_own_functions_see_the_words_of_other_operations(where: str) -> None:
    """Slow ones too, each text once."""
    seen: list[str] = []

    def look(text: str) -> list[Finding]:
        seen.append(text)
        return [Finding(0, 1, "first")]

    rules: Any = {where: [flag(Own(look))]}
    _, answer = called(Guard(**rules), Asked(model="m", inputs=("one", "two", "one")), Told(lines=("three",)))

    assert (["one", "two"] if where == "input" else ["three"]) == seen
    assert {"flagged"} == {one.kind for one in answer.warnings}


@pytest.mark.parametrize(
    "request_",
    [
        RerankRequest(model="m/x", query="me@example.com", documents=("a", {"t": "b"}), instruction="to me@example.com"),
        ClassificationRequest(
            model="m/x", inputs=("a",), labels=("x",), descriptions={"x": "me@example.com"}, instruction="me@example.com?"
        ),
        EmbeddingRequest(model="m/x", inputs=("a",), title="of me@example.com"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_all_words_that_are_sent_are_seen_and_changed(request_: Any) -> None:
    """A question, a title and what labels mean go out like the rest."""
    changed = request_.with_texts([text.replace("me@example.com", "[EMAIL]") for text in request_.texts()])

    assert "me@example.com" in str(request_.to_dict())
    assert "me@example.com" not in str(changed.to_dict())
    assert str(request_.to_dict()).replace("me@example.com", "[EMAIL]") == str(changed.to_dict())
