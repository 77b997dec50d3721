"""Films from words, pictures or other films: what is asked and what comes back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Self

from llmkit.types.parts import Image, Video
from llmkit.types.reply import Reply
from llmkit.types.request import Request, RequestOptions


class VideoRequest(Request, frozen=True, kw_only=True):
    """A film to make. A field that is None is not sent."""

    prompt: str | None = None
    image: Image | None = None
    """The first picture."""
    last_image: Image | None = None
    """The last picture."""
    images: tuple[Image, ...] = ()
    """Pictures of who or what is to be seen."""
    video: Video | None = None
    """A film to change, to go on with or to speak over, as the model does."""
    duration: float | None = None
    """Seconds."""
    size: str | None = None
    """Width and height in pixels: `1280x720`."""
    aspect_ratio: str | None = None
    """Width to height: `16:9`."""
    resolution: str | None = None
    """Lines (`720p`, `1080p`) or `2k`, `4k`."""
    fps: int | None = None
    """Pictures a second."""
    seed: int | None = None
    audio: bool | None = None
    """With sound (True) or without (False)."""
    voice: str | None = None
    """Who speaks, where somebody does: a voice of the provider."""
    negative_prompt: str | None = None
    """What is not to be seen."""
    n: int | None = None
    """How many films."""

    def texts(self) -> tuple[str, ...]:
        """Return the words that are sent."""
        return tuple([text for text in (self.prompt, self.negative_prompt) if text is not None])

    def with_texts(self, texts: Sequence[str]) -> Self:
        """Return the request with other words."""
        left = iter(texts)
        names = [name for name in ("prompt", "negative_prompt") if getattr(self, name) is not None]
        return self.replace(**{name: next(left) for name in names})


class VideoResponse(Reply, frozen=True, kw_only=True):
    """Films, as bytes or as addresses that expire soon: `kit.save(reply, path)` keeps them."""

    videos: tuple[Video, ...] = ()
    duration: float | None = None
    """Seconds of each film, where the provider tells."""
    seed: int | None = None
    """The seed that was used, where the provider tells."""

    @property
    def video(self) -> Video:
        """Return the first film. Raises `IndexError` where there is none."""
        return self.videos[0]

    def __repr__(self) -> str:
        told = ", ".join([f"{name}={getattr(self, name)!r}" for name in ("model", "provider", "duration", "cost") if getattr(self, name)])
        return f"VideoResponse({len(self.videos)} videos, {told})"


class UnderstandingRequest(Request, frozen=True, kw_only=True):
    """A question about a film. A field that is None is not sent."""

    video: Video
    prompt: str
    temperature: float | None = None
    max_tokens: int | None = None
    schema: dict[str, Any] | None = None
    """JSON Schema of the answer."""

    def texts(self) -> tuple[str, ...]:
        """Return the question."""
        return (self.prompt,)

    def with_texts(self, texts: Sequence[str]) -> Self:
        """Return the request with another question."""
        return self.replace(prompt=texts[0])


class UnderstandingResponse(Reply, frozen=True, kw_only=True):
    """What a model says of a film."""

    text: str = ""
    finish: str | None = None
    """Why it ended, in the provider's word: `stop`, `length`."""

    def texts(self) -> tuple[str, ...]:
        """Return the words of the answer."""
        return (self.text,)

    def with_texts(self, texts: Sequence[str]) -> Self:
        """Return the answer with other words."""
        return self.replace(text=texts[0])


class UnderstandingOptions(RequestOptions, total=False):
    """The keyword arguments of `understand`; see `UnderstandingRequest`."""

    temperature: float
    max_tokens: int
    schema: dict[str, Any]


class VideoStartOptions(RequestOptions, total=False):
    """The keyword arguments of `start_video`; see `VideoRequest` for what is sent. Media are parts, paths or addresses."""

    image: Any
    last_image: Any
    images: Sequence[Any]
    video: Any
    duration: float
    size: str
    aspect_ratio: str
    resolution: str
    fps: int
    seed: int
    audio: bool
    voice: str
    negative_prompt: str
    n: int


class VideoOptions(VideoStartOptions, total=False):
    """The keyword arguments of `video`: besides, `progress` is told how the job stands (`JobState`) after each look at it."""

    progress: Callable[[Any], object]
