"""What is pinned is pinned wholly."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import make
from tests.security.policy import ROOT
from tests.security.supply.compiling import ALONE, compiled_anew
from tests.security.supply.pins import FOLDER, LEVELS, RUNTIME, addresses, pinned, pins, unheld


@pytest.mark.parametrize("level", LEVELS)
def test_every_pin_has_hashes(level: str) -> None:
    """Without one, whoever holds the index decides what is installed."""
    assert [] == [pin.name for pin in pinned(level) if not pin.hashes]


@pytest.mark.parametrize("level", LEVELS)
def test_every_requirement_is_held_by_a_pin(level: str) -> None:
    """A source that was changed and not compiled is found without a network."""
    assert [] == list(unheld(level, pinned(level)))


@pytest.mark.parametrize("path", sorted(FOLDER.iterdir()), ids=lambda path: path.name)
def test_no_file_names_where_to_fetch_from(path: Path) -> None:
    """The reader's own settings say it; an address here would override them."""
    assert [] == addresses(path)


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://pypi.example/simple",
        "thing @ https://example.com/thing.whl",
        "-i https://example.com",
        "git+ssh://example.com/a",
    ],
)
def test_an_address_is_found(line: str, tmp_path: Path) -> None:
    file = tmp_path / "some.txt"
    file.write_text(f"# https://example.com/ in a comment is none\n{line}\n")

    assert [f"some.txt: {line}"] == addresses(file)


@pytest.mark.parametrize("line", ["thing", "thing>=1", "thing==1.*", "thing==1,<2", "thing[extra]==1", "thing @ https://example.com/t.whl"])
def test_what_is_no_pin_is_not_passed_over(line: str) -> None:
    with pytest.raises(ValueError, match="not pinned"):
        list(pins(line))


def test_a_pin_is_read_with_its_marker_and_hashes() -> None:
    one = 64 * "a"
    text = (
        f"Some_Thing==1.2 ; python_version < '3.13' \\\n    --hash=sha256:{one} \\\n    --hash=sha256:{64 * 'b'}\n# a comment\nother==2\n"
    )

    first, second = pins(text)

    assert ("some-thing", "1.2", frozenset({one, 64 * "b"})) == (first.name, first.version, first.hashes)
    assert first.marker is not None
    assert ("other", frozenset()) == (second.name, second.hashes)


def test_a_requirement_that_no_pin_satisfies_is_found() -> None:
    found = [pin for pin in pinned(RUNTIME) if pin.name != "click"]

    assert ["app: click>=8.3.3"] == list(unheld(RUNTIME, found))


def test_the_sources_ask_for_what_the_package_asks_for() -> None:
    """The build tools, the core and the command line are tested as they are accepted."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = {
        *project["project"]["dependencies"],
        *project["project"]["optional-dependencies"]["cli"],
        *project["build-system"]["requires"],
    }
    lines = (FOLDER / f"{RUNTIME}.in").read_text(encoding="utf-8").splitlines()

    assert wanted <= set(lines)


def test_levels_without_dependencies_are_compiled_so_everywhere() -> None:
    assert frozenset(make.DATA_ALONE) == ALONE


def now(level: str, folder: Path, *more: str) -> str:
    """Compile a level to what it is."""
    return (FOLDER / f"{level}.txt").read_text(encoding="utf-8")


def test_pins_that_their_source_does_not_ask_for_are_found() -> None:
    """A pin that was put in by hand is gone when it is compiled anew."""
    same = compiled_anew(now)
    changed = compiled_anew(lambda *words: now(*words).replace("click==", "click==99."))

    assert (True, ()) == (same.ran, same.differences)
    assert "app.txt is not what app.in asks for" in changed.differences


def test_pins_younger_than_the_cooldown_are_counted() -> None:
    found = compiled_anew(lambda level, folder, *more: now(level, folder) if more else now(level, folder).replace("click==8", "click==7"))

    assert "; 1 pins were raised" in found.note


def test_pins_that_could_not_be_compiled_are_not_called_good() -> None:
    assert not compiled_anew(lambda *_: None).ran
