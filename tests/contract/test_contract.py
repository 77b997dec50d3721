"""What every provider owes: its address, its key in its header, its errors by their kind, its answers whole and streamed.

The addresses stand in `addresses.txt`, where a change of any can be seen; `python -m tests.contract --write` writes it anew.
"""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest

from llmkit.dialects import dialect
from llmkit.errors import AuthenticationError, LLMKitError, RateLimited
from llmkit.testing.wire import WIRES
from tests.contract.addresses import ADDRESSES, recorded
from tests.contract.calls import ask, client
from tests.contract.stand import ANSWER, TOKEN, Stand
from tests.contract.values import KEY
from tests.contract.ways import Way, ways

ALL = list(ways())
REFUSALS: dict[str, type[LLMKitError]] = {"unauthorized": AuthenticationError, "rate_limited": RateLimited}
each_way = pytest.mark.parametrize("way", ALL, ids=lambda way: way.name.replace(" ", "-").replace("/", "-"))


@each_way
def test_the_address_and_the_headers_are_those_recorded(way: Way, stand: Stand, tmp_path: Path) -> None:
    speaks(way)
    lines = recorded(way, stand, tmp_path)

    assert [entry for entry in ADDRESSES.read_text(encoding="utf-8").splitlines() if entry.startswith(f"{way.name} = ")] == lines


@each_way
def test_a_refusal_is_typed_and_shows_no_key(way: Way, stand: Stand, tmp_path: Path) -> None:
    speaks(way)
    with client(way, stand, tmp_path) as kit:
        for failure, kind in REFUSALS.items():
            stand.set(way.route.dialect, failure)
            with pytest.raises(kind) as caught:
                ask(way, kit)

            told = f"{caught.value} {caught.value!r} {caught.value.__dict__} {''.join(traceback.format_exception(caught.value))}"
            assert not [secret for secret in (KEY, TOKEN) if secret in told]
            assert way.row.name == caught.value.provider


@each_way
def test_an_answer_arrives_whole_and_streamed(way: Way, stand: Stand, tmp_path: Path) -> None:
    speaks(way)
    if way.route.dialect not in WIRES:
        pytest.skip(f"There is no fake of {way.route.dialect} yet.")
    stand.set(way.route.dialect, elsewhere=next(iter(way.route.follows), ""))
    with client(way, stand, tmp_path) as kit:
        whole = ask(way, kit)
        # A stream inside AWS's frames is not made by the fake of the format inside: tests/framing serves it so.
        streamed = None if way.route.framing else ask(way, kit, stream=True)

    silent = way.route.dialect == "chatbot"  # It tells neither tokens nor why an answer ends.
    for reply in (whole, streamed) if streamed else (whole,):
        assert (ANSWER.text, "other" if silent else "stop", way.row.name) == (reply.text, reply.finish.unified, reply.provider)
    assert (None if silent else ANSWER.usage) == (whole.usage and (whole.usage.input, whole.usage.output))
    # Replicate's streams never tell it; where the request for it must be left out, a fake has nothing to go by.
    if streamed and way.route.dialect not in ("predictions", "chatbot") and way.route.profile.get("stream_usage", True):
        assert ANSWER.usage == (streamed.usage.input, streamed.usage.output)
    for sent in stand.sent:
        assert not [secret for secret in (KEY, TOKEN) if secret in sent.url or secret in sent.body.decode()]
        at_home = not way.route.follows or not sent.url.startswith(way.route.follows)
        assert at_home or not [value for value in sent.headers.values() if KEY in value or TOKEN in value]


def speaks(way: Way) -> None:
    """Skip, loudly, while a dialect is not there."""
    try:
        dialect(way.route.dialect)
    except ImportError as missing:
        pytest.skip(f"{way.route.dialect} cannot be imported: {missing}")
