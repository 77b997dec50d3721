"""How a link is asked for: each request as it goes out, and what is done with each piece that comes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from llmkit.errors import NotFound, ProtocolError, ProviderError, SecurityError
from llmkit.fetching import Fetcher, FetchPolicy, checked
from llmkit.runtime import Virtual, run
from llmkit.types.http import Headers, HttpRequest, HttpResponse, Timeouts

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 600
ASKED = (("Accept", "*/*"), ("Accept-Encoding", "identity"), ("User-Agent", "me/1"))


class Body:
    """Gives its pieces, and notes that it was closed."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces, self.closed = list(pieces), False

    async def read(self, deadline: float | None = None, phase: str = "idle") -> bytes:
        return self.pieces.pop(0) if self.pieces else b""

    async def aclose(self) -> None:
        self.closed = True


class Web:
    """Answers by address: a status, headers and pieces."""

    def __init__(self, answers: dict[str, tuple[Any, ...]]) -> None:
        self.answers = answers
        self.requests: list[HttpRequest] = []
        self.bodies: list[Any] = []

    async def send(self, request: HttpRequest) -> HttpResponse:
        self.requests.append(request)
        status, headers, *pieces = self.answers[f"{request.origin}{request.path}"]
        self.bodies.append(Body(*pieces))
        return HttpResponse(status=status, headers=Headers(tuple(headers.items())), body=self.bodies[-1])

    async def aclose(self) -> None:
        pass


def fetcher(web: Web, **policy: Any) -> Fetcher:
    return Fetcher(web, Virtual(), "me/1", FetchPolicy(**policy) if policy else None)


def whole(web: Web, url: str, types: tuple[str, ...] = (), **policy: Any) -> tuple[bytes, str]:
    return run(fetcher(web, **policy).whole(url, types))


LINK = "https://a.example/x"


@pytest.mark.parametrize(("total", "deadline"), [(9.0, Virtual().now() + 9.0), (None, None)])
def test_each_request_is_a_strangers(total: float | None, deadline: float | None) -> None:
    """The same headers for all, no key, no fragment, and one deadline for all of them."""
    web = Web(
        {LINK: (302, {"location": "y?z#f"}, b"go"), "https://a.example/y?z": (200, {"content-type": "Text/Plain ; a=b"}, b"he", b"llo")}
    )
    limits = Timeouts(connect=0.5, total=total)

    assert (b"hello", "text/plain") == whole(web, f"{LINK}#top", timeouts=limits)

    assert ["/x", "/y?z"] == [request.path for request in web.requests]
    assert {("GET", ASKED, deadline, limits, None)} == {
        (request.method, request.headers, request.deadline, request.timeouts, request.credential) for request in web.requests
    }
    assert [True, True] == [body.closed for body in web.bodies]


def test_what_is_fetched_is_limited_unless_it_is_said_otherwise() -> None:
    policy = Fetcher(Web({}), Virtual(), "me/1").policy

    assert (512 * 1024 * 1024, 3, 5.0, 600.0) == (policy.most, policy.hops, policy.timeouts.connect, policy.timeouts.total)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_links_go_on_as_often_as_allowed(status: int) -> None:
    hops = {f"https://a.example/{place}": (status, {"location": f"/{place + 1}"}) for place in range(3)}
    web = Web({**hops, "https://a.example/3": (200, {}, b"end")})

    assert b"end" == whole(web, "https://a.example/0", hops=3)[0]
    with pytest.raises(SecurityError, match="more than 2 times") as caught:
        whole(web, "https://a.example/0", hops=2)
    assert ("url", 7) == (caught.value.parameter, len(web.requests))


@pytest.mark.parametrize(
    ("status", "headers", "kind"),
    [
        (404, {}, NotFound),
        (410, {}, NotFound),
        (403, {}, ProviderError),
        (411, {}, ProviderError),
        (302, {}, ProviderError),
        (204, {"location": "/"}, ProviderError),
    ],
)
def test_what_is_not_given_is_an_error_of_its_host(status: int, headers: dict[str, str], kind: type[Any]) -> None:
    web = Web({LINK: (status, headers)})

    with pytest.raises(kind, match=rf"^a\.example .*\({status}\)") as caught:
        whole(web, LINK)
    assert (kind, status, True) == (type(caught.value), caught.value.status, web.bodies[0].closed)


@pytest.mark.parametrize(("most", "good"), [(1000, True), (999, False)])
def test_the_last_byte_that_is_allowed_is_allowed(most: int, good: bool) -> None:
    web = Web({LINK: (200, {}, b"a" * 600, b"b" * 400)})

    if good:
        assert (b"a" * 600 + b"b" * 400, "application/octet-stream") == whole(web, LINK, most=most)
    else:
        with pytest.raises(ProtocolError, match="more than 999 bytes"):
            whole(web, LINK, most=most)
    assert web.bodies[0].closed


@pytest.mark.parametrize("pieces", [(b"a", b"b" * 511), (b"a" * 511,), (b"a" * 512, b"b", b"c"), (b"a" * 500, b"b" * 20, b"c"), ()])
def test_pieces_are_put_together_as_they_came(pieces: tuple[bytes, ...]) -> None:
    assert b"".join(pieces) == whole(Web({LINK: (200, {}, *pieces)}), LINK)[0]


PIECES = (PNG[:10], PNG[10:], b"more")


def test_a_file_is_saved_as_it_comes_and_the_steps_are_told(tmp_path: Path) -> None:
    web = Web({LINK: (200, {}, *PIECES)})
    steps: list[int] = []
    names: list[tuple[str, int]] = []
    (tmp_path / "0").write_bytes(b"mine")

    def naming(kind: str, taken: int) -> Path:
        names.append((kind, taken))
        return tmp_path / str(taken)

    first = run(fetcher(web).save(LINK, str(tmp_path / "a"), ("image/",), steps.append))
    second = run(fetcher(web).save_in(LINK, tmp_path, naming, ("image/",), steps.append))

    assert (tmp_path / "a", tmp_path / "1", [608, 612, 608, 612]) == (first, second, steps)
    assert (b"".join(PIECES),) * 2 == (first.read_bytes(), second.read_bytes())
    assert [("image/png", 0), ("image/png", 1)] == names
    for saved in (fetcher(web).save(LINK, tmp_path / "b", ("text/",)), fetcher(web).save_in(LINK, tmp_path, naming, ("text/",))):
        with pytest.raises(ProtocolError, match=r"is image/png, which is not text/\."):
            run(saved)
    assert ["0", "1", "a"] == sorted(path.name for path in tmp_path.iterdir())


@pytest.mark.parametrize(
    ("kind", "data", "types", "found"),
    [
        ("", b"", (), "application/octet-stream"),
        ("", b"", ("image/",), "application/octet-stream"),
        ("binary/octet-stream", b"", ("image/",), "binary/octet-stream"),
        ("text/plain", b"a", ("image/", "text/"), "text/plain"),
        ("image/tiff", PNG, (), "image/png"),
        ("a/b", b"\xef\xbb\xbf\t\r\n <HTML>", (), "text/html"),
        ("a/b", b"X<html>", (), "a/b"),
        ("text/plain", b"a", ("image/", "audio/"), "image/ or audio/"),
    ],
)
def test_what_a_file_is_its_first_bytes_say(kind: str, data: bytes, types: tuple[str, ...], found: str) -> None:
    if " or " in found:
        with pytest.raises(ProtocolError, match=found):
            checked(kind, data, types)
    else:
        assert found == checked(kind, data, types)


@pytest.mark.parametrize(
    ("url", "types", "found"),
    [
        ("data:text/x-a;base64,aGk=", (), (b"hi", "text/x-a")),
        ("data:text/x-a;base64,aGk=", ("text/",), (b"hi", "text/x-a")),
        ("data:image/png;base64,aGk=", ("text/",), None),
        ("data:;base64,R0lGODlh", (), (b"GIF89a", "image/gif")),
    ],
)
def test_a_link_that_is_the_file_is_checked_like_one(url: str, types: tuple[str, ...], found: Any) -> None:
    if found is None:
        with pytest.raises(ProtocolError):
            whole(Web({}), url, types)
    else:
        assert found == whole(Web({}), url, types)
