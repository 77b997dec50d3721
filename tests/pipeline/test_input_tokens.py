"""The quick upper bound of a request's tokens, which limits and budgets go by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from llmkit import CompletionRequest, Message, Timeouts
from llmkit.pipeline import size
from llmkit.pipeline.call import Budget, Call
from llmkit.pipeline.size import most_tokens
from llmkit.runtime.virtual import Virtual
from llmkit.tokens import count
from llmkit.types.parts import Compaction, Document, Image, Reasoning, Refusal, Text, ToolCall, ToolResult, Unknown
from llmkit.types.request import Request
from llmkit.types.tools import Tool

MODELS = ("gpt-4", "gpt-5", "claude-sonnet-4-5", "claude-opus-4-7", "gemini-2.5-flash", "llama-2-7b", "qwen3-32b", "command-a", "grok-4")
WORDS = {
    "English": "The quick brown fox jumps over the lazy dog and then it sleeps. ",
    "German": "Die Geschwindigkeitsbegrenzung gilt für Kraftfahrzeuge außerhalb geschlossener Ortschaften. ",
    "Russian": "Быстрая коричневая лиса прыгает через ленивую собаку и засыпает. ",
    "Chinese": "敏捷的棕色狐狸跳过了懒狗，然后睡着了。",
    "Japanese": "すばやい茶色の狐はのろまな犬を飛び越えて眠りました。",
    "Korean": "빠른 갈색 여우가 게으른 개를 뛰어넘고 잠이 들었다. ",
    "Arabic": "الثعلب البني السريع يقفز فوق الكلب الكسول ثم ينام. ",
    "Hindi": "तेज़ भूरी लोमड़ी आलसी कुत्ते के ऊपर कूदती है और सो जाती है। ",
    "code": "def f(x):\n    return {k: v for k, v in x.items() if v is not None}\n",
    "JSON": '{"a":[1,2,3],"b":{"c":"d"},"e":null}',
}
LEAST = {"base64": ("aGVsbG8gd29ybGQhIFRoaXMgaXMgYmFzZTY0Lg==", 0.8), "no words": ("xkqjz vbnwq zzxcy qpwrt mnbvc ", 0.6)}
"""What no tokenizer was made for: of the count, so much is sure."""
TOOL = Tool(name="weather", description="Tell it.", parameters={"type": "object", "properties": {"town": {"type": "string"}}})


def asked(*parts: Any, **more: Any) -> CompletionRequest:
    return CompletionRequest(model="a/m", messages=(Message.system("Be brief."), Message.user(*parts)), **more)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("kind", WORDS)
def test_no_common_text_is_counted_too_low(kind: str, model: str) -> None:
    """A limit that counts too little lets too much through; what is too much is given back."""
    request = asked(WORDS[kind] * 10)

    assert count(request, model, using="estimate").tokens <= most_tokens(request, f"a/{model}")


@pytest.mark.parametrize("kind", LEAST)
def test_what_is_no_language_is_counted_nearly(kind: str) -> None:
    text, share = LEAST[kind]
    request = asked(text * 20)

    assert all(share * count(request, model, using="estimate").tokens <= most_tokens(request, f"a/{model}") for model in MODELS)


PARTS: list[Any] = [
    Refusal(text="I would rather not do that. " * 9),
    Compaction(text="They spoke of the weather. " * 9),
    Document(text="A report of many pages. " * 9, title="Report"),
    ToolCall(id="1", name="weather", arguments={"town": "Paris, Texas, and the country around it"}),
    ToolResult(id="1", content=(Text(text="Rain. " * 20),)),
    ToolResult(id="1", structured={"rain": [1, 2, 3, 4, 5]}),
    Image(url="https://example.com/a.png"),
    Reasoning(text="Hm. " * 20),
    Unknown(kind="strange"),
]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: type(part).__name__)
def test_every_part_counts(part: Any) -> None:
    request = asked("hi", part)

    assert all(count(request, model, using="estimate").tokens <= most_tokens(request, f"a/{model}") for model in MODELS)


@pytest.mark.parametrize("more", [{"tools": (TOOL,)}, {"tools": (TOOL, TOOL), "reasoning": None}], ids=["one", "two"])
def test_tools_count_and_are_looked_at_once(more: dict[str, Any]) -> None:
    requests = [asked("hi", **more) for _ in range(3)]

    assert all(
        count(request, model, using="estimate").tokens <= most_tokens(request, f"a/{model}") for request in requests for model in MODELS
    )
    assert size._frame(requests[0], "a/gpt-5") is size._frame(requests[2], "a/gpt-5")


def test_tools_from_outside_do_not_fill_the_memory() -> None:
    for number in range(600):
        most_tokens(asked("hi"), f"a/{number}")

    assert len(size._frames) <= 256


class Texts(Request, frozen=True, kw_only=True):
    """A request that is no conversation."""

    inputs: tuple[str, ...]

    def texts(self) -> tuple[str, ...]:
        return self.inputs


def call_of(request: Any, **more: Any) -> Call:
    budget, timeouts = Budget(0), Timeouts()
    return Call(request=request, models=("a/m",), model="a/m", runtime=Virtual(), timeouts=timeouts, deadline=None, budget=budget, **more)


def test_other_requests_than_conversations_count_by_their_words() -> None:
    call = call_of(Texts(model="a/m", inputs=("The quick brown fox. " * 40, "It sleeps.")), operation="embed")

    assert 200 < call.input_tokens() < 500


def test_it_is_counted_once_for_all_layers_and_anew_for_another_request() -> None:
    seen: list[int] = []

    class Counted(Texts, frozen=True, kw_only=True):
        def texts(self) -> tuple[str, ...]:
            seen.append(1)
            return self.inputs

    call = call_of(Counted(model="a/m", inputs=("one",)))
    copies: Sequence[Call] = [call, msgspec.structs.replace(call, key=1), msgspec.structs.replace(call, stream=True)]
    seen.clear()
    first = [copy.input_tokens() for copy in copies]
    changed = msgspec.structs.replace(call, request=Counted(model="a/m", inputs=("one and many more words",)))

    times = len(seen)

    assert (1, 1) == (len(set(first)), times)
    assert changed.input_tokens() > first[0]
