"""Every vendor's SDK gets from every upstream what the upstream said."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

import pytest

from tests.matrix.clients import CLIENTS, Client
from tests.matrix.features import FEATURES
from tests.matrix.setting import UPSTREAMS, Setting, outcome, running, served

SERVED = served()
BOTH = ("text", "tools")


@pytest.fixture(scope="module")
def setting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Setting]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        patch.setenv("NO_PROXY", "*")
        with running() as found:
            yield found


@pytest.mark.parametrize("feature", [check.__name__ for check in FEATURES])
@pytest.mark.parametrize("upstream", UPSTREAMS)
@pytest.mark.parametrize("client", SERVED, ids=lambda client: client.name)
def test_the_client_sees_what_the_upstream_said(setting: Setting, client: type[Client], upstream: str, feature: str) -> None:
    """Whole and as a stream; what an upstream's format cannot say at all is refused by name, never dropped."""
    pytest.importorskip(client.module, reason=f"the SDK {client.sdk} is not installed")

    found = [outcome(setting.way(client, upstream, stream=stream), feature) for stream in ways(client.name, upstream, feature)]

    assert feature == "usage" or len(set(found)) == 1  # Some APIs count tokens only in whole answers.


def ways(client: str, upstream: str, feature: str) -> tuple[bool, ...]:
    """Return whether to ask whole, as a stream or both: the SDKs are slow, so that most features take turns unless all is asked for."""
    if feature == "broken_stream":
        return (True,)
    if feature in BOTH or os.environ.get("LLMKIT_MATRIX") == "full":
        return (False, True)
    return (crc32(f"{client} {upstream} {feature}".encode()) % 2 == 1,)


def test_every_client_format_we_know_is_served() -> None:
    """A codec that cannot be imported would silently shrink the matrix."""
    assert set(SERVED) == set(CLIENTS)


def test_the_page_has_every_client_and_upstream_and_no_failure() -> None:
    """Write it anew with `python -m tests.matrix --write`."""
    page = (Path(__file__).resolve().parents[2] / "docs" / "matrix.md").read_text(encoding="utf-8")

    assert [] == [client.sdk for client in SERVED if f"## {client.sdk}\n" not in page]
    assert [] == [upstream for upstream in UPSTREAMS if page.count(f"\n| {upstream} |") != len(SERVED)]
    assert "fails" not in page
