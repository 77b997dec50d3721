"""An answer in JSON says what it may, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.errors import ConfigurationError, GuardrailBlocked
from llmkit.guardrails import block, fields, mask
from llmkit.guardrails.rules import Checks, rewrite
from llmkit.guardrails.running import Running
from llmkit.pipeline.guard import Guard
from llmkit.testing.answers import Answer
from llmkit.testing.fake import FakeProvider
from tests.faces import DIALECTS, FACES, ask, client_of

LIST = fields("name", "address.city", "items.price", "any.*.id", values={"status": ["open", "closed", 1]})


def masked(detector: Any, text: str) -> str:
    return rewrite(Checks([mask(detector)], "output"), text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"name": "a", "salary": 1}', '{"name": "a"}'),
        ('{"salary": 1, "name": "a"}', '{"name": "a"}'),
        ('{"a": 1, "name": "b", "c": [2], "d": {}}', '{"name": "b"}'),
        ('{"salary": 1}', "{}"),
        ('{"name": {"first": 1}}', '{"name": {"first": 1}}'),
        ('{"address": {"city": "B", "street": "S"}}', '{"address": {"city": "B"}}'),
        ('{"address": "Main Street 1"}', '{"address": null}'),
        ('{"items": [{"price": 1, "cost": 2}, "x", {"cost": 3}]}', '{"items": [{"price": 1}, null, {}]}'),
        ('{"any": {"x": {"id": 1, "y": 2}}}', '{"any": {"x": {"id": 1}}}'),
        ('{"status": "open"}', '{"status": "open"}'),
        ('{"status": "gone"}', '{"status": null}'),
        ('{"status": true}', '{"status": null}'),
        ('{"status": ["open", "x"]}', '{"status": ["open", null]}'),
        ('[{"name": 1, "b": 2}]', '[{"name": 1}]'),
        ('["words"]', "[null]"),
        ('```json\n{"name": 1, "b": 2}\n```', '```json\n{"name": 1}\n```'),
        ('{"n\\u0061me": 1, "\\u0073alary": 2}', '{"n\\u0061me": 1}'),
        ('{"name": 1,', "null"),
        ('{"name": 1} and more', "null"),
        ('{"name": NaN}', "null"),
        ("[" * 200 + "]" * 200, "null"),
        ("words that are no JSON", "words that are no JSON"),
    ],
)
def test_only_what_is_on_the_list_is_left(text: str, expected: str) -> None:
    """And JSON stays JSON: members go with their commas, values become null, broken JSON goes whole."""
    assert expected == masked(LIST, text)


def test_other_text_is_found_only_where_that_is_asked_for() -> None:
    """An answer may have words around it; who wants JSON alone says so."""
    assert ("words", "null", "") == (masked(LIST, "words"), masked(fields("a", strict=True), "words"), masked(fields("a", strict=True), ""))


NAMES = st.sampled_from(["name", "x", "address", "city", "status", "items", "price"])
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=4), st.just("open")),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=12,
)


def _one(value: Any) -> Any:
    return value if value in ("open", "closed") or (type(value) is int and value == 1) else None


def allowed(value: Any, path: tuple[str, ...] = ()) -> Any:
    """What is left of a value: the same rules, on objects in the place of text."""
    if isinstance(value, dict):
        left = {}
        for name, one in value.items():
            whole = (*path, name)
            if whole == ("status",):
                left[name] = [_one(item) for item in one] if isinstance(one, list) and one else _one(one)
            elif whole in (("name",), ("address", "city"), ("items", "price")):
                left[name] = one
            elif whole in (("address",), ("items",)):
                left[name] = allowed(one, whole)
        return left
    return [allowed(one, path) for one in value] if isinstance(value, list) else None


@settings(max_examples=80, deadline=None)
@given(VALUES.filter(lambda value: isinstance(value, dict | list)), st.sampled_from([None, 1]), st.integers(1, 7))
def test_it_agrees_with_a_list_applied_to_the_object_itself(value: Any, indent: int | None, step: int) -> None:
    """Places in the text are where mistakes hide; and a stream, however cut, says the same."""
    text = json.dumps(value, indent=indent)
    running = Running(Checks([mask(LIST)], "output"))

    streamed = "".join([running.feed(text[place : place + step]) for place in range(0, len(text), step)]) + running.close()

    assert masked(LIST, text) == streamed
    assert allowed(value) == json.loads(streamed)


@pytest.mark.parametrize("face", FACES)
def test_an_answer_is_held_against_the_list(face: str) -> None:
    """Through the client: masked, or stopped."""
    said = '{"name": "Ann", "salary": 90000}'
    for rule, expected in ((mask(fields("name")), '{"name": "Ann"}'), (block(fields("name")), None)):
        with FakeProvider("openai_chat").add(Answer(text=said, pieces=[said[:11], said[11:20], said[20:]])) as fake:
            client = client_of(fake, layers=[Guard(output=[rule])])
            if expected is None:
                with pytest.raises(GuardrailBlocked, match="field"):
                    ask(face, client, DIALECTS["openai_chat"][1], "who?")
            else:
                assert expected == ask(face, client, DIALECTS["openai_chat"][1], "who?").text


@pytest.mark.parametrize("make", [lambda: fields(), lambda: fields("a..b"), lambda: fields("")])
def test_a_list_that_means_nothing_is_refused(make: Any) -> None:
    """An empty list would remove everything."""
    with pytest.raises(ConfigurationError):
        make()
