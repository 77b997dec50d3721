"""Templates by name and version, from folders that the user names."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from llmkit.errors import PromptInvalid, nearest
from llmkit.prompts.prompt import Prompt
from llmkit.prompts.source import LARGEST, Source, read

SUFFIX = ".prompt.md"
_MOST = 10_000


class Prompts:
    """All files `NAME.prompt.md` below the folders; `NAME@2.prompt.md` is another version of `NAME`.

    A name is the path below its folder, such as `support/answer`. Everything is read and checked at once, and not looked at again.
    Raises `PromptInvalid` with path and line for the first file that is wrong.
    """

    def __init__(self, *folders: str | os.PathLike[str]) -> None:
        sources: dict[str, dict[str, Source]] = {}
        for folder in folders:
            for path in _files(Path(folder)):
                name, version = _named(path, Path(folder))
                source = read(_text(path), path=str(path))
                if version and source.version not in ("1", version):
                    raise PromptInvalid(f"Its name says version {version}, its head {source.version}.", path=str(path))
                source = source.replace(version=version or source.version)
                other = sources.setdefault(name, {}).setdefault(source.version, source)
                if other is not source:
                    raise PromptInvalid(f"Version {source.version} of {name!r} is also in {other.path}.", path=str(path))

        def find(name: str) -> Source | None:
            bare, _, version = name.partition("@")
            versions = sources.get(bare, {})
            return versions.get(version or max(versions, key=_order, default=""))

        self._prompts = {
            name: {version: Prompt.linked(name, versions[version], find) for version in sorted(versions, key=_order)}
            for name, versions in sorted(sources.items())
            if not _is_partial(name)
        }

    def get(self, name: str, version: str | int | None = None) -> Prompt:
        """Return the template; the newest version, if none is asked for. Raises `PromptInvalid` with the nearest name."""
        versions = self._prompts.get(name)
        if versions is None:
            near = nearest(name, self._prompts)
            hint = f"Did you mean {near[0]}?" if near else f"There are {', '.join(self._prompts) or 'none'}."
            raise PromptInvalid(f"There is no prompt {name!r}.", parameter="name", hint=hint)
        wanted = next(reversed(versions)) if version is None else str(version)
        if wanted not in versions:
            raise PromptInvalid(f"{name!r} has no version {wanted}.", parameter="version", hint=f"It has {', '.join(versions)}.")
        return versions[wanted]

    def versions(self, name: str) -> tuple[str, ...]:
        """Return the versions of `name`, oldest first."""
        self.get(name)
        return tuple(self._prompts[name])

    def __getitem__(self, name: str) -> Prompt:
        return self.get(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._prompts)

    def __len__(self) -> int:
        return len(self._prompts)


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise PromptInvalid("There is no such folder.", path=str(folder))
    # Links are not followed: a folder of prompts may come from somebody who should not choose what else is read.
    found = [Path(root) / name for root, _, names in os.walk(folder) for name in names if name.endswith(SUFFIX)]
    files = sorted(path for path in found if not path.is_symlink())
    if len(files) > _MOST:
        raise PromptInvalid(f"More than {_MOST} prompts are in it.", path=str(folder))
    return files


def _named(path: Path, folder: Path) -> tuple[str, str]:
    name, _, version = path.relative_to(folder).as_posix().removesuffix(SUFFIX).partition("@")
    if version and not all(part.isdigit() and part.isascii() for part in version.split(".")):
        raise PromptInvalid(f"{version!r} is no version.", path=str(path), hint=f"Write NAME@1.2{SUFFIX}.")
    return name, version


def _is_partial(name: str) -> bool:
    """A file whose name begins with an underscore is only there to be included."""
    return name.rpartition("/")[2].startswith("_")


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _text(path: Path) -> str:
    if path.stat().st_size > 4 * LARGEST:
        raise PromptInvalid(f"It is longer than {LARGEST} characters.", path=str(path))
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise PromptInvalid("It is not UTF-8 text.", path=str(path)) from None
