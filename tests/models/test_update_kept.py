"""Registries that were fetched: which one is used, and what becomes of the others."""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from llmkit.errors import ConfigurationError
from llmkit.models.installed import data_directory, day_of
from llmkit.models.shards import Shards
from llmkit.models.update import Updated
from tests.models.update_site import NEW, Place, packed
from tests.models.update_site import place as place


def test_an_older_one_is_taken_only_when_forced_and_never_before_the_packaged_one(place: Place) -> None:
    place.site.publish(NEW, "2026-11-01")
    place.update()
    older, oldest = packed("2026-10-15", 11), packed("2026-09-01", 11)

    place.site.publish(older, "2026-10-15")
    with pytest.raises(ConfigurationError, match="older than the one in use"):
        place.update()
    assert "2026-11-01" == day_of(place.best())
    assert place.update(force=True).changed
    assert "2026-10-15" == day_of(place.best())

    place.site.publish(oldest, "2026-09-01")
    with pytest.raises(ConfigurationError, match="older than the packaged one"):
        place.update(force=True)


def test_the_one_in_use_until_now_stays_readable_and_older_ones_go(place: Place) -> None:
    """A program that runs reads block by block from the file that it opened."""
    paths = []
    for day in ("2026-10-10", "2026-10-20", "2026-10-30"):
        place.site.publish(packed(day), day)
        paths.append(Path(place.update().path))

    assert [False, True, True] == [path.exists() for path in paths]
    assert paths[-1] == place.best()


@pytest.mark.skipif(os.name != "posix", reason="modes of directories are those of POSIX")
def test_a_directory_that_cannot_be_written_is_told_of(place: Place) -> None:
    """Root writes anywhere, so a file stands where the directory should be."""
    place.site.publish(NEW, "2026-11-01")
    place.directory.parent.mkdir()
    place.directory.write_bytes(b"")

    with pytest.raises(ConfigurationError, match=r"cannot be written.*XDG_DATA_HOME"):
        place.update()


def test_updates_at_the_same_time_do_not_harm_each_other(place: Place) -> None:
    place.site.publish(NEW, "2026-11-01")
    outcomes: list[Updated | BaseException] = []

    def one() -> None:
        try:
            outcomes.append(place.update())
        except BaseException as error:
            outcomes.append(error)

    threads = [threading.Thread(target=one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 6 * [str(place.best())] == [outcome.path if isinstance(outcome, Updated) else outcome for outcome in outcomes]
    assert [place.best().name] == place.files()
    Shards(place.best()).check()


def damage(content: bytes) -> bytes:
    return content[:-5] + bytes([content[-5] ^ 1]) + content[-4:]


@pytest.mark.parametrize("how", [damage, lambda content: content[:-1], lambda content: b""])
def test_a_damaged_update_is_told_of_once_and_not_used(place: Place, how: Callable[[bytes], bytes]) -> None:
    place.site.publish(NEW, "2026-11-01")
    own = Path(place.update().path)
    own.write_bytes(how(own.read_bytes()))

    with pytest.warns(RuntimeWarning, match=f"{own.name} is damaged") as caught:
        first = place.best()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        again = place.best()

    assert (place.packaged, place.packaged) == (first, again)
    assert 1 == len(caught)
    assert place.update().changed  # the same one anew
    assert own == place.best()


def test_a_damaged_update_goes_when_there_is_none_newer_than_what_is_used(place: Place) -> None:
    place.site.publish(NEW, "2026-11-01")
    own = Path(place.update().path)
    own.write_bytes(b"")
    place.site.publish(place.packaged.read_bytes(), "2026-10-01")

    with pytest.warns(RuntimeWarning, match="is damaged"):
        updated = place.update()

    assert not updated.changed
    assert [] == place.files()


def test_an_update_that_the_package_has_overtaken_is_not_used(place: Place) -> None:
    place.site.publish(NEW, "2026-11-01")
    place.update()

    place.packaged.write_bytes(packed("2026-11-02"))

    assert place.packaged == place.best()


def test_other_files_in_the_directory_are_left_alone(place: Place) -> None:
    place.directory.mkdir(parents=True)
    names = ("notes.txt", "9999-12-31-nonsense.bin", ".0123.part")
    for name in names:
        (place.directory / name).write_bytes(b"mine")
    place.site.publish(NEW, "2026-11-01")

    assert place.packaged == place.best()
    assert Path(place.update().path).name == place.best().name
    assert {*names, place.best().name} == {*place.files()}


def test_the_directory_is_the_systems_own(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Path("/x/llmkit/models") == data_directory({"XDG_DATA_HOME": "/x"})
    assert data_directory({}).parts[-2:] == ("llmkit", "models")
