"""Which words of each part are seen and changed, what stays as it is, and in which order a stream tells what it may."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from llmkit.errors import ConfigurationError, GuardrailBlocked
from llmkit.guardrails import words
from llmkit.guardrails.finding import Finding
from llmkit.guardrails.json_places import DEEPEST, Member, NotJSON, Place, place_of
from llmkit.guardrails.lens import GuardLens
from llmkit.guardrails.openings import number_opening, token_opening
from llmkit.guardrails.parts import changed_json, changed_message, changed_part, changed_parts, texts_of
from llmkit.guardrails.placeholders import Placeholders
from llmkit.guardrails.rules import Checks, Edit, Hit, allow, anonymise, block, flag, mask, name_of, rewrite, spliced
from llmkit.guardrails.running import Running
from llmkit.types.events import (
    ArgumentsDelta,
    CitationDelta,
    Finish,
    LogprobsDelta,
    MediaDelta,
    PartEnd,
    PartStart,
    ReasoningDelta,
    RefusalDelta,
    TextDelta,
)
from llmkit.types.messages import Message
from llmkit.types.parts import (
    Audio,
    Citation,
    Compaction,
    Document,
    Image,
    InvalidToolCall,
    Reasoning,
    Refusal,
    ServerToolCall,
    Text,
    ToolCall,
    ToolResult,
    Unknown,
)
from llmkit.types.responses import FinishReason
from llmkit.types.warnings import Warning

RAW = msgspec.Raw(b'{"a":"x","b":[12345678]}')
UP = msgspec.Raw(b'{"A":"X","B":[12345678]}')
PARTS: list[tuple[Any, Any]] = [
    (Text(text="a", native=RAW), Text(text="A")),
    (Text(text="A", citations=(Citation(quote="q"),)), Text(text="A", citations=(Citation(quote="Q"),))),
    (Reasoning(text="a", signature="s"), Reasoning(text="A", signature="s")),
    (Refusal(text="a"), Refusal(text="A")),
    (Compaction(text="a"), Compaction(text="A")),
    (
        Document(text="a", title="b", context="c", data=b"d", media_type="text/plain", name="n"),
        Document(text="A", title="B", context="C", data=b"D", media_type="text/plain", name="n"),
    ),
    (Document(data=b"d", media_type="application/pdf"), None),
    (Document(data=b"\xff", media_type="text/plain"), None),
    (Document(data=b"d"), None),
    (Document(media_type="text/plain", url="u"), None),
    (Audio(data=b"d", transcript="a"), Audio(data=b"d", transcript="A")),
    (Audio(data=b"d"), None),
    (Image(data=b"d", name="n"), None),
    (
        ToolCall(id="i", name="n", arguments={"a": "b"}, json='{ "a":"b"}'),
        ToolCall(id="i", name="n", arguments={"A": "B"}, json='{"A":"B"}'),
    ),
    (ToolCall(id="i", name="n", arguments={"a": "b"}), ToolCall(id="i", name="n", arguments={"A": "B"})),
    (ToolCall(id="i", name="n", arguments={"A": 1}, json="{ }"), None),
    (InvalidToolCall(id="i", name="n", json="{a"), InvalidToolCall(id="i", name="n", json="{A")),
    (
        ToolResult(id="i", content=(Text(text="a"), Image(data=b"d")), structured={"a": "b"}),
        ToolResult(id="i", content=(Text(text="A"), Image(data=b"d")), structured={"A": "B"}),
    ),
    (ToolResult(id="i"), None),
    (Citation(quote="q", title="t", url="u", location="l"), Citation(quote="Q", title="T", url="U", location="l")),
    (Citation(document=1), None),
    (Unknown(kind="x", native=RAW), Unknown(kind="x", native=UP)),
    (Unknown(kind="x", native=msgspec.Raw(b"{no")), None),
    (Unknown(kind="x"), None),
]


@pytest.mark.parametrize(("part", "changed"), PARTS, ids=[f"{type(case[0]).__name__} {place}" for place, case in enumerate(PARTS)])
def test_all_words_of_a_part_are_changed_and_nothing_else(part: Any, changed: Any) -> None:
    """What does not change stays the same object; what does loses its wire block, which would tell the words again."""
    found = changed_part(part, str.upper)

    if changed is None:
        assert found is part
    else:
        assert changed == found
        assert bytes(changed.native) == bytes(found.native)


def test_a_servers_call_is_changed_in_its_wire_block_too() -> None:
    part = ServerToolCall(id="i", name="n", arguments={"a": "b"}, native=RAW)
    found = changed_part(part, str.upper)

    assert ({"A": "B"}, bytes(UP)) == (found.arguments, bytes(found.native))


def test_a_message_is_itself_where_nothing_changes() -> None:
    message = Message(role="user", content=(Text(text="A"), Text(text="b")))

    assert message is changed_message(message, lambda text: text)
    assert (Text(text="A"), Text(text="B")) == changed_message(message, str.upper).content
    assert message.content is changed_parts(message.content, lambda text: text)
    assert ["A", "b"] == texts_of(message.content)


@pytest.mark.parametrize(
    ("value", "changed"),
    [
        (999_999, 999_999),
        (1_000_000, "n"),
        (-1_000_000, "n"),
        (True, True),
        (1e9, 1e9),
        (None, None),
        ([1_000_000, "a"], ["n", "n"]),
        ({"a": 1}, {"n": 1}),
    ],
)
def test_a_long_number_may_be_an_accounts(value: Any, changed: Any) -> None:
    assert changed == changed_json(value, lambda text: "n")
    assert value == changed_json(value, lambda text: text)


class Found:
    """Finds what it is told to."""

    def __init__(self, *findings: Finding) -> None:
        self.findings = findings

    def find(self, text: str, start: int = 0, /) -> Any:
        return [one for one in self.findings if one.start >= start]

    def opening(self, text: str, start: int = 0, /) -> int:
        return len(text)


A, B, LOW = Finding(0, 4, "a:x"), Finding(2, 6, "b"), Finding(7, 9, "low", 0.4)
TEXT = "abcdefghij"
RULED: list[tuple[list[Any], str, list[str]]] = [
    ([mask(Found(A))], "[A_X]efghij", ["Masked: 1 x a:x."]),
    ([mask(Found(A, B))], "[A_X]ghij", ["Masked: 1 x a:x."]),
    ([mask(Found(Finding(0, 1, "a"), Finding(1, 2, "a")))], "[A][A]cdefghij", ["Masked: 2 x a."]),
    ([mask(Found(Finding(0, 2, "a", words="*")))], "*cdefghij", ["Masked: 1 x a."]),
    ([mask(Found(Finding(0, 9, "all"))), mask(Found(A))], "[ALL]j", ["Masked: 1 x all."]),
    ([mask(Found(LOW), threshold=0.4)], "abcdefg[LOW]j", ["Masked: 1 x low."]),
    ([mask(Found(LOW), threshold=0.5)], TEXT, []),
    ([mask(Found(Finding(0, 2, "none", 0.0)))], TEXT, []),
    ([flag(Found(A, LOW))], TEXT, ["a:x at 0-4, score 1.", "low at 7-9, score 0.4."]),
    ([flag(Found(LOW), threshold=0.5)], TEXT, []),
    ([allow(Found(Finding(0, 4, "ok"))), mask(Found(A, B))], "ab[B]ghij", ["Masked: 1 x b."]),
    ([allow(Found(Finding(0, 4, "ok", 0.3)), threshold=0.4), mask(Found(A))], "[A_X]efghij", ["Masked: 1 x a:x."]),
    ([allow(Found(Finding(1, 4, "ok"))), mask(Found(A))], "[A_X]efghij", ["Masked: 1 x a:x."]),
    ([mask(Found(A), Found(LOW))], "[A_X]efg[LOW]j", ["Masked: 1 x a:x, 1 x low."]),
]


@pytest.mark.parametrize(("rules", "text", "details"), RULED, ids=[str(place) for place in range(len(RULED))])
def test_each_rule_does_what_it_says(rules: list[Any], text: str, details: list[str]) -> None:
    checks = Checks(rules, "output")

    assert text == rewrite(checks, TEXT)
    assert details == [warning.detail for warning in checks.report()]
    assert {"output"} >= {warning.parameter for warning in checks.report()}
    assert {"flagged" if "at" in detail else "lossy" for detail in details} == {warning.kind for warning in checks.report()}


@pytest.mark.parametrize(("category", "told"), [("", "b"), ("mine", "mine")])
def test_a_block_says_where_and_for_what(category: str, told: str) -> None:
    with pytest.raises(GuardrailBlocked) as caught:
        Checks([block(Found(B), category=category)], "input").edits(TEXT, [Hit(2, 6, B)], 100)

    assert (told, "input", 102, 106) == (caught.value.category, caught.value.where, caught.value.start, caught.value.end)
    assert TEXT == rewrite(Checks([block(Found(LOW), threshold=0.5)], "input"), TEXT)


@pytest.mark.parametrize("make", [allow, block, mask, flag, anonymise])
def test_a_rule_needs_detectors_and_a_share(make: Any) -> None:
    assert (make.__name__, 0.0, "") == (make(Found()).action, make(Found()).threshold, make(Found()).category)
    assert (0, 1, 0.25) == (
        make(Found(), threshold=0).threshold,
        make(Found(), threshold=1).threshold,
        make(Found(), threshold=0.25).threshold,
    )
    for bad in ((), (str.upper,), (Found(), 5)):
        with pytest.raises(ConfigurationError, match=r"needs detectors.*Own") as caught:
            make(*bad)
        assert make.__name__ == caught.value.parameter
    for share in (-0.1, 1.1):
        with pytest.raises(ConfigurationError) as caught:
            make(Found(), threshold=share)
        assert make.__name__ == caught.value.parameter


def test_placeholders_stand_for_values_until_they_are_forgotten() -> None:
    """They number what they see, step over names that are in the text, and put the originals back."""
    made = Placeholders(["keep [EMAIL_2] and [email_3]"])
    checks = Checks([anonymise(Found(Finding(0, 1, "email")))], "input", made)

    assert "[EMAIL_1]bc" == rewrite(checks, "abc")
    assert ("[EMAIL_1]", "[EMAIL_3]", "[B_1]") == (made.of("email", "a"), made.of("email", "b"), made.of("b", "b"))
    assert ((), "Placeholders(3)") == (checks.report(), repr(made))
    assert "a, b, [EMAIL_2] [X_1]" == rewrite(made, "[EMAIL_1], [EMAIL_3], [EMAIL_2] [X_1]")
    assert [Hit(2, 11, Finding(2, 11, "placeholder"))] == list(made.hits("a [EMAIL_1]"))
    assert [] == list(made.hits("[EMAIL_1]", 1))
    assert [3, 9, 1, 12, 2] == [made.opening(text) for text in ("abc[EMA", "[EMAIL_1]", "a[", "abc[EMAILS_1", "ab")]
    with pytest.raises(TypeError):
        made.__reduce__()
    made.clear()
    assert ("[EMAIL_1]", ()) == (rewrite(made, "[EMAIL_1]"), made.hits("[EMAIL_1]"))


@pytest.mark.parametrize(
    ("kind", "name"), [("secret:npm", "SECRET_NPM"), ("_a b_", "A_B"), ("é", "REMOVED"), ("", "REMOVED"), ("a1", "A1")]
)
def test_a_kind_is_a_name_in_capitals(kind: str, name: str) -> None:
    assert name == name_of(kind)


def test_a_text_is_spliced_by_its_edits() -> None:
    assert "bX d" == spliced("abc d", 1, 5, [Edit(2, 3, "X")])
    assert "abc" == spliced("abcd", 0, 3, [])


@pytest.mark.parametrize(
    ("text", "start", "longest", "token", "number"),
    [
        ("say sk-a.b", 0, 99, 4, 8),
        ("say abc", 0, 2, 5, 5),
        ("say abc", 6, 99, 6, 6),
        ("say abc", 0, 99, 4, 3),
        ("tel 12 34", 0, 99, 7, 3),
        ("a b ", 0, 99, 4, 1),
        ("", 0, 9, 0, 0),
    ],
)
def test_where_a_match_may_have_begun(text: str, start: int, longest: int, token: int, number: int) -> None:
    assert token == token_opening(text, start, longest)
    assert number == number_opening(text, start, longest)


def test_a_growing_text_is_told_as_early_as_it_may_be() -> None:
    running = Running(Checks([mask(words("secret"))], "output"))

    told = [running.feed(piece) for piece in ("a se", "cret", " b")]

    rest = running.close()
    assert "a [WORD] b" == "".join([*told, rest])
    assert (0, True, "") == (running.held, running.changed, running.close())
    plain = Running(Checks([], "output"))
    assert ("a" * 200, False, 0) == (plain.feed("a" * 200), plain.changed, plain.held)


JSON: list[tuple[str, Place]] = [
    ("1.5e3 ", Place(0, 5, value=1500.0, is_scalar=True)),
    ('"a\\u0062"', Place(0, 9, value="ab", is_scalar=True)),
    ("true", Place(0, 4, value=True, is_scalar=True)),
    ("{ }", Place(0, 3)),
    ("[ ]", Place(0, 3)),
    ("[ 1 , 2 ]", Place(0, 9, items=(Place(2, 3, value=1, is_scalar=True), Place(6, 7, value=2, is_scalar=True)))),
    (
        '{ "a" : 1 , "b":[] }',
        Place(0, 20, members=(Member("a", 2, Place(8, 9, value=1, is_scalar=True)), Member("b", 12, Place(16, 18)))),
    ),
]


@pytest.mark.parametrize(("text", "place"), JSON)
def test_where_the_values_of_a_json_text_stand(text: str, place: Place) -> None:
    assert place == place_of(text)
    assert place.end + 2 == place_of(f"  {text}", 2).end


@pytest.mark.parametrize("text", ["", "{", "[", "{1:2}", '{"a" 1}', '{"a":1 "b":2}', "[1 2]", "[1,]", "no", '"a', '"\\x"', '{"a":}'])
def test_what_is_no_json_is_said(text: str) -> None:
    with pytest.raises(NotJSON):
        place_of(text)


def test_json_may_be_nested_so_deep_and_no_deeper() -> None:
    assert 2 * (DEEPEST + 1) == place_of("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1)).end
    for text in ("[" * (DEEPEST + 2) + "]" * (DEEPEST + 2), '{"a":' * (DEEPEST + 1) + "[]" + "}" * (DEEPEST + 1)):
        with pytest.raises(NotJSON):
            place_of(text)


def lens(*bad: str, forget: Any = None) -> GuardLens:
    checks = Checks([mask(words(*(bad or ("bad",))))], "output")
    return GuardLens(checks, checks.report, *([forget] if forget else []))


DELTAS: list[tuple[Any, Any, Any]] = [
    (Text(text=""), TextDelta, "text"),
    (Reasoning(text=""), ReasoningDelta, "reasoning"),
    (Refusal(text=""), RefusalDelta, "refusal"),
]


@pytest.mark.parametrize(("part", "delta", "field"), DELTAS)
def test_a_streams_words_are_changed_in_their_own_events(part: Any, delta: Any, field: str) -> None:
    whole = part.replace(text="one bad two", native=RAW)
    stream = [
        PartStart(index=3, part=part),
        delta(index=3, **{field: "one ba"}),
        delta(index=3, **{field: "d two"}),
        PartEnd(index=3, part=whole),
    ]

    seen = lens().feed(stream)

    told = "".join(getattr(event, field) for event in seen if isinstance(event, delta))
    assert ("one [WORD] two", {3}) == (told, {event.index for event in seen})  # type: ignore[union-attr]
    end = seen[-1]
    assert isinstance(end, PartEnd)
    assert (told, b"") == (end.part.text, bytes(end.part.native))  # type: ignore[union-attr]
    clean = lens("worse").feed(stream)
    assert whole is clean[-1].part  # type: ignore[union-attr]


def test_what_a_part_begins_with_is_seen_too() -> None:
    parts = [Text(text="a bad", native=RAW), Reasoning(text="a bad"), Refusal(text="a bad"), Audio(data=b"d", transcript="a bad")]
    for part in parts:
        shield = lens()
        seen = [*shield.feed([PartStart(index=2, part=part)]), *shield.close()]
        assert "bad" not in repr(seen)
        told = [getattr(event, name, None) for event in seen[1:] for name in ("text", "reasoning", "refusal", "transcript")]
        assert "a [WORD]" == "".join(word for word in told if word)
        assert ({2}, b"") == ({event.index for event in seen}, bytes(seen[0].part.native))  # type: ignore[union-attr]
    call = ToolCall(id="i", name="n", arguments={"a": "bad"}, json='{"a":"bad"}', native=RAW)
    assert [PartStart(index=0, part=ToolCall(id="i", name="n"))] == lens().feed([PartStart(index=0, part=call)])
    cited = Text(text="bad", citations=(Citation(quote="bad"),))
    begun, cite = lens().feed([PartStart(index=0, part=cited), CitationDelta(index=0, citation=Citation(quote="bad"))])
    assert PartStart(index=0, part=Text(text="[WORD]", citations=(Citation(quote="[WORD]"),))) == begun
    assert CitationDelta(index=0, citation=Citation(quote="[WORD]")) == cite


def test_arguments_are_told_when_they_are_whole() -> None:
    call = ToolCall(id="i", name="n", arguments={"a": "bad"}, json='{"a":"bad"}')
    shield = lens()

    assert [] == shield.feed([ArgumentsDelta(index=1, json='{"a":'), ArgumentsDelta(index=1, json='"bad"}')])
    delta, end = shield.feed([PartEnd(index=1, part=call)])
    assert "bad" not in f"{delta.json}{end.part.json}"  # type: ignore[union-attr]
    assert (1, 1, delta.json) == (delta.index, end.index, end.part.json)  # type: ignore[union-attr]
    cut = lens()
    assert [] == cut.feed([ArgumentsDelta(index=1, json='{"a":"bad')])
    (rest,) = cut.close()
    assert isinstance(rest, ArgumentsDelta)
    assert "bad" not in rest.json
    assert [] == cut.close()


def test_probabilities_are_dropped_where_words_were_changed() -> None:
    """They spell the words out."""
    logprobs = LogprobsDelta(logprobs=())
    finish = Finish(finish=FinishReason(unified="stop"), warnings=(Warning(kind="lossy", parameter="x", detail="mine"),))
    for text, kept in (("good words ", True), ("bad words ", False)):
        forgotten: list[int] = []
        shield = lens(forget=lambda forgotten=forgotten: forgotten.append(1))
        assert logprobs not in shield.feed([TextDelta(index=0, text=text), logprobs])
        seen = shield.feed([finish])
        assert kept is (logprobs in seen)
        end = seen[-1]
        assert isinstance(end, Finish)
        assert ["mine", *([] if kept else ["Masked: 1 x word."])] == [warning.detail for warning in end.warnings]
        assert (finish is end) is kept
        assert [] == forgotten
        assert ([], [1]) == (shield.close(), forgotten)


def test_sound_comes_at_once_and_its_words_when_they_may() -> None:
    seen = lens().feed(
        [MediaDelta(index=0, data=b"d", transcript="bad "), MediaDelta(index=0, transcript="more"), MediaDelta(index=0, data=b"e")]
    )

    assert [b"d", b"e"] == [event.data for event in seen if isinstance(event, MediaDelta) and event.data]
    assert not any(event.transcript for event in seen if isinstance(event, MediaDelta) and event.data)
