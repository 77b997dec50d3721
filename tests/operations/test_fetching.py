"""What answers point to is fetched as a stranger's link."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmkit import Image, LLMKit
from llmkit.errors import InvalidRequest, LLMKitError, NotFound, ProtocolError, SecurityError
from llmkit.fetching import FetchPolicy
from llmkit.runtime.step import run
from llmkit.testing import FakeHost
from llmkit.testing.host import bytes_reply
from llmkit.testing.replies import Cut, Reply
from llmkit.transport.public import is_public
from tests.operations.faces import FACES, use

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100


def redirect(target: str) -> Reply:
    return Reply(status=302, headers=(("Location", target),))


@pytest.mark.parametrize("face", FACES)
def test_a_link_becomes_bytes_without_any_key(face: str) -> None:
    """The keys of the client are nobody's there."""
    with FakeHost() as host:
        host.on("GET /cat", redirect("/cat.png")).on("GET /cat.png", bytes_reply(PNG, "application/octet-stream"))
        client = {"keys": {"openai": "sk-never-sent"}, "fetch_origins": [host.url]}

        part = use(face, client, "fetch", Image(url=f"{host.url}/cat"))

    assert (PNG, "image/png", None) == (part.data, part.media_type, part.url)
    assert [] == [request for request in host.requests if "authorization" in request.headers or "sk-never" in str(dict(request.headers))]


REFUSED = ["http://127.0.0.1:{port}/cat", "https://localhost:{port}/cat", "https://[::1]:{port}/cat", "file:///etc/passwd"]
"""What is on this machine; `test_fetching_addresses` has the spellings."""


@pytest.mark.parametrize("url", REFUSED)
@pytest.mark.parametrize("face", FACES)
def test_a_link_into_a_private_network_is_refused(face: str, url: str) -> None:
    """It was made by a stranger; nothing is sent there."""
    with FakeHost() as host, pytest.raises(SecurityError):
        use(face, {}, "fetch", Image(url=url.format(port=host.url.rpartition(":")[2])))

    assert [] == host.requests


@pytest.mark.parametrize("face", FACES)
def test_a_redirect_is_checked_like_the_first_address(face: str) -> None:
    """An open redirector leads anywhere."""
    with FakeHost() as inside, FakeHost() as host, pytest.raises(SecurityError):
        host.on("GET /cat", redirect(f"{inside.url}/secret"))
        use(face, {"fetch_origins": [host.url]}, "fetch", Image(url=f"{host.url}/cat"))

    assert [] == inside.requests


ADDRESSES = {
    "8.8.8.8": True,
    "1.1.1.1": True,
    "2606:4700:4700::1111": True,
    **dict.fromkeys(["0.0.0.0", "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"], False),
    **dict.fromkeys(["100.100.100.200", "168.63.129.16", "192.0.0.192", "192.88.99.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"], False),
    **dict.fromkeys(["::", "::1", "::ffff:8.8.8.8", "::8.8.8.8", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "2001::1"], False),
    **dict.fromkeys(["fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1", "2600::5efe:7f00:1", "name"], False),
}


@pytest.mark.parametrize(("address", "public"), ADDRESSES.items())
def test_what_is_public_is_one_table(address: str, public: bool) -> None:
    """Relays that end anywhere are not, and neither are the services of a cloud's machines."""
    assert public == is_public(address)


@pytest.mark.parametrize("face", FACES)
def test_a_saved_file_is_named_by_us_and_by_its_type(face: str, tmp_path: Path) -> None:
    """A name in an answer could lead out of the folder."""
    folder = tmp_path / "pictures"
    parts = [Image(data=PNG, media_type="image/jpeg", name="../../evil.sh"), Image(data=b"RIFF....WEBP", name="x")]

    first, second = [use(face, {}, "save", part, folder if folder.exists() else f"{folder}/")[0] for part in parts]

    assert (folder / "image-1.png", folder / "image-1.webp") == (first, second)
    assert (PNG, 0o600) == (first.read_bytes(), first.stat().st_mode & 0o777)
    assert [first, second] == sorted(folder.iterdir())


@pytest.mark.parametrize("face", FACES)
def test_half_a_file_never_stands_under_its_name(face: str, tmp_path: Path) -> None:
    """A download that breaks leaves nothing, and what was there before."""
    target = tmp_path / "cat.png"
    target.write_bytes(b"before")
    broken = Reply(headers=(("Content-Type", "image/png"),), pieces=(PNG, Cut(reset=True)), framing="chunked")
    with FakeHost() as host, pytest.raises(LLMKitError):
        host.on("GET /cat.png", broken)
        use(face, {"fetch_origins": [host.url]}, "save", Image(url=f"{host.url}/cat.png"), target)

    assert (b"before", [target]) == (target.read_bytes(), list(tmp_path.iterdir()))


def test_a_link_as_a_name_is_replaced_and_not_followed(tmp_path: Path) -> None:
    """Somebody may have put one there to have another file overwritten."""
    other = tmp_path / "other"
    other.write_bytes(b"precious")
    target = tmp_path / "cat.png"
    target.symlink_to(other)

    use("sync", {}, "save", Image(data=PNG), target)

    assert (b"precious", PNG, False) == (other.read_bytes(), target.read_bytes(), target.is_symlink())


def test_what_is_not_there_and_what_is_nothing_say_so() -> None:
    """Errors of links are typed like all others."""
    with FakeHost() as host:
        host.on("GET /gone", Reply(status=404)).on("GET /loop", redirect("/loop"))
        client = {"fetch_origins": [host.url]}
        with pytest.raises(NotFound, match="404"):
            use("sync", client, "fetch", Image(url=f"{host.url}/gone"))
        with pytest.raises(SecurityError, match="more than 3 times"):
            use("sync", client, "fetch", Image(url=f"{host.url}/loop"))
        with pytest.raises(InvalidRequest, match="neither bytes nor an address"):
            use("sync", client, "fetch", Image(file_id="file-1"))
        with pytest.raises(InvalidRequest, match="nothing to save"):
            use("sync", client, "save", "text", "x")


def test_more_bytes_than_allowed_are_an_error() -> None:
    """Whoever serves the link decides how long it is, and not how much we take."""
    with FakeHost() as host, LLMKit(fetch_origins=[host.url]) as kit:
        host.on("GET /big", bytes_reply(PNG * 100, "image/png"))
        fetcher = kit._core.fetcher()
        fetcher.policy = FetchPolicy(most=1000)
        with pytest.raises(ProtocolError, match="more than 1,000 bytes"):
            run(fetcher.whole(f"{host.url}/big"))
