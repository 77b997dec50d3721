"""Fetch a newer registry of models, when somebody asks for it."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from llmkit.errors import ConfigurationError, ConnectionFailed, SecurityError
from llmkit.models.installed import data_directory
from llmkit.models.registry import PACKAGED
from llmkit.models.update import (
    LARGEST_MANIFEST,
    REGISTRY_URL,
    Updated,
    accept,
    manifest_of,
    present,
    refuse,
    unchanged,
)
from llmkit.runtime.protocol import Runtime
from llmkit.transport.policy import is_loopback, parse_url
from llmkit.types.http import HttpRequest, Origin, Timeouts, Transport
from llmkit.version import VERSION

_STAY = "The models that are known stay in use."


async def update(
    transport: Transport,
    runtime: Runtime,
    *,
    url: str | None = None,
    force: bool = False,
    timeouts: Timeouts | None = None,
    packaged: Path = PACKAGED,
    directory: Path | None = None,
) -> Updated:
    """Fetch the registry whose manifest is at `url`, check all of it and use it from now on.

    Nothing changes unless everything is right. `force` takes one that is older than the registry in use. No key and no cookie is sent,
    and no redirect is followed. Raises `ConfigurationError`, `SecurityError`, `ConnectionFailed`, `Timeout` and `ProtocolError`.
    """
    origin, path = _address(REGISTRY_URL if url is None else url)
    place = data_directory() if directory is None else directory
    fetch = partial(_fetch, transport, runtime, timeouts or Timeouts(), origin)
    manifest = manifest_of(await fetch(path, LARGEST_MANIFEST))
    now = await runtime.call(partial(present, packaged, place))
    refuse(manifest, now, today=datetime.now(UTC).date().isoformat(), force=force)
    if manifest.sha256 == now.sha256:
        updated: Updated = await runtime.call(partial(unchanged, now))
        return updated
    content = await fetch(f"{path.partition('?')[0].rpartition('/')[0]}/{manifest.file}", manifest.size)
    updated = await runtime.call(partial(accept, content, manifest, now, place))
    return updated


def _address(url: str | None) -> tuple[Origin, str]:
    if url is None:
        raise ConfigurationError(
            "No address of newer models is known: the project publishes none yet.",
            parameter="url",
            hint="Pass the address of a manifest, or write models_url into the configuration file.",
        )
    origin, path = parse_url(url)
    if origin.scheme != "https" and not is_loopback(origin.host):
        raise SecurityError(f"Models are fetched over https only, not from {origin}.", parameter="url")
    return origin, path


async def _fetch(transport: Transport, runtime: Runtime, timeouts: Timeouts, origin: Origin, path: str, limit: int) -> bytes:
    deadline = None if timeouts.total is None else runtime.now() + timeouts.total
    request = HttpRequest(
        method="GET",
        origin=origin,
        path=path,
        headers=(("Accept", "*/*"), ("User-Agent", f"llmkit/{VERSION}")),
        timeouts=timeouts,
        deadline=deadline,
    )
    where = f"{origin}{path.partition('?')[0]}"
    failure = ""
    try:
        response = await transport.send(request)
        if response.status == 200:
            return await response.body.read_all(deadline, limit)
        await response.body.aclose()
    except ConnectionFailed as error:
        failure = error.message
        kind = type(error)
    if failure:
        raise kind(f"The models were not updated: {failure}", hint=_STAY)
    raise _refused(response.status, where)


def _refused(status: int, where: str) -> ConfigurationError | ConnectionFailed:
    if status >= 500 or status == 429:
        return ConnectionFailed(f"{where} answers {status}.", hint=f"{_STAY} Try again later.")
    hint = "Redirects are not followed: pass the address that it points to." if 300 <= status < 400 else "Check the address."
    return ConfigurationError(f"{where} answers {status}.", parameter="url", hint=hint)
