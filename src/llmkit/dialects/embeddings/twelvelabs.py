"""Embeddings as TwelveLabs takes them: a form with one text or one picture."""

from __future__ import annotations

import msgspec

from llmkit.dialects.embeddings.answers import decoded, reply_of
from llmkit.dialects.embeddings.facts import checked_format, unsaid
from llmkit.dialects.embeddings.inputs import content_of, only_images, single
from llmkit.dialects.openai_chat.errors import error
from llmkit.errors import ProtocolError
from llmkit.types.asking import Ask, Form, FormFile, Place, Steps
from llmkit.types.embedding import EmbeddingInput, EmbeddingRequest
from llmkit.types.parts import Text

__all__ = ["MOST", "NAME", "error", "steps"]

NAME = "twelvelabs_embeddings"
MOST = 1


class _Segment(msgspec.Struct):
    floats: list[float] = msgspec.field(name="float")


class _Segments(msgspec.Struct):
    segments: list[_Segment] | None = None
    error_message: str | None = None


class _Body(msgspec.Struct):
    model_name: str | None = None
    text_embedding: _Segments | None = None
    image_embedding: _Segments | None = None


_decoder = msgspec.json.Decoder(_Body)


def steps(request: EmbeddingRequest, place: Place, /) -> Steps:
    """Ask for the vector of the one input."""
    checked_format(request, place)
    warnings = unsaid(request, "input_type", "dimensions", "truncate", "title", "user")
    form = Form(fields=(("model_name", place.model), _field(request.inputs[0], place)))
    answer = yield Ask(path=place.path, body=form, warnings=tuple(warnings))
    found = decoded(_decoder, answer, error)
    told = found.text_embedding or found.image_embedding or _Segments()
    if not told.segments:
        raise ProtocolError(f"The answer holds no vector: {told.error_message or 'it does not say why'}.")
    return reply_of([told.segments[0].floats], 1, answer, model=found.model_name or "")


def _field(item: EmbeddingInput, place: Place) -> tuple[str, str | FormFile]:
    part = single(item, place)
    if isinstance(part, Text):
        return "text", part.text
    image = only_images(part, place)
    if image.url is not None and not image.url.startswith("data:"):
        return "image_url", image.url
    kind, data = content_of(image, place)
    return "image_file", FormFile(data=data, media_type=kind, filename=f"image.{kind.rpartition('/')[2]}")
