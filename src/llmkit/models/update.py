"""A newer registry in the user's data directory: what may become it, and how it gets there."""

from __future__ import annotations

import os
import re
import secrets
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import msgspec

from llmkit.errors import ConfigurationError, ProtocolError
from llmkit.folders import private_folder
from llmkit.models.installed import best, checksum_of, data_directory, day_of, fetched
from llmkit.models.registry import PACKAGED
from llmkit.models.shards import Damaged, Header, Shards
from llmkit.types.model import Model

REGISTRY_URL: str | None = None
"""Where the project publishes the manifest of its newest registry. None: nothing is published yet, so an address must be given."""
LARGEST = 16 * 1024 * 1024
"""Bytes of a registry."""
LARGEST_MANIFEST = 64 * 1024
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
_FALL = 2
"""A registry with fewer models than the present one by this factor is taken for a mistake."""


class Updated(Model, frozen=True, kw_only=True):
    """What an update came to: the registry that is now used, and whether it is another one than before."""

    as_of: str
    models: int
    priced: int
    path: str
    changed: bool


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What is published beside a registry: which file it is, and what it must be."""

    version: int
    as_of: str
    sha256: str
    size: int
    file: str
    """A name beside the manifest."""


class Present(NamedTuple):
    """The registry that is in use, and the day of the packaged one."""

    path: Path
    as_of: str
    models: int
    sha256: str
    packaged: str
    damaged: tuple[Path, ...] = ()
    """Those that would be in use if they were sound."""


def present(packaged: Path = PACKAGED, directory: Path | None = None) -> Present:
    """Return what is in use now."""
    path, damaged = best(packaged, data_directory() if directory is None else directory)
    header = Shards(path).header
    return Present(path, header.as_of, header.models, _digest(path.read_bytes()), day_of(packaged), damaged)


def manifest_of(body: bytes) -> Manifest:
    """Read a manifest. Raises `ProtocolError`."""
    problem = ""
    try:
        manifest = msgspec.json.decode(body, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        problem = f"it is no manifest: {error}"
    else:
        problem = _fault(manifest)
    if problem:
        raise ProtocolError(f"The models cannot be updated: {problem}.", hint="Those that are known stay in use.")
    return manifest


def _fault(manifest: Manifest) -> str:
    """Return what makes a manifest unusable."""
    if manifest.version != 1:
        return f"the manifest is of version {manifest.version}, and this version of LLMKit knows 1"
    if not _DAY.fullmatch(manifest.as_of):
        return "as_of is not a day"
    if not re.fullmatch(r"[0-9a-f]{64}", manifest.sha256):
        return "sha256 is not 64 hexadecimal digits"
    if not 0 < manifest.size <= LARGEST:
        return f"the registry would have {manifest.size} bytes, and {LARGEST} are allowed"
    return "" if _NAME.fullmatch(manifest.file) else "file is not the name of a file beside the manifest"


def refuse(manifest: Manifest, now: Present, *, today: str, force: bool) -> None:
    """Refuse a registry of a day to come or before the packaged one, or one older than that in use unless forced.

    Raises `ConfigurationError`.
    """
    if manifest.as_of > today:
        raise ConfigurationError(f"The registry there is of {manifest.as_of}, a day to come.", parameter="url")
    if manifest.as_of < now.packaged:
        raise ConfigurationError(
            f"The registry there is of {manifest.as_of}, older than the packaged one ({now.packaged}).", parameter="url"
        )
    if manifest.as_of < now.as_of and not force:
        raise ConfigurationError(
            f"The registry there is of {manifest.as_of}, older than the one in use ({now.as_of}).", parameter="url", hint="Pass force=True."
        )


def accept(content: bytes, manifest: Manifest, now: Present, directory: Path) -> Updated:
    """Check a registry wholly, and put it in place in one step.

    Raises `ProtocolError`, and `ConfigurationError` where the directory cannot be written.
    """
    if len(content) != manifest.size or _digest(content) != manifest.sha256:
        raise ProtocolError("The registry that came is not the one of the manifest.", hint="The models that are known stay in use.")
    path = directory / f"{manifest.as_of}-{checksum_of(content)}.bin"
    problem = ""
    try:
        private_folder(directory)
        header = _install(content, manifest, now, path)
    except OSError as error:
        problem = f"{directory} cannot be written: {error.strerror or error}."
    if problem:
        raise ConfigurationError(problem, parameter="models", hint="Set XDG_DATA_HOME to a directory of yours.")
    _clear(path, manifest.as_of, now)
    return Updated(as_of=header.as_of, models=header.models, priced=header.priced, path=str(path), changed=True)


def unchanged(now: Present) -> Updated:
    """Return that the registry in use is the newest, without those that are damaged."""
    for path in now.damaged:
        path.unlink(missing_ok=True)
    header = Shards(now.path).header
    return Updated(as_of=header.as_of, models=header.models, priced=header.priced, path=str(now.path), changed=False)


def _install(content: bytes, manifest: Manifest, now: Present, path: Path) -> Header:
    """Write beside the target, read all of it, and only then let it be the target."""
    aside = path.with_name(f".{secrets.token_hex(8)}.part")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        header = _checked(aside, manifest, now)
        os.replace(aside, path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    return header


def _clear(path: Path, day: str, now: Present) -> None:
    """Remove damaged ones, older ones but for that in use until now, and newer ones where an older one was asked for."""
    for name, other, _ in fetched(path.parent):
        kept = (other < day and name == now.path.name) or (other > day and now.as_of <= day and path.with_name(name) not in now.damaged)
        if name != path.name and not kept:
            with suppress(OSError):  # it does no harm, and another program may hold it
                path.with_name(name).unlink()


def _checked(path: Path, manifest: Manifest, now: Present) -> Header:
    problem = ""
    try:
        shards = Shards(path)
        shards.check()
    except Damaged as error:
        problem = str(error).replace(str(path), "The file")
    else:
        if shards.header.as_of != manifest.as_of:
            problem = f"It is of {shards.header.as_of}, and the manifest says {manifest.as_of}"
        elif shards.header.models * _FALL < now.models:
            problem = f"It has {shards.header.models} models where {now.models} are known"
    if problem:
        raise ProtocolError(f"The registry that came is refused: {problem.rstrip('.')}.", hint="The models that are known stay in use.")
    return shards.header


def _digest(content: bytes) -> str:
    import hashlib  # loads OpenSSL, which those who have no update need not

    return hashlib.sha256(content).hexdigest()
