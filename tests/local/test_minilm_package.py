"""The weights package of the embedding model: it accepts the reviewed files alone, and its converter writes the numbers it read."""

from __future__ import annotations

import importlib.util
import json
import struct
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

PACKAGE = Path(__file__).parents[2] / "packages" / "llmkit-minilm"
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[unused0]", "[", "]", "a", "##b"]
CONFIG = {
    "num_hidden_layers": 1,
    "max_position_embeddings": 8,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_attention_heads": 2,
    "layer_norm_eps": 1e-12,
    "type_vocab_size": 2,
}


def module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"minilm_{name}", PACKAGE / f"{name}.py")
    assert spec is not None and spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


BACKEND, GGUF = module("backend"), module("gguf")


def safetensors(tensors: dict[str, Any]) -> bytes:
    """Write a safetensors file the plain way."""
    head: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    data = b""
    for name, array in tensors.items():
        begin = len(data)
        data += array.tobytes()
        kind = {"float32": "F32", "int64": "I64"}[str(array.dtype)]
        head[name] = {"dtype": kind, "shape": list(array.shape), "data_offsets": [begin, len(data)]}
    text = json.dumps(head).encode()
    return struct.pack("<Q", len(text)) + text + data


def read(gguf: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """Read a GGUF file independently: its fields, and its tensors as arrays."""
    place = 24
    magic, version, tensors, fields = struct.unpack_from("<4sIQQ", gguf)
    assert (b"GGUF", 3) == (magic, version)

    def take(form: str) -> Any:
        nonlocal place
        values = struct.unpack_from(f"<{form}", gguf, place)
        place += struct.calcsize(f"<{form}")
        return values if len(values) > 1 else values[0]

    def text() -> str:
        nonlocal place
        length = take("Q")
        place += length
        return gguf[place - length : place].decode()

    def value(kind: int) -> Any:
        if kind == 9:
            inner, count = take("I"), take("Q")
            return [value(inner) for _ in range(count)]
        return text() if kind == 8 else take({4: "I", 5: "i", 6: "f", 7: "?"}[kind])

    found = {}
    for _ in range(fields):
        name = text()
        found[name] = value(take("I"))
    infos = []
    for _ in range(tensors):
        name = text()
        shape = [take("Q") for _ in range(take("I"))]
        infos.append((name, shape[::-1], take("I"), take("Q")))
    begin = -(-place // 32) * 32
    return found, {name: array(gguf, shape, kind, begin + offset) for name, shape, kind, offset in infos}


def array(gguf: bytes, shape: list[int], kind: int, begin: int) -> Any:
    count = int(np.prod(shape))
    if kind == 0:
        return np.frombuffer(gguf, "<f4", count, begin).reshape(shape)
    blocks = np.frombuffer(gguf, np.dtype([("scale", "<f2"), ("numbers", "i1", 32)]), count // 32, begin)
    return (blocks["scale"].astype("f4")[:, None] * blocks["numbers"]).reshape(shape)


def test_what_the_converter_writes_is_what_it_read() -> None:
    """Names, shapes, fields, and numbers: the small ones exactly, matrices within half a step of their blocks."""
    random = np.random.default_rng(7)
    names = {"embeddings.word_embeddings.weight": (10, 32), "embeddings.position_embeddings.weight": (8, 32)}
    names |= {
        "encoder.layer.0.output.dense.weight": (32, 64),
        "encoder.layer.0.output.LayerNorm.bias": (32,),
        "pooler.dense.weight": (32, 32),
    }
    tensors = {name: random.normal(size=shape).astype("f4") for name, shape in names.items()}
    tensors["embeddings.position_ids"] = np.zeros((1, 8), "i8")

    fields, found = read(b"".join(GGUF.converted(safetensors(tensors), CONFIG, WORDS)))

    assert ["blk.0.ffn_down.weight", "blk.0.layer_output_norm.bias", "position_embd.weight", "token_embd.weight"] == sorted(found)
    assert np.array_equal(tensors["embeddings.position_embeddings.weight"], found["position_embd.weight"])
    assert np.array_equal(tensors["encoder.layer.0.output.LayerNorm.bias"], found["blk.0.layer_output_norm.bias"])
    assert np.abs(tensors["embeddings.word_embeddings.weight"] - found["token_embd.weight"]).max() < 0.02
    assert ("bert", 1, False, 32) == tuple(
        fields[name] for name in ("general.architecture", "bert.pooling_type", "bert.attention.causal", "bert.embedding_length")
    )
    assert [*WORDS[:6], "▁[", "▁]", "▁a", "b"] == fields["tokenizer.ggml.tokens"]
    assert ([3] * 6 + [1] * 4, 2, 3, 1, 0) == (
        fields["tokenizer.ggml.token_type"],
        *[fields[f"tokenizer.ggml.{name}_token_id"] for name in ("cls", "seperator", "unknown", "padding")],
    )


@settings(max_examples=25)
@given(st.lists(st.sampled_from([0.0, 1.0, -3.5]) | st.floats(2**-9, 60, width=32), min_size=32, max_size=32))
def test_a_block_is_within_half_a_step(numbers: list[float]) -> None:
    """Of the largest number 1/127; the scale itself has 11 bits."""
    packed = GGUF._quantised(memoryview(np.array(numbers, "f4").tobytes()))
    scale, *steps = struct.unpack("<e32b", packed)
    largest = max(map(abs, numbers))

    assert all(abs(step * scale - number) <= largest / 127 * 0.5 + largest / 1000 for step, number in zip(steps, numbers, strict=True))


def test_half_numbers_are_refused() -> None:
    """The weights that were reviewed are float32."""
    data = safetensors({"embeddings.LayerNorm.bias": np.zeros(4, "f4")}).replace(b'"F32"', b'"F16"')

    with pytest.raises(ValueError, match="not F32"):
        list(GGUF.converted(data, CONFIG, WORDS))


def test_other_weights_are_refused(tmp_path: Path) -> None:
    """By their hash, before anything is made of them."""
    with zipfile.ZipFile(tmp_path / "published.whl", "w") as published:
        published.writestr(f"{BACKEND.FOLDER}/model.safetensors", b"of somebody else")

    with zipfile.ZipFile(tmp_path / "published.whl") as published, pytest.raises(RuntimeError, match="SHA-256"):
        BACKEND._write(tmp_path / "ours.whl", published)


def test_the_pins_of_backend_package_and_readme_agree() -> None:
    """One number in three places."""
    package = (PACKAGE / "llmkit_minilm" / "__init__.py").read_text()
    readme = (PACKAGE / "README.md").read_text()

    assert f'SHA256 = "{BACKEND.GGUF_SHA256}"' in package
    assert all(pin in readme for pin in (BACKEND.GGUF_SHA256, BACKEND.SOURCE_SHA256, BACKEND.WEIGHTS_SHA256))


def test_nothing_binary_is_in_the_repository() -> None:
    """The weights are made while the wheel is built."""
    assert [] == [path.name for path in PACKAGE.rglob("*") if path.is_file() and path.stat().st_size > 50_000]


def test_the_installed_weights_are_the_reviewed_ones() -> None:
    """Where they are installed."""
    package: Any = pytest.importorskip("llmkit_minilm", reason="THE EMBEDDING WEIGHTS ARE NOT INSTALLED")

    package.verify()

    assert package.SIZE == Path(package.path()).stat().st_size
