"""Embeddings by the open inference protocol: named tensors in, named tensors out; their names are the deployed model's."""

from __future__ import annotations

import msgspec

from llmkit.dialects.embeddings.answers import decoded, reply_of
from llmkit.dialects.embeddings.facts import checked_format, facts, unsaid
from llmkit.dialects.embeddings.inputs import texts_of
from llmkit.dialects.openai_chat.errors import error
from llmkit.errors import ProtocolError
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.embedding import EmbeddingRequest

__all__ = ["NAME", "error", "steps"]

NAME = "kserve_embeddings"
FLOATS = ("FP16", "FP32", "FP64", "BF16")


class _Output(msgspec.Struct):
    name: str
    datatype: str
    shape: list[int]
    data: list[float | str | bool]


class _Body(msgspec.Struct):
    outputs: list[_Output]
    model_name: str | None = None


_decoder = msgspec.json.Decoder(_Body)


def steps(request: EmbeddingRequest, place: Place, /) -> Steps:
    """Ask for the vectors of all inputs at once; the row's `input` and `output` name the tensors (else: `text`, the first of numbers)."""
    checked_format(request, place)
    known = facts(place.options, place.model)
    texts = texts_of(request, place)
    tensor = {"name": known.get("input", "text"), "shape": [len(texts), 1], "datatype": "BYTES", "data": texts}
    warnings = unsaid(request, "input_type", "dimensions", "truncate", "title", "user")
    answer = yield Ask(path=place.path, body={"inputs": [tensor]}, warnings=tuple(warnings))
    found = decoded(_decoder, answer, error)
    output = next((one for one in found.outputs if _wanted(one, known.get("output"))), None)
    if output is None:
        raise ProtocolError("The answer holds no tensor of numbers.")
    return reply_of(_rows(output, len(texts)), len(texts), answer, model=found.model_name or "")


def _wanted(output: _Output, name: str | None) -> bool:
    return output.datatype in FLOATS and (name is None or output.name == name)


def _rows(output: _Output, count: int) -> list[list[float]]:
    numbers = [number for number in output.data if isinstance(number, float) and not isinstance(number, bool)]
    length = len(numbers) // count
    if len(numbers) < len(output.data) or not output.shape or output.shape[0] != count or length * count != len(numbers):
        raise ProtocolError(f"The tensor of shape {output.shape} holds no vector for each of {count} inputs.")
    return [numbers[begin : begin + length] for begin in range(0, len(numbers), length)] if length else []
