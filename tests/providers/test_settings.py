"""Where the value of a setting comes from, and what a provider looks like at another address."""

from __future__ import annotations

import json

import pytest

from llmkit import LLMKit
from llmkit.errors import ConfigurationError
from llmkit.providers.provider import HeaderAuth, Provider, Route, Setting
from llmkit.providers.settings import fill, missing, resolve
from llmkit.testing import Answer, FakeProvider
from tests.rows import PROVIDERS

SERVICE_KEY = {
    "clientid": "sb-1!b2|aicore!b3",
    "clientsecret": "the-secret",
    "url": "https://mine.authentication.eu10.hana.ondemand.com",
    "serviceurls": {"AI_API_URL": "https://api.ai.prod.eu-central-1.aws.ml.hana.ondemand.com"},
}


def test_a_service_key_is_one_variable_of_json() -> None:
    """SAP hands out its credentials as one JSON document."""
    found = resolve(PROVIDERS["sap-ai-core"], {}, {"AICORE_SERVICE_KEY": json.dumps(SERVICE_KEY)})

    assert "api.ai.prod.eu-central-1.aws.ml.hana.ondemand.com" == found.values["host"]
    assert "mine.authentication.eu10.hana.ondemand.com" == found.values["auth_host"]
    assert "sb-1!b2|aicore!b3" == found.values["client_id"]
    assert "the-secret" == found.secrets["client_secret"].reveal()


@pytest.mark.parametrize("text", ["", "no json", "[]", '{"serviceurls": 3}', "[" * 100_000])
def test_a_variable_that_holds_something_else_gives_nothing(text: str) -> None:
    with pytest.raises(ConfigurationError, match="host"):
        resolve(PROVIDERS["sap-ai-core"], {}, {"AICORE_SERVICE_KEY": text})


@pytest.mark.parametrize(
    ("name", "variables", "address"),
    [
        ("azure", {"AZURE_RESOURCE_NAME": "mine"}, "https://mine.openai.azure.com/openai/v1"),
        ("azure", {"AZURE_OPENAI_ENDPOINT": "https://other.openai.azure.us/"}, "https://other.openai.azure.us/openai/v1"),
        ("azure", {"AZURE_OPENAI_ENDPOINT": "https://other.openai.azure.com/openai/v1/"}, "https://other.openai.azure.com/openai/v1"),
        ("vertex", {"GOOGLE_CLOUD_PROJECT": "p"}, "https://aiplatform.googleapis.com/v1/projects/p/locations/global"),
        (
            "vertex",
            {"GOOGLE_CLOUD_PROJECT": "p", "GOOGLE_CLOUD_LOCATION": "us-east5"},
            "https://us-east5-aiplatform.googleapis.com/v1/projects/p/locations/us-east5",
        ),
        (
            "vertex",
            {"GOOGLE_CLOUD_PROJECT": "p", "GOOGLE_CLOUD_LOCATION": "eu"},
            "https://aiplatform.eu.rep.googleapis.com/v1/projects/p/locations/eu",
        ),
        ("watsonx", {"WATSONX_URL": "https://eu-de.ml.cloud.ibm.com"}, "https://eu-de.ml.cloud.ibm.com/ml/v1"),
        ("watsonx", {"WATSONX_REGION": "jp-tok"}, "https://jp-tok.ml.cloud.ibm.com/ml/v1"),
        ("databricks", {"DATABRICKS_HOST": "https://dbc-1.cloud.databricks.com/"}, "https://dbc-1.cloud.databricks.com/serving-endpoints"),
        ("sap-ai-core", {"AICORE_BASE_URL": "https://api.ai.example.com/v2"}, "https://api.ai.example.com/v2/inference/deployments"),
        ("datarobot", {"DATAROBOT_ENDPOINT": "https://eu.datarobot.com/api/v2"}, "https://eu.datarobot.com/api/v2/genai/llmgw"),
    ],
)
def test_the_variables_that_users_have_lead_to_the_address(name: str, variables: dict[str, str], address: str) -> None:
    """People copy whole addresses with a scheme, a path and a slash at the end."""
    row = PROVIDERS[name]

    assert address == fill(row.base_url, resolve(row, {}, variables).values)


@pytest.mark.parametrize("value", ["mine/../../evil", "mine@evil.com", "mine#x", "mine:8080/x", "mine?x", " "])
def test_a_value_cannot_lead_elsewhere(value: str) -> None:
    with pytest.raises(ConfigurationError):
        resolve(PROVIDERS["azure"], {"resource": value}, {})


def test_what_is_missing_is_named_with_the_ways_to_give_it() -> None:
    with pytest.raises(ConfigurationError, match=r"azure needs its resource.*AZURE_RESOURCE_NAME"):
        resolve(PROVIDERS["azure"], {}, {})

    assert "project" == missing(PROVIDERS["vertex"], {}, {})
    assert missing(PROVIDERS["vertex"], {"project": "p"}, {}) is None


@pytest.mark.parametrize(
    ("base_url", "expected"),
    [
        ("http://127.0.0.1:9/openai/v1", "http://127.0.0.1:9/anthropic/v1"),
        ("http://127.0.0.1:9/proxy/openai/v1", "http://127.0.0.1:9/proxy/anthropic/v1"),
        ("http://127.0.0.1:9/proxy", "http://127.0.0.1:9/proxy/anthropic/v1"),
        ("http://127.0.0.1:9", "http://127.0.0.1:9/anthropic/v1"),
    ],
)
def test_a_provider_that_moves_takes_its_routes_with_it(base_url: str, expected: str) -> None:
    """Else a test against a fake, or a company behind its proxy, would send the key of one route to the real thing."""
    moved = PROVIDERS["azure"].at(base_url)

    assert (base_url, expected) == (moved.base_url, moved.route("claude-x").base_url)
    assert "" == moved.route("gpt-5-pro").base_url


@pytest.mark.parametrize(
    ("route", "expected"),
    [("https://a.io/v1", ""), ("https://a.io/v1/sub", "http://new/x/sub"), ("https://b.io/v1", "http://new/x/v1"), ("", "")],
)
def test_a_route_keeps_its_place_beside_the_row(route: str, expected: str) -> None:
    row = Provider(name="a", title="A", base_url="https://a.io/v1", routes=(Route(dialect="anthropic", base_url=route),))

    assert expected == row.at("http://new/x").routes[0].base_url


@pytest.mark.parametrize("base_url", ["http://10.0.0.1:11434", "http://10.0.0.1:11434/", "http://10.0.0.1:11434/v1"])
def test_the_address_of_a_route_is_understood(base_url: str) -> None:
    """Ollama's users know it by the address of its compatible API; its own API stands at the root."""
    moved = PROVIDERS["ollama"].at(base_url)

    assert ("http://10.0.0.1:11434", "http://10.0.0.1:11434/v1") == (moved.base_url, moved.route("m", "openai_chat").base_url)


def test_a_setting_of_the_old_address_is_not_demanded_at_the_new_one() -> None:
    row = Provider(name="a", title="A", base_url="https://{host}/v1", settings=(Setting(name="host"), Setting(name="other")))

    assert [True, False] == [setting.optional for setting in row.at("http://127.0.0.1:9").settings]


def test_every_way_of_a_moved_provider_leads_to_the_new_address() -> None:
    for row in PROVIDERS.values():
        for way in (row.at("https://proxy.example.com/llm").own_route, *row.at("https://proxy.example.com/llm").routes):
            assert way.base_url == "" or way.base_url.startswith("https://proxy.example.com/llm/"), row.name


def test_the_second_dialect_of_a_moved_provider_is_reached() -> None:
    route = Route(dialect="anthropic", base_url="https://a.example.com/v1", auth=HeaderAuth(name="x-api-key", prefix=""))
    row = Provider(name="two", title="Two", base_url="https://a.example.com/openai/v1", routes=(route,))
    with FakeProvider("anthropic", key="sk-one") as fake:
        fake.always(Answer(text="hello"))
        with LLMKit(providers=[row], keys={"two": "sk-one"}, base_urls={"two": f"{fake.origin}/openai/v1"}) as kit:
            assert "hello" == kit.complete("two/m", "hi", dialect="anthropic", max_tokens=9).text


@pytest.mark.parametrize(
    ("name", "given", "configured"),
    [
        ("openai", {}, False),
        ("openai", {"OPENAI_API_KEY": "sk-1"}, True),
        ("ollama", {}, True),
        ("azure", {"AZURE_OPENAI_API_KEY": "k"}, False),
        ("azure", {"AZURE_OPENAI_API_KEY": "k", "AZURE_RESOURCE_NAME": "mine"}, True),
        ("azure", {"AZURE_RESOURCE_NAME": "mine"}, False),
        ("azure", {"AZURE_RESOURCE_NAME": "m", "AZURE_TENANT_ID": "t", "AZURE_CLIENT_ID": "c", "AZURE_CLIENT_SECRET": "s"}, True),
        ("azure", {"AZURE_RESOURCE_NAME": "m", "IDENTITY_ENDPOINT": "http://127.0.0.1:1/x"}, True),
        ("vertex", {"GOOGLE_CLOUD_PROJECT": "p"}, False),
        ("vertex", {"GOOGLE_CLOUD_PROJECT": "p", "GOOGLE_APPLICATION_CREDENTIALS": "/some/file.json"}, True),
        ("vertex", {"GOOGLE_APPLICATION_CREDENTIALS": "/some/file.json"}, False),
        ("databricks", {"DATABRICKS_HOST": "h", "DATABRICKS_CLIENT_ID": "i", "DATABRICKS_CLIENT_SECRET": "s"}, True),
        ("databricks", {"DATABRICKS_HOST": "h", "DATABRICKS_CLIENT_ID": "i"}, False),
        ("sap-ai-core", {"AICORE_SERVICE_KEY": json.dumps(SERVICE_KEY)}, True),
        ("watsonx", {"WATSONX_API_KEY": "k"}, True),
        ("gigachat", {}, False),
        ("oci", {}, False),
        ("oci", {"OCI_GENAI_API_KEY": "k"}, True),
        ("cloudflare", {"CLOUDFLARE_API_TOKEN": "k"}, False),
        ("cloudflare", {"CLOUDFLARE_API_TOKEN": "k", "CLOUDFLARE_ACCOUNT_ID": "a1"}, True),
    ],
)
def test_a_provider_is_configured_when_a_call_could_be_made(
    name: str, given: dict[str, str], configured: bool, monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    """The network is not asked: what only a machine's metadata server knows does not count."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for variable, value in given.items():
        monkeypatch.setenv(variable, value)

    with LLMKit() as kit:
        assert configured == kit.configured(name)
