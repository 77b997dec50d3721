"""A provider that recognises repeated requests is told which are the same: every try of one call, and nothing else."""

from __future__ import annotations

import msgspec
import pytest

from llmkit.providers.registry import Providers
from llmkit.testing import Answer, FakeProvider, Fault
from tests.faces import DIALECTS, FACES, ask, client_of

HEADER = "Idempotency-Key"


@pytest.mark.parametrize("face", FACES)
def test_over_http_all_tries_of_a_call_have_one_key_and_the_next_call_has_another(face: str) -> None:
    down = Fault.error("server", headers={"retry-after": "0.001"})
    with FakeProvider("openai_chat") as fake:
        name, model = DIALECTS[fake.dialect]
        row = msgspec.structs.replace(Providers().get(name), idempotency_header=HEADER)
        fake.add(down, down, Answer(text="one"), down, Answer(text="two"))

        for _ in range(2):
            ask(face, client_of(fake, providers=[row]), model, "hi", dialect=fake.dialect)

        keys = [dict(request.headers)[HEADER.lower()] for request in fake.requests]
    assert [3, 2] == [keys.count(key) for key in dict.fromkeys(keys)]
    assert all(len(key) == 32 for key in keys)


def test_of_no_built_in_provider_is_such_a_header_documented() -> None:
    """SDKs of the two largest labs leave it unset, one of them says that the API does not honour it (2026-08): none is claimed."""
    assert [] == [row.name for row in Providers().rows.values() if row.idempotency_header]
