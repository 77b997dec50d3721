"""Every way in which LLMKit is given a key, as the arguments of a client that uses it at one server."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from llmkit.auth.schemes import AwsAuth, AzureAuth, GoogleAuth, HeaderAuth, OAuthAuth, OciAuth, Scheme
from llmkit.auth.secret import Secret
from llmkit.providers.provider import WORD, Provider, Setting
from tests.rows import PROVIDERS, ROWS
from tests.security.canary.needle import canary

OTHER = "sk-another-key-0123456789"
Options = dict[str, Any]
Making = Callable[[Any, str, Path], Options]
"""Makes the arguments of a client from the key, the server's address and a folder for files."""


@dataclass(frozen=True)
class Given:
    """One way to give a key. `environment` holds while the client works; `rerouted`: its addresses are others, whose requests we take."""

    name: str
    options: Making
    environment: Callable[[Any, str, Path], dict[str, str]] | None = None
    rerouted: bool = False
    model: str = "canary/m"
    new_key: Callable[[], str] = canary
    answers: bool = True
    """Whether the server can answer at all: a proxy in front of nothing cannot."""


def row(auth: Scheme, url: str, settings: tuple[Setting, ...] = (), **more: Any) -> Provider:
    """Return a row that knows one format and this way to prove who asks."""
    return Provider(name="canary", title="Canary", base_url=f"{url}/v1", auth=auth, env=("CANARY_API_KEY",), settings=settings, **more)


def _text(key: Any) -> str:
    return key if isinstance(key, str) else str(key)


def _written(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8", errors="replace")
    path.chmod(0o600)
    return str(path)


def _of_header(auth: HeaderAuth) -> Given:
    return Given(f"{auth.name}: {auth.prefix}".strip(), lambda key, url, _: {"providers": [row(auth, url)], "keys": {"canary": key}})


def _headers() -> Iterator[Given]:
    """Yield every header and prefix that a row uses."""
    seen: dict[str, HeaderAuth] = {}
    for provider in ROWS:
        for auth in (provider.auth, *(route.auth for route in provider.routes), *(way.auth for way in provider.operations.values())):
            if isinstance(auth, HeaderAuth):
                seen.setdefault(f"{auth.name}: {auth.prefix}", auth)
    yield from map(_of_header, seen.values())


def _setting(name: str, auth: Scheme, like: str, **values: str) -> Given:
    """Return the way in which the key is the secret setting `name` of a row like that one."""

    def options(key: Any, url: str, _: Path) -> Options:
        filled = {at: value.replace("{url}", url) for at, value in values.items()}
        return {"providers": [row(auth, url, PROVIDERS[like].settings)], "settings": {"canary": {name: key, **filled}}}

    return Given(f"{like}: {name}", options, rerouted=isinstance(auth, AzureAuth))


def _exchanged(style: str, like: str) -> Given:
    def options(key: Any, url: str, _: Path) -> Options:
        auth = OAuthAuth(token_url=f"{url}/token", style=style, grant={"grant_type": "client_credentials"})
        given = row(auth, url, PROVIDERS[like].settings)
        if style in ("key", "basic_key"):
            return {"providers": [given], "keys": {"canary": key}}
        return {"providers": [given], "settings": {"canary": {"client_id": "me", "client_secret": key, **_needed(given)}}}

    return Given(f"OAuth, {style}", options)


def _needed(given: Provider) -> dict[str, str]:
    """Return values for settings that have no default."""
    return {s.name: "x" for s in given.settings if s.default is None and not s.optional and not s.secret and s.name != "client_id"}


def _bearer(**more: Any) -> Callable[[str], dict[str, Any]]:
    return lambda url: {"providers": [row(HeaderAuth(), url)], **more}


def _aws(name: str, values: Callable[[Any], dict[str, Any]]) -> Given:
    def options(key: Any, url: str, _: Path) -> Options:
        settings = {"region": "us-east-1", "access_key_id": "AKIDEXAMPLE0123456789", **values(key)}
        return {"providers": [row(AwsAuth(service="bedrock"), url, PROVIDERS["bedrock"].settings)], "settings": {"canary": settings}}

    return Given(name, options)


def _aws_profile(key: Any, url: str, folder: Path) -> Options:
    return {
        "providers": [row(AwsAuth(service="bedrock"), url, PROVIDERS["bedrock"].settings)],
        "settings": {"canary": {"region": "us-east-1", "credential_process": "allow"}},
    }


def _variables(key: Any, url: str, folder: Path) -> dict[str, str]:
    return {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE0123456789", "AWS_SECRET_ACCESS_KEY": _in_environment(key)}


def _profile_environment(key: Any, url: str, folder: Path) -> dict[str, str]:
    text = f"[default]\naws_access_key_id = AKIDEXAMPLE0123456789\naws_secret_access_key = {_text(key)}\n"
    return {"AWS_SHARED_CREDENTIALS_FILE": _written(folder, "aws", text), "AWS_CONFIG_FILE": str(folder / "none")}


def _process_environment(key: Any, url: str, folder: Path) -> dict[str, str]:
    answer = {"Version": 1, "AccessKeyId": "AKIDEXAMPLE0123456789", "SecretAccessKey": _text(key)}
    printed = _written(folder, "printed.json", json.dumps(answer))
    command = shlex.join([sys.executable, "-I", "-S", "-c", f"print(open({printed!r}).read())"])
    text = f"[default]\ncredential_process = {command}\n"
    return {"AWS_CONFIG_FILE": _written(folder, "awsconfig", text), "AWS_SHARED_CREDENTIALS_FILE": str(folder / "none")}


def _google_file(kind: dict[str, str], field: str) -> Making:
    def options(key: Any, url: str, folder: Path) -> Options:
        file = {**kind, field: _text(key), "token_uri": f"{url}/token", "token_url": f"{url}/token"}
        settings = {"credentials_file": _written(folder, "google.json", json.dumps(file))}
        given = row(GoogleAuth(), url, (Setting(name="credentials_file", optional=True, pattern=r".+"),))
        return {"providers": [given], "settings": {"canary": settings}}

    return options


def _google_workload(key: Any, url: str, folder: Path) -> Options:
    source = {"file": _written(folder, "subject", _text(key))}
    more = {"audience": "a", "subject_token_type": "urn:ietf:params:oauth:token-type:jwt", "credential_source": source}
    return _google_file({"type": "external_account", **more}, "unused")("", url, folder)  # type: ignore[dict-item]  # one value is a table


def _google_account(key: Any, url: str, folder: Path) -> Options:
    """A service account signs with its private key; a line of that key is what is looked for."""
    kind = {"type": "service_account", "client_email": "me@example.com", "private_key_id": "1"}
    return _google_file(kind, "private_key")(_pem().replace(_line(), _text(key)), url, folder)


def _line() -> str:
    return _pem().splitlines()[3]


@cache
def _authority() -> str:
    import trustme

    return trustme.CA().cert_pem.bytes().decode()


@cache
def _pem(passphrase: bytes = b"") -> str:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    hidden = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, hidden).decode()


def _oci(*, session: bool) -> Making:
    def options(key: Any, url: str, folder: Path) -> Options:
        text = _text(key)
        usable = text.isascii() and text.isprintable()
        pem = _written(folder, "oci.pem", _pem(b"" if session or not usable else text.encode()))
        proof = f"security_token_file={_written(folder, 'session', text)}" if session else f"pass_phrase={text}"
        lines = ["[DEFAULT]", "user=ocid1.user.x", "fingerprint=aa:bb", "tenancy=ocid1.tenancy.y", f"key_file={pem}", proof]
        file = _written(folder, "oci", "\n".join(lines))
        given = row(OciAuth(), url, (Setting(name="config_file", optional=True, pattern=r".+"),))
        return {"providers": [given], "settings": {"canary": {"config_file": file}}}

    return options


def _azure_identity(key: Any, url: str, folder: Path) -> dict[str, str]:
    return {"IDENTITY_ENDPOINT": f"{url}/token", "IDENTITY_HEADER": _in_environment(key)}


def _in_environment(key: Any) -> str:
    """Return the key as a variable can hold it."""
    return _text(key).replace("\0", "\1").encode("utf-8", "replace").decode()


def _of_file(key: Any, url: str, folder: Path) -> Options:
    reference = f"file:{_written(folder, 'key', _text(key))}"
    config = _written(folder, "file.toml", f'[providers.canary]\nkey = "{reference}"\n')
    return {"providers": [row(HeaderAuth(), url)], "config": config}


def _of_variable(key: Any, url: str, folder: Path) -> Options:
    config = _written(folder, "variable.toml", '[providers.canary]\nkey = "env:MY_CANARY"\n')
    return {"providers": [row(HeaderAuth(), url)], "config": config}


def _of_account(key: Any, url: str, folder: Path) -> Options:
    from llmkit.routing.router import Router
    from llmkit.routing.tree import Deployment

    routes = {"main": Deployment("canary/m", key=Secret(key), name="eu")}
    return {"providers": [row(HeaderAuth(), url)], "keys": {"canary": OTHER}, "layers": [Router(routes)]}


def _with_proxy(key: Any, url: str, folder: Path) -> Options:
    proxy = f"http://me:{_text(key)}@{url.removeprefix('http://')}"
    options: Options = {"providers": [row(HeaderAuth(), "https://llm.example.com")], "keys": {"canary": OTHER}, "proxy": proxy}
    return {**options, "ca_file": _written(folder, "ca.pem", _authority())}  # one authority is read faster than all that the system has


_USER = {"type": "authorized_user", "client_id": "me", "client_secret": "client-secret-0123456789", "refresh_token": "refresh-0123456789"}
_ENTRA = {"resource": "mine", "tenant_id": "my-tenant", "client_id": "my-app"}
_ENTRA_ROW = Setting(name="resource", pattern=WORD)

GIVEN: tuple[Given, ...] = (
    *_headers(),
    _aws("AWS signature: secret key", lambda key: {"secret_access_key": key}),
    _aws("AWS signature: session token", lambda key: {"secret_access_key": OTHER, "session_token": key}),
    Given("AWS signature: profile in a file", _aws_profile, _profile_environment),
    Given("AWS signature: a program's keys", _aws_profile, _process_environment),
    Given("AWS signature: the environment", _aws_profile, _variables),
    Given(
        "AWS bearer",
        lambda key, url, _: {
            "providers": [row(AwsAuth(service="bedrock"), url, PROVIDERS["bedrock"].settings)],
            "keys": {"canary": key},
            "settings": {"canary": {"region": "us-east-1"}},
        },
    ),
    Given("Google: user's refresh token", _google_file(_USER, "refresh_token")),
    Given("Google: user's client secret", _google_file(_USER, "client_secret")),
    Given("Google: workload's subject token", _google_workload),
    Given("Google: service account", _google_account, new_key=_line),
    Given("Google: express key", lambda key, url, _: {"providers": [row(GoogleAuth(), url)], "keys": {"canary": key}}),
    Given("Azure: key", lambda key, url, _: {"providers": [row(AzureAuth(), url)], "keys": {"canary": key}}),
    _setting("access_token", AzureAuth(), "azure", resource="mine"),
    _setting("client_secret", AzureAuth(), "azure", **_ENTRA),
    Given("Azure: managed identity", lambda key, url, _: {"providers": [row(AzureAuth(), url)]}, _azure_identity),
    *(
        _exchanged(style, like)
        for style, like in (("basic", "databricks"), ("form", "databricks"), ("key", "watsonx"), ("basic_key", "gigachat"))
    ),
    Given("OCI: passphrase of the key", _oci(session=False)),
    Given("OCI: session token", _oci(session=True)),
    Given("a Secret", lambda key, url, _: {"providers": [row(HeaderAuth(), url)], "keys": {"canary": Secret(key)}}),
    Given(
        "the environment",
        lambda key, url, _: {"providers": [row(HeaderAuth(), url)]},
        lambda key, url, _: {"CANARY_API_KEY": _in_environment(key)},
    ),
    Given("a variable that the configuration names", _of_variable, lambda key, url, _: {"MY_CANARY": _in_environment(key)}),
    Given("a file that the configuration names", _of_file),
    Given(
        "several keys in turn", lambda key, url, _: {"providers": [row(HeaderAuth(), url)], "keys": {"canary": [OTHER, key]}, "retries": 2}
    ),
    Given("a key for one deployment", _of_account, model="route/main"),
    Given("a proxy's password", _with_proxy, answers=False),
)
"""All ways."""
