"""Work that a provider does in its own time: how far it is, and how its wire format asks."""

from __future__ import annotations

import re
from collections.abc import Generator
from typing import Any, Literal, Protocol, TypeAlias
from urllib.parse import quote, unquote

import msgspec

from llmkit.errors import InvalidRequest, LLMKitError
from llmkit.types.asking import Answer, Ask, Codec, Place
from llmkit.types.reply import Reply
from llmkit.types.warnings import Warning

_SURROGATE = re.compile("[\ud800-\udfff]")
"""Half a character, which no address can hold."""
JobStatus: TypeAlias = Literal["queued", "running", "succeeded", "failed", "cancelled", "expired"]
OVER: frozenset[JobStatus] = frozenset({"succeeded", "failed", "cancelled", "expired"})


class JobState(msgspec.Struct, frozen=True, kw_only=True):
    """How a job stands. `handle` is all that is needed to ask for it again: the provider's id, or an address it gave."""

    handle: str
    status: JobStatus
    progress: float | None = None
    """From 0 to 1, where the provider tells."""
    delay: float = 2.0
    """Seconds to wait before asking again."""
    reply: Any = None
    """The `Reply`, when it has succeeded; before, what is known of what it will use (`units`, `variant`), or None."""
    failure: LLMKitError | None = None
    """Why it failed, where it did."""
    warnings: tuple[Warning, ...] = ()
    """What of the request could not be said, as the caller's policy lets it be seen."""

    @property
    def over(self) -> bool:
        """Tell whether nothing changes any more."""
        return self.status in OVER


JobSteps: TypeAlias = Generator[Ask, Answer, JobState]


class JobCodec(Codec, Protocol):
    """What the format of an operation has on top, where the provider answers with a job."""

    def start(self, request: Any, place: Place, /) -> JobSteps:
        """Begin the job (after an upload, where one is needed) and return how it stands."""
        ...

    def poll(self, state: JobState, place: Place, /) -> JobSteps:
        """Ask how it stands; where it has succeeded, fetch what it made."""
        ...

    def cancel(self, state: JobState, place: Place, /) -> JobSteps:
        """End it early. Raises `UnsupportedFeature` where that cannot be done."""
        ...


class Started(Reply, frozen=True, kw_only=True):
    """The answer to the beginning of a job."""

    state: Any
    """The `JobState`."""


class JobId(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What names a job for good, also in another process: `video:runway/gen4_turbo:17f20503`."""

    operation: str
    model: str
    """As `provider/id`."""
    handle: str

    def __str__(self) -> str:
        return f"{self.operation}:{quote(self.model, safe='/')}:{quote(self.handle, safe='/')}"

    @classmethod
    def parse(cls, text: str) -> JobId:
        """Read what `str` wrote. Raises `InvalidRequest` for other texts."""
        operation, _, rest = text.partition(":") if isinstance(text, str) else ("", "", "")
        model, _, handle = rest.partition(":")
        if not operation or "/" not in model or not handle or _SURROGATE.search(text):
            raise InvalidRequest(
                f"{text!r} is no id of a job.", parameter="job", hint="It is `job.id`, such as video:openai/sora-2:video_1."
            )
        return cls(operation=operation, model=unquote(model), handle=unquote(handle))
