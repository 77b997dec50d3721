"""Rows whose key is not the token: what is exchanged, and what the call then carries."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from llmkit.testing.received import Received
from llmkit.types.http import Headers
from tests.auth.test_azure import Cloud
from tests.auth.token_server import bearer
from tests.providers.test_settings import SERVICE_KEY
from tests.rows import PROVIDERS

TOKEN = "exchanged-token-0123456789"


class Anywhere(Cloud):
    """A token server at every address with a token in its path; else the model."""

    async def send(self, request: Any) -> Any:
        kept, request_path = request, request.path
        if not any(word in request_path for word in ("token", "oauth")):
            kept = Rerouted(request)
        return await super().send(kept)


class Rerouted:
    """A request that `Cloud` takes for a call of the model."""

    def __init__(self, request: Any) -> None:
        self._request = request
        self.path = "/openai"
        self.real_path = request.path

    def __getattr__(self, name: str) -> Any:
        return getattr(self._request, name)


def call(name: str, cloud: Anywhere, *, keys: dict[str, str] | None = None, **settings: str) -> Received:
    from llmkit import LLMKit

    with LLMKit(keys=keys or {}, settings={name: settings}, transport=cloud, retries=0) as kit:
        assert "hello" == kit.complete(f"{name}/some-model", "hi", tool_choice=None).text
    request = cloud.called[-1]
    proof = tuple(request.credential.headers(request))
    return Received("POST", request.real_path, Headers((*request.headers, *proof)), request.body, 1)


def test_watsonx_exchanges_its_key_and_names_the_project() -> None:
    cloud = Anywhere((200, {"access_token": TOKEN, "expires_in": 3600, "expiration": 4102444800}))

    sent = call("watsonx", cloud, keys={"watsonx": "ibm-key-0123"}, project_id="my-project")

    assert {"grant_type": "urn:ibm:params:oauth:grant-type:apikey", "apikey": "ibm-key-0123"} == cloud.form
    assert "https://iam.cloud.ibm.com/identity/token" == cloud.url()
    assert f"Bearer {TOKEN}" == sent.headers["authorization"]
    assert {"model_id": "some-model", "project_id": "my-project"}.items() <= sent.json.items()
    assert not {"model", "space_id", "stream"} & set(sent.json)


def test_gigachat_shows_its_key_as_basic_with_a_fresh_id() -> None:
    cloud = Anywhere((200, {"access_token": TOKEN, "expires_at": 4102444800000}))

    sent = call("gigachat", cloud, keys={"gigachat": "YmFzaWMta2V5"}, scope="GIGACHAT_API_CORP")

    headers = dict(cloud.asked[0].headers) | dict(cloud.asked[0].credential.headers(cloud.asked[0]))
    assert {"scope": "GIGACHAT_API_CORP"} == cloud.form
    assert "Basic YmFzaWMta2V5" == headers["Authorization"]
    assert 36 == len(headers["RqUID"])
    assert "https://ngw.devices.sberbank.ru:9443/api/v2/oauth" == cloud.url()
    assert f"Bearer {TOKEN}" == sent.headers["authorization"]


def test_databricks_takes_a_personal_token_as_it_is() -> None:
    cloud = Anywhere()

    sent = call("databricks", cloud, keys={"databricks": "dapi-0123"}, host="dbc.example.com")

    assert [] == cloud.asked
    assert "Bearer dapi-0123" == sent.headers["authorization"]


def test_databricks_exchanges_a_service_principal() -> None:
    cloud = Anywhere((200, bearer(TOKEN)))

    sent = call("databricks", cloud, host="dbc.example.com", client_id="principal", client_secret="s3cr3t")

    pair = base64.b64encode(b"principal:s3cr3t").decode()
    assert {"Authorization": f"Basic {pair}"} == dict(cloud.asked[0].credential.headers(cloud.asked[0]))
    assert {"grant_type": "client_credentials", "scope": "all-apis"} == cloud.form
    assert "https://dbc.example.com/oidc/v1/token" == cloud.url()
    assert f"Bearer {TOKEN}" == sent.headers["authorization"]


def test_sap_reads_its_service_key_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AICORE_SERVICE_KEY", json.dumps(SERVICE_KEY))
    cloud = Anywhere((200, bearer(TOKEN)))

    sent = call("sap-ai-core", cloud, resource_group="my-group")

    assert "https://mine.authentication.eu10.hana.ondemand.com/oauth/token" == cloud.url()
    assert "/v2/inference/deployments/some-model/chat/completions" == sent.path
    assert "my-group" == sent.headers["ai-resource-group"]
    assert f"Bearer {TOKEN}" == sent.headers["authorization"]


def test_yandex_names_the_folder_with_the_model() -> None:
    sent = call("yandex", Anywhere(), keys={"yandex": "key-01"}, folder_id="b1g")

    assert "gpt://b1g/some-model" == sent.json["model"]
    assert "Api-Key key-01" == sent.headers["authorization"]


def test_an_optional_setting_adds_its_header_and_its_absence_none() -> None:
    with_team = call("friendli", Anywhere(), keys={"friendli": "k"}, team="my-team")
    without = call("friendli", Anywhere(), keys={"friendli": "k"})

    assert "my-team" == with_team.headers["x-friendli-team"]
    assert "x-friendli-team" not in without.headers


def test_gigachat_names_the_file_of_its_authorities() -> None:
    """Its certificates come from an authority that no browser knows."""
    row = PROVIDERS["gigachat"]

    assert row.ca_file in {setting.name for setting in row.settings}
