"""Find out whether a host can be reached, without telling it anything: connect, agree on TLS, hang up."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from llmkit.errors import ConfigurationError, LLMKitError
from llmkit.providers.provider import Provider
from llmkit.providers.settings import fill, resolve, unfilled
from llmkit.transport.blocking_dial import Late, dial
from llmkit.transport.failures import translate
from llmkit.transport.policy import parse_url
from llmkit.transport.tls import tls_context
from llmkit.transport.trust import Trust
from llmkit.types.model import Model

__all__ = ["Reached", "reach"]

_PATIENCE = 5.0
_AT_ONCE = 8


class Reached(Model, frozen=True, kw_only=True):
    """The outcome for one provider. `milliseconds` is the time to connect, `problem` why it failed; neither: it was not tried."""

    provider: str
    host: str
    milliseconds: int | None = None
    problem: str | None = None


def reach(rows: Iterable[Provider]) -> tuple[Reached, ...]:
    """Connect to each row's host, several at once."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return tuple(pool.map(_reach, rows))


def _reach(row: Provider) -> Reached:
    address = _address(row)
    if address is None:
        return Reached(provider=row.name, host=row.base_url)
    origin, _ = parse_url(address)
    began = time.monotonic()
    try:
        tls = tls_context(Trust()) if origin.scheme == "https" else None
        dial(origin, None, tls, began + _PATIENCE).close()
    except Late:
        problem = f"no answer within {_PATIENCE:g} s"
    except LLMKitError as error:
        problem = error.message
    except OSError as error:
        problem = translate(error, origin.host).message
    else:
        return Reached(provider=row.name, host=origin.host, milliseconds=round(1000 * (time.monotonic() - began)))
    return Reached(provider=row.name, host=origin.host, problem=problem)


def _address(row: Provider) -> str | None:
    """Return the row's address with the settings that the environment has; None where that does not make it whole."""
    try:
        address = fill(row.base_url, resolve(row, {}, os.environ).values)
    except ConfigurationError:
        return None
    return None if unfilled(address) else address
