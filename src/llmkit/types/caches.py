"""Prompts that a provider keeps under a name, so that they are sent and paid for once."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

import msgspec

from llmkit.types.asking import Answer, Ask, Codec, Place
from llmkit.types.model import NO_NATIVE, Model
from llmkit.types.parts import CacheMark, Provenance
from llmkit.types.request import Request, RequestOptions
from llmkit.types.tools import AnyTool, HasTool, ToolChoice
from llmkit.types.warnings import Warning


class StoredPrompt(Model, frozen=True, kw_only=True):
    """The beginning of a conversation at a provider. Pass it as `cache=` with the messages that follow."""

    id: str
    model: str = ""
    """The model that it was made for, as the provider calls it; no other takes it."""
    provider: str = ""
    account: str = ""
    """A one-way fingerprint of the key it was made or found with."""
    dialect: str = ""
    name: str | None = None
    tokens: int | None = None
    """What is paid for while it is kept, by the hour."""
    created: datetime | None = None
    updated: datetime | None = None
    expires: datetime | None = None
    """When the provider deletes it."""
    warnings: tuple[Warning, ...] = ()
    raw: msgspec.Raw = NO_NATIVE

    def mark(self) -> CacheMark:
        """Return what a request names it by."""
        origin = Provenance(provider=self.provider, dialect=self.dialect, model=self.model, account=self.account)
        return CacheMark(kept=self.id, origin=origin)

    def expired(self, now: datetime) -> bool:
        """Tell whether the provider has deleted it by `now`, as far as it said when."""
        return self.expires is not None and self.expires <= now


class PromptPage(Model, frozen=True, kw_only=True):
    """Some of the prompts that are kept, and where the next ones begin."""

    prompts: tuple[StoredPrompt, ...]
    next: str = ""
    """Empty: there are no more."""


class KeepRequest(Request, frozen=True, kw_only=True):
    """A prompt to be kept."""

    body: dict[str, Any]
    """The request for an answer to it, in the wire format of conversations."""
    bare: bool = False
    """Nothing but the instruction and the tools is kept: the turn in `body` stands there because a request for an answer needs one."""
    ttl: float | None = None
    """Seconds to keep it; None: as long as the provider does by itself."""
    name: str | None = None


class KeepOptions(RequestOptions, total=False):
    """The keyword arguments of `caches.create`."""

    system: str
    tools: Sequence[AnyTool | HasTool | Mapping[str, Any]]
    tool_choice: str | ToolChoice | Mapping[str, Any]
    ttl: float
    name: str


class CachesCodec(Codec, Protocol):
    """What the format of `caches` can do."""

    def create(self, request: KeepRequest, place: Place, /) -> Generator[Ask, Answer, StoredPrompt]:
        """Keep a prompt."""
        ...

    def page(self, cursor: str, place: Place, /) -> Generator[Ask, Answer, PromptPage]:
        """Return the prompts from `cursor` on (empty: the first)."""
        ...

    def get(self, id: str, place: Place, /) -> Generator[Ask, Answer, StoredPrompt]:
        """Return what is known of a prompt; the prompt itself is not given back."""
        ...

    def update(self, id: str, ttl: float, place: Place, /) -> Generator[Ask, Answer, StoredPrompt]:
        """Keep it for `ttl` seconds from now on."""
        ...

    def delete(self, id: str, place: Place, /) -> Generator[Ask, Answer, None]:
        """Delete a prompt."""
        ...
