"""What a link may hold and how long it may take; files that cannot be written."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from llmkit import Audio, Document, Image, LLMKit, Video
from llmkit.errors import LLMKitError, ProtocolError, SaveFailed, Timeout
from llmkit.fetching import FetchPolicy
from llmkit.runtime.step import run
from llmkit.testing import FakeHost
from llmkit.testing.host import bytes_reply
from llmkit.testing.replies import Cut, Hold, Pause, Reply
from llmkit.types.http import Timeouts
from llmkit.types.image import ImageResponse
from tests.operations.faces import FACES, use

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 2000
PAGE = b"\xef\xbb\xbf\n <!DOCTYPE html><p>Sorry</p>"
DRIPPING = [piece for _ in range(60) for piece in (Pause(seconds=0.02), b"0")]
SLOW: dict[str, tuple[tuple[Any, ...], Timeouts, str]] = {
    "drop by drop": ((PNG[:600], *DRIPPING), Timeouts(idle=5, total=0.25), "total"),
    "and then nothing": ((PNG[:600], Hold()), Timeouts(idle=0.1, total=5), "idle"),
    "nothing at all": ((Hold(),), Timeouts(first_event=0.1, total=5), "first_event"),
}


@pytest.mark.parametrize("case", SLOW)
def test_a_link_that_takes_too_long_is_given_up(case: str) -> None:
    """However it does that: the time is that of the whole, and of each pause."""
    pieces, timeouts, phase = SLOW[case]
    with FakeHost() as host, LLMKit(fetch_origins=[host.url]) as kit:
        host.on("GET /cat", Reply(headers=(("Content-Type", "image/png"),), pieces=pieces, framing="chunked"))
        fetcher = kit._core.fetcher()
        fetcher.policy = FetchPolicy(timeouts=timeouts)
        with pytest.raises(Timeout) as caught:
            run(fetcher.whole(f"{host.url}/cat"))

    assert phase == caught.value.phase


TYPES: dict[str, tuple[Any, bytes, str, str | None]] = {
    "a picture": (Image, PNG, "image/png", "image/png"),
    "a picture that is called something else": (Image, PNG, "text/plain", "image/png"),
    "a picture of a kind unknown": (Image, b"II*\0....", "image/tiff", "image/tiff"),
    "bytes of which nobody says what they are": (Image, b"II*\0....", "application/octet-stream", "application/octet-stream"),
    "a page in place of a picture": (Image, PAGE, "text/html", None),
    "a page that says it is a picture": (Image, PAGE, "image/png", None),
    "a film in place of a picture": (Image, b"\0\0\0\x18ftypmp42" + b"0" * 20, "image/png", None),
    "sound in a container of films": (Audio, b"\0\0\0\x18ftypmp42" + b"0" * 20, "video/mp4", "video/mp4"),
    "a picture in place of a film": (Video, PNG, "video/mp4", None),
    "any document": (Document, PAGE, "text/html", "text/html"),
    "an error in JSON": (Image, b'{"error": "no"}', "application/json", None),
}


@pytest.mark.parametrize("case", TYPES)
@pytest.mark.parametrize("face", FACES)
def test_what_a_link_holds_is_what_the_part_is(face: str, case: str) -> None:
    """By its first bytes, whatever the server says."""
    kind, data, told, found = TYPES[case]
    with FakeHost() as host:
        host.on("GET /x", bytes_reply(data, told))
        client, part = {"fetch_origins": [host.url]}, kind(url=f"{host.url}/x")
        if found is None:
            with pytest.raises(ProtocolError, match="The file is"):
                use(face, client, "fetch", part)
        else:
            whole = use(face, client, "fetch", part)
            assert (data, found) == (whole.data, whole.media_type)


def test_what_is_not_wanted_is_refused_by_its_first_bytes(tmp_path: Path) -> None:
    """The rest of a gigabyte is not waited for, and nothing is left of it."""
    with FakeHost() as host, pytest.raises(ProtocolError, match="text/html"):
        host.on("GET /x", Reply(headers=(("Content-Type", "image/png"),), pieces=(PAGE + b" " * 600, Hold()), framing="chunked"))
        use("sync", {"fetch_origins": [host.url]}, "save", Image(url=f"{host.url}/x"), tmp_path / "x.png")

    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("face", FACES)
def test_several_are_saved_side_by_side_and_nothing_is_replaced(face: str, tmp_path: Path) -> None:
    """Bytes and links alike; a name that is taken stays whose it was."""
    taken = tmp_path / "image-1.png"
    taken.write_bytes(b"mine")
    steps: list[int] = []
    with FakeHost() as host:
        host.on("GET /b", bytes_reply(PNG + b"b", "application/octet-stream"))
        inline = Image(url="data:image/gif;base64,R0lGODlh")
        reply = ImageResponse(images=(Image(data=PNG, name="../../evil"), Image(url=f"{host.url}/b"), inline))

        saved = use(face, {"fetch_origins": [host.url]}, "save", reply, tmp_path, progress=steps.append)

    assert ["image-2.png", "image-3.png", "image-1.gif"] == [path.name for path in saved]
    assert ([PNG, PNG + b"b", b"GIF89a"], b"mine") == ([path.read_bytes() for path in saved], taken.read_bytes())
    assert (4, {0o600}) == (len(list(tmp_path.iterdir())), {path.stat().st_mode & 0o777 for path in saved})
    assert (len(PNG), len(PNG) + 1, 6) == (steps[0], max(steps), steps[-1])


@pytest.mark.parametrize("place", ["missing/cat.png", "file/cat.png", "file/"])
def test_a_place_that_cannot_be_written_to_is_an_error_of_ours(place: str, tmp_path: Path) -> None:
    """It says which, and why."""
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(SaveFailed, match="could not be written") as caught:
        use("sync", {}, "save", Image(data=PNG), f"{tmp_path}/{place}")

    assert str(tmp_path) in caught.value.path


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may write anywhere")
def test_a_folder_that_is_read_only_is_an_error_of_ours(tmp_path: Path) -> None:
    """With what helps."""
    tmp_path.chmod(0o500)
    with pytest.raises(SaveFailed, match="that you may write to"):
        use("sync", {}, "save", Image(data=PNG), tmp_path / "cat.png")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_disk_that_is_full_is_an_error_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was there before stays, and half a file never stands under its name."""
    real = os.fdopen

    def full(handle: int, mode: str) -> Any:
        os.close(handle)
        return real(os.open("/dev/full", os.O_WRONLY), mode)

    target = tmp_path / "cat.png"
    target.write_bytes(b"before")
    with LLMKit() as kit:
        monkeypatch.setattr(os, "fdopen", full)
        with pytest.raises(SaveFailed, match=r"no space left on device.*Make room"):
            kit.save(Image(data=PNG * 1000), target)
        with pytest.raises(SaveFailed, match="no space left on device"):  # only the last bytes do not fit
            kit.save(Image(data=PNG), f"{tmp_path}/")

    assert (b"before", [target]) == (target.read_bytes(), list(tmp_path.iterdir()))


def test_a_file_is_named_only_when_all_of_it_is_there(tmp_path: Path) -> None:
    """A folder too holds nothing of a download that breaks."""
    with FakeHost() as host, pytest.raises(LLMKitError):
        host.on("GET /x", Reply(headers=(("Content-Type", "image/png"),), pieces=(PNG, Cut()), declared=9999, framing="length"))
        use("sync", {"fetch_origins": [host.url]}, "save", Image(url=f"{host.url}/x"), tmp_path)

    assert [] == list(tmp_path.iterdir())
