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
each_way = pytest.mark.parametrize("way", ALL, ids=lambda way: way.name.replace(" ", "-").replace("/", "-"))


@each_way
def test_the_address_and_the_headers_are_those_recorded(way: Way, stand: Stand, tmp_path: Path) -> None:
    speaks(way)
    lines = recorded(way, stand, tmp_path)

    assert [entry for entry in ADDRESSES.read_text(encoding="utf-8").splitlines() if entry.startswith(f"{way.name} = ")] == lines


@each_way
@pytest.mark.parametrize(("failure", "kind"), [("unauthorized", AuthenticationError), ("rate_limited", RateLimited)])
def test_a_refusal_is_typed_and_shows_no_key(way: Way, failure: str, kind: type[LLMKitError], stand: Stand, tmp_path: Path) -> None:
    speaks(way)
    stand.set(way.route.dialect, failure)
    with client(way, stand, tmp_path) as kit, pytest.raises(kind) as caught:
        ask(way, kit)

    told = f"{caught.value} {caught.value!r} {caught.value.__dict__} {''.join(traceback.format_exception(caught.value))}"
    assert KEY not in told
    assert TOKEN not in told
    assert way.row.name == caught.value.provider


@each_way
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_an_answer_arrives(way: Way, stream: bool, stand: Stand, tmp_path: Path) -> None:
    speaks(way)
    if way.route.dialect not in WIRES:
        pytest.skip(f"There is no fake of {way.route.dialect} yet.")
    if stream and way.route.framing:
        pytest.skip("This stream comes inside AWS's frames, which the fake of the format inside does not make.")
    stand.set(way.route.dialect, elsewhere=next(iter(way.route.follows), ""))
    with client(way, stand, tmp_path) as kit:
        reply = ask(way, kit, stream=stream)

    assert (ANSWER.text, "stop") == (reply.text, reply.finish.unified)
    # Replicate's streams never tell it; where the request for it must be left out, a fake has nothing to go by.
    if not (stream and (way.route.dialect == "predictions" or way.route.profile.get("stream_usage") is False)):
        assert ANSWER.usage == (reply.usage.input, reply.usage.output)
    assert way.row.name == reply.provider
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
