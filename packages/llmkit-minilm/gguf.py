"""Write all-MiniLM-L6-v2 as a GGUF file in Q8_0: safetensors in, one file out, with nothing but the standard library.

Layouts: the GGUF specification (version 3) and the names that llama.cpp knows for BERT, read 2026-11-23.
"""

from __future__ import annotations

import json
import struct
import sys
from array import array
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

ALIGNMENT = 32
BLOCK = 32
"""Numbers that share a scale in Q8_0."""
F32, Q8_0 = 0, 8
UINT32, FLOAT32, BOOL, STRING, ARRAY, INT32 = 4, 6, 7, 8, 9, 5
NORMAL, CONTROL = 1, 3
SPACE = "\u2581"
NAMES = {
    "embeddings.word_embeddings": "token_embd",
    "embeddings.token_type_embeddings": "token_types",
    "embeddings.position_embeddings": "position_embd",
    "embeddings.LayerNorm": "token_embd_norm",
}
IN_LAYER = {
    "attention.self.query": "attn_q",
    "attention.self.key": "attn_k",
    "attention.self.value": "attn_v",
    "attention.output.dense": "attn_output",
    "attention.output.LayerNorm": "attn_output_norm",
    "intermediate.dense": "ffn_up",
    "output.dense": "ffn_down",
    "output.LayerNorm": "layer_output_norm",
}
SMALL = ("token_types.weight", "position_embd.weight")
"""They stay as they are: they weigh nothing."""


def converted(weights: bytes, config: Mapping[str, Any], words: Sequence[str]) -> Iterator[bytes]:
    """Give the GGUF file piece by piece. `weights` is a safetensors file, `words` the vocabulary in order."""
    tensors = sorted(_tensors(weights))
    infos, offset = [], 0
    for name, shape, _ in tensors:
        kind = _kind(name, shape)
        infos.append(_string(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape[::-1], kind, offset))
        offset += _padded(_size(shape, kind))
    fields = _metadata(config, words)
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(fields)) + b"".join(fields) + b"".join(infos)
    yield head + bytes(_padded(len(head)) - len(head))
    for name, shape, data in tensors:
        kind = _kind(name, shape)
        packed = _quantised(data) if kind == Q8_0 else bytes(data)
        yield packed + bytes(_padded(len(packed)) - len(packed))


def _tensors(weights: bytes) -> Iterator[tuple[str, list[int], memoryview]]:
    """Give every tensor that is used with its name in GGUF, its shape, and its bytes (float32)."""
    length = struct.unpack_from("<Q", weights)[0]
    whole = memoryview(weights)[8 + length :]
    for name, about in json.loads(weights[8 : 8 + length]).items():
        ours = _name(name)
        if ours is not None:
            if about["dtype"] != "F32":
                raise ValueError(f"{name} is {about['dtype']}, not F32.")
            begin, end = about["data_offsets"]
            yield ours, about["shape"], whole[begin:end]


def _name(name: str) -> str | None:
    stem, _, last = name.rpartition(".")
    if stem in NAMES:
        return f"{NAMES[stem]}.{last}"
    if stem.startswith("encoder.layer."):
        number, _, inside = stem.removeprefix("encoder.layer.").partition(".")
        return f"blk.{number}.{IN_LAYER[inside]}.{last}"
    return None  # the pooler and the list of positions, which mean pooling does not use


def _kind(name: str, shape: Sequence[int]) -> int:
    return Q8_0 if len(shape) == 2 and name not in SMALL else F32


def _size(shape: Sequence[int], kind: int) -> int:
    count = 1
    for length in shape:
        count *= length
    return count * 4 if kind == F32 else count // BLOCK * (2 + BLOCK)


def _padded(size: int) -> int:
    return -(-size // ALIGNMENT) * ALIGNMENT


def _quantised(data: memoryview) -> bytes:
    """Return blocks of 32 numbers: the scale as float16, then each number as a signed byte."""
    numbers = array("f", bytes(data))
    if sys.byteorder == "big":
        numbers.byteswap()
    pack = struct.Struct(f"<e{BLOCK}b").pack
    found = bytearray()
    for begin in range(0, len(numbers), BLOCK):
        block = numbers[begin : begin + BLOCK]
        largest = max(max(block), -min(block))
        factor = 127 / largest if largest else 0.0
        found += pack(largest / 127, *[round(number * factor) for number in block])
    return bytes(found)


def _metadata(config: Mapping[str, Any], words: Sequence[str]) -> list[bytes]:
    special = {word: place for place, word in enumerate(words) if word in ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")}
    return [
        _text("general.architecture", "bert"),
        _text("general.name", "all-MiniLM-L6-v2"),
        _text("general.license", "apache-2.0"),
        _whole("general.file_type", 7),
        _whole("general.quantization_version", 2),
        _whole("general.alignment", ALIGNMENT),
        _whole("bert.block_count", config["num_hidden_layers"]),
        _whole("bert.context_length", config["max_position_embeddings"]),
        _whole("bert.embedding_length", config["hidden_size"]),
        _whole("bert.feed_forward_length", config["intermediate_size"]),
        _whole("bert.attention.head_count", config["num_attention_heads"]),
        _field("bert.attention.layer_norm_epsilon", FLOAT32, struct.pack("<f", config["layer_norm_eps"])),
        _field("bert.attention.causal", BOOL, b"\0"),
        _whole("bert.pooling_type", 1),
        _text("tokenizer.ggml.model", "bert"),
        _text("tokenizer.ggml.pre", "default"),
        _whole("tokenizer.ggml.token_type_count", config["type_vocab_size"]),
        _list("tokenizer.ggml.tokens", STRING, len(words), b"".join([_string(_spelled(word)) for word in words])),
        _list("tokenizer.ggml.token_type", INT32, len(words), _kinds(words)),
        _whole("tokenizer.ggml.bos_token_id", special["[CLS]"]),
        _whole("tokenizer.ggml.cls_token_id", special["[CLS]"]),
        _whole("tokenizer.ggml.eos_token_id", special["[SEP]"]),
        _whole("tokenizer.ggml.seperator_token_id", special["[SEP]"]),  # spelled so in the format
        _whole("tokenizer.ggml.unknown_token_id", special["[UNK]"]),
        _whole("tokenizer.ggml.padding_token_id", special["[PAD]"]),
        _whole("tokenizer.ggml.mask_token_id", special["[MASK]"]),
    ]


def _bracketed(word: str) -> bool:
    return word.startswith("[") and word.endswith("]") and len(word) > 2


def _spelled(word: str) -> str:
    """A word's beginning is marked here, where the vocabulary marks what goes on."""
    if _bracketed(word):
        return word
    return word[2:] if word.startswith("##") else SPACE + word


def _kinds(words: Sequence[str]) -> bytes:
    return struct.pack(f"<{len(words)}i", *[CONTROL if _bracketed(word) else NORMAL for word in words])


def _string(text: str) -> bytes:
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def _field(key: str, kind: int, value: bytes) -> bytes:
    return _string(key) + struct.pack("<I", kind) + value


def _text(key: str, value: str) -> bytes:
    return _field(key, STRING, _string(value))


def _whole(key: str, value: int) -> bytes:
    return _field(key, UINT32, struct.pack("<I", value))


def _list(key: str, kind: int, count: int, items: bytes) -> bytes:
    return _field(key, ARRAY, struct.pack("<IQ", kind, count) + items)
