"""Nobody follows a redirect with a key; `security check transport.redirects` plays all rows with all redirects."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from llmkit.transport.policy import parse_url
from llmkit.types.http import HttpRequest, HttpResponse
from tests.rows import PROVIDERS, ROWS
from tests.security.transport.calls import calls
from tests.security.transport.redirects import CASES, USED, place, tokens_found, wrong
from tests.transport.engines import Engine

BLOCKING = next(engine for engine in USED if engine.name == "blocking")


def test_a_redirected_row_shows_its_key_to_one_server_alone() -> None:
    """A row of each kind of credential and many others, with a part of the redirects; the engines and faces in turn."""
    kinds = {type(row.auth): row for row in ROWS if row.name in calls()}
    rows = [*kinds.values(), *[row for row in ROWS if row.name in calls()][::150]]
    with place() as here:
        found = [fault for number, row in enumerate(rows) for fault in wrong(here, row, number, CASES[number % 4 :: 6])]

    assert [] == found


def test_a_token_endpoint_that_redirects_is_refused() -> None:
    """What is sent there is worth more than a token."""
    number, found = tokens_found([PROVIDERS["vertex"]])

    assert (20, []) == (number, found)


def test_every_row_with_a_server_is_asked() -> None:
    rest = {row.name for row in ROWS if row.name not in calls() and not row.ended}

    assert {"local"} == rest


class _Following(Engine):
    """An engine that goes where it is sent, with everything that it has."""

    def make(self, **options: Any) -> Any:
        inner = super().make(**options)

        class Follows:
            async def send(self, request: HttpRequest) -> HttpResponse:
                response: HttpResponse = await inner.send(request)
                where = response.headers.get("location")
                if where is None:
                    return response
                origin, path = parse_url(where)
                proof = () if request.credential is None else tuple(request.credential.headers(request))
                moved: HttpResponse = await inner.send(
                    msgspec.structs.replace(request, origin=origin, path=path, credential=None, headers=(*request.headers, *proof))
                )
                return moved

            async def aclose(self) -> None:
                await inner.aclose()

        return Follows()


@pytest.mark.parametrize("case", [(302, "other port"), (307, "other host")])
def test_an_engine_that_follows_is_found_out(case: tuple[int, str]) -> None:
    """Else nobody would know whether the harness can see a leak."""
    with place() as here:
        (fault,) = wrong(here, PROVIDERS["openai"], 0, [case], [_Following("blocking", ours=True, suspends=False)])

    assert "1 connections" in fault or "ended as" in fault
