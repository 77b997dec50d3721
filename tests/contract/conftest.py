"""One stand for all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.stand import Stand
from tests.rows import ROWS


@pytest.fixture(scope="package")
def stand() -> Iterator[Stand]:
    """Return the server that stands for every provider."""
    running = Stand()
    yield running
    running.close()


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a place for the credentials that are files."""
    return tmp_path_factory.mktemp("contract")


@pytest.fixture(scope="package", autouse=True)
def _no_settings() -> Iterator[None]:
    """A developer's own settings must not reach the rows."""
    names = {name.partition("#")[0] for row in ROWS for setting in row.settings for name in setting.env}
    names |= {name for row in ROWS for name in row.env} | {"GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_CLOUD_QUOTA_PROJECT"}
    with pytest.MonkeyPatch.context() as patch:
        for name in names & os.environ.keys():
            patch.delenv(name)
        yield
