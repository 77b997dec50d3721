"""Pictures made from words and from other pictures: what is asked and what comes back."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Literal, Self, TypeAlias

from llmkit.types.model import Model
from llmkit.types.parts import Image
from llmkit.types.reply import Reply
from llmkit.types.request import Request, RequestOptions
from llmkit.types.usage import Usage

ImageSource: TypeAlias = Image | bytes | str | os.PathLike[str]
"""A picture that is given: a part, its bytes, the path of a file, or an `https:` or `data:` address."""


class ImageRequest(Request, frozen=True, kw_only=True):
    """A picture to make. A field that is None is not sent."""

    prompt: str = ""
    """What to draw; empty: variations of the one picture in `images`."""
    n: int | None = None
    """How many pictures."""
    size: str | None = None
    """`WIDTHxHEIGHT` in pixels, or a word of the provider's such as `auto`."""
    aspect_ratio: str | None = None
    """Width to height, such as `16:9`."""
    resolution: str | None = None
    """A class of size: `1K`, `2K`, `4K`."""
    quality: str | None = None
    style: str | None = None
    background: str | None = None
    """`transparent`, `opaque`, `auto`."""
    format: str | None = None
    """Kind of the file: `png`, `jpeg`, `webp` ..."""
    compression: int | None = None
    """Quality of the compressed file from 0 to 100."""
    seed: int | None = None
    negative_prompt: str | None = None
    """What should not be in it."""
    guidance: float | None = None
    """How strictly to keep to the prompt, in the model's own scale."""
    steps: int | None = None
    images: tuple[Image, ...] = ()
    """Pictures to change, or to go by."""
    mask: Image | None = None
    """Where to change the first picture: transparent (or, by the provider's rule, white) there."""
    strength: float | None = None
    """How far to go from the picture that is given, from 0 to 1."""
    partial_images: int | None = None
    """How many unfinished pictures to show, in a stream."""

    def texts(self) -> tuple[str, ...]:
        """Return the words: what should and what should not be drawn."""
        return (self.prompt,) if self.negative_prompt is None else (self.prompt, self.negative_prompt)

    def with_texts(self, texts: Sequence[str]) -> Self:
        """Return the request with other words."""
        if self.negative_prompt is None:
            return self.replace(prompt=texts[0])
        return self.replace(prompt=texts[0], negative_prompt=texts[1])


class ImageResponse(Reply, frozen=True, kw_only=True):
    """The pictures, as parts with their bytes or with an address (`kit.fetch(image)`, `kit.save(reply, folder)`)."""

    images: tuple[Image, ...] = ()
    revised_prompts: tuple[str | None, ...] = ()
    """For each picture the prompt it was drawn from, where the provider rewrote it."""
    seeds: tuple[int | None, ...] = ()
    """For each picture the number that makes it again, where the provider tells."""
    blocked: tuple[str, ...] = ()
    """Why pictures that were asked for are not there: the provider's filter, in its words."""
    text: str = ""
    """What the model said beside the pictures."""

    @property
    def image(self) -> Image:
        """Return the first picture."""
        return self.images[0]

    def texts(self) -> tuple[str, ...]:
        """Return the words that came with the pictures."""
        return (*[prompt for prompt in self.revised_prompts if prompt is not None], *((self.text,) if self.text else ()))

    def with_texts(self, texts: Sequence[str]) -> Self:
        """Return the reply with other words."""
        left = iter(texts)
        prompts = tuple([None if prompt is None else next(left) for prompt in self.revised_prompts])
        return self.replace(revised_prompts=prompts, text=next(left) if self.text else "")

    def __repr__(self) -> str:
        names = ("model", "provider", "blocked", "usage", "cost")
        told = ", ".join([f"{name}={getattr(self, name)!r}" for name in names if getattr(self, name)])
        return f"ImageResponse({len(self.images)} images{', ' if told else ''}{told})"


class PartialImage(Model, frozen=True, kw_only=True, tag="partial_image"):
    """A picture while it is drawn; `index` counts from 0."""

    image: Image
    index: int = 0


class CompletedImage(Model, frozen=True, kw_only=True, tag="completed_image"):
    """A picture that is done."""

    image: Image
    revised_prompt: str | None = None
    usage: Usage | None = None
    variant: str = ""


ImageEvent: TypeAlias = PartialImage | CompletedImage


class ImageOptions(RequestOptions, total=False):
    """The keyword arguments of `image`; see `ImageRequest` for each."""

    n: int
    size: str
    aspect_ratio: str
    resolution: str
    quality: str
    style: str
    background: Literal["transparent", "opaque", "auto"]
    format: str
    compression: int
    seed: int
    negative_prompt: str
    guidance: float
    steps: int
    images: ImageSource | Sequence[ImageSource]
    mask: ImageSource
    strength: float
    partial_images: int
