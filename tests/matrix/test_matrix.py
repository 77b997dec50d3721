"""Every vendor's SDK gets from every upstream what the upstream said."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.matrix.clients import CLIENTS, Client
from tests.matrix.features import FEATURES
from tests.matrix.setting import UPSTREAMS, Setting, outcome, running, served

SERVED = served()


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

    whole = outcome(setting.way(client, upstream, stream=False), feature)
    streamed = outcome(setting.way(client, upstream, stream=True), feature)

    assert feature == "broken_stream" or whole == streamed


def test_every_client_format_we_know_is_served() -> None:
    """A codec that cannot be imported would silently shrink the matrix."""
    assert set(SERVED) == set(CLIENTS)
