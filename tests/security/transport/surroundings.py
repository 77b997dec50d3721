"""Try to move a key by what lies around a program: variables, files of the folder it runs in, and what answers say."""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from llmkit import AsyncLLMKit, LLMKit
from llmkit.errors import LLMKitError
from llmkit.transport.policy import parse_url
from tests.security.transport.network import PUBLIC, Network, on
from tests.security.transport.tls_playing import mint, trusting

KEY = "sk-canary-0123456789abcdef"
EVIL = "evil.example"
THERE = f"https://{EVIL}/v1"

MODELS = {
    "openai": "openai/gpt-4.1-mini",
    "anthropic": "anthropic/claude-sonnet-4-5",
    "google": "google/gemini-2.5-flash",
    "mistral": "mistral/mistral-small-latest",
    "cohere": "cohere/command-a-03-2025",
    "groq": "groq/llama-3.3-70b-versatile",
    "deepseek": "deepseek/deepseek-chat",
    "openrouter": "openrouter/openai/gpt-4.1-mini",
    "together": "together/meta-llama/Llama-3.3-70B-Instruct-Turbo",
    "xai": "xai/grok-4",
    "voyage": "",
}
_ADDRESSES = """
    OPENAI_BASE_URL OPENAI_API_BASE OPENAI_API_HOST OPENAI_PROXY OPENAI_ENDPOINT OPENAI_API_TYPE ANTHROPIC_BASE_URL ANTHROPIC_API_URL
    ANTHROPIC_API_BASE ANTHROPIC_BEDROCK_BASE_URL ANTHROPIC_VERTEX_BASE_URL GOOGLE_GEMINI_BASE_URL GEMINI_BASE_URL GEMINI_API_BASE
    GOOGLE_API_BASE GOOGLE_VERTEX_BASE_URL MISTRAL_BASE_URL MISTRAL_API_BASE MISTRAL_SERVER_URL COHERE_BASE_URL COHERE_API_BASE CO_API_URL
    GROQ_BASE_URL GROQ_API_BASE DEEPSEEK_BASE_URL DEEPSEEK_API_BASE OPENROUTER_BASE_URL OPENROUTER_API_BASE TOGETHER_BASE_URL
    TOGETHER_API_BASE TOGETHERAI_API_BASE XAI_BASE_URL XAI_API_BASE LITELLM_PROXY_API_BASE LITELLM_API_BASE LANGCHAIN_ENDPOINT
    LANGSMITH_ENDPOINT HELICONE_BASE_URL PORTKEY_BASE_URL HF_ENDPOINT LLM_BASE_URL LLMKIT_BASE_URL LLMKIT_OPENAI_BASE_URL LLMKIT_PROXY
    LLMKIT_ENDPOINT LLMKIT_OPENAI_API_BASE AZURE_OPENAI_ENDPOINT AZURE_API_BASE AWS_ENDPOINT_URL AWS_ENDPOINT_URL_BEDROCK_RUNTIME
    OTEL_EXPORTER_OTLP_ENDPOINT
"""
_PROXIES = "HTTP_PROXY HTTPS_PROXY ALL_PROXY FTP_PROXY SOCKS_PROXY http_proxy https_proxy all_proxy socks_proxy GLOBAL_AGENT_HTTP_PROXY"
_FILES = (
    "SSL_CERT_FILE SSL_CERT_DIR REQUESTS_CA_BUNDLE CURL_CA_BUNDLE NODE_EXTRA_CA_CERTS HTTPLIB2_CA_CERTS AWS_CA_BUNDLE SSLKEYLOGFILE NETRC"
)
VARIABLES = {
    **dict.fromkeys(_ADDRESSES.split(), THERE),
    **dict.fromkeys(_PROXIES.split(), f"http://{EVIL}:3128"),
    **dict.fromkeys(_FILES.split(), "FILE"),
    "NO_PROXY": "",
    "OPENAI_ORGANIZATION": THERE,
    "OPENAI_PROJECT": THERE,
    "OPENSSL_CONF": "FILE",
}
"""What other libraries read, with what a hostile surrounding would say. Ours reads none of them for these providers."""
OWN = {
    "AZURE_OPENAI_ENDPOINT": ("azure", "azure/gpt-4.1-mini"),
    "DATABRICKS_HOST": ("databricks", "databricks/m"),
    "HF_INFERENCE_ENDPOINT": ("huggingface-endpoint", "huggingface-endpoint/m"),
    "WATSONX_URL": ("watsonx", "watsonx/ibm/granite"),
    "DASHSCOPE_HOST": ("alibaba", "alibaba/qwen-max"),
}
"""Documented: a service that every customer has at an address of their own is named by the vendor's variable, for its own row alone."""


def network(names: Iterable[str] = ()) -> Network:
    """Return a network that knows the vendors' hosts and the hostile one."""
    return Network({name: [[PUBLIC]] for name in (EVIL, *HOSTS.values(), *names)})


def _hosts() -> dict[str, str]:
    with LLMKit() as kit:
        return {name: parse_url(kit.providers[name].base_url)[0].host for name in MODELS}


HOSTS = _hosts()


@contextmanager
def _surrounded(variables: dict[str, str]) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "hostile").write_bytes(mint().pem)
        (place / ".netrc").write_text(f"default login me password {KEY[::-1]}\n", encoding="ascii")
        (place / ".netrc").chmod(0o600)
        found = {name: str(place / "hostile") if value == "FILE" else value for name, value in variables.items()}
        keys = {f"LLMKIT_{name.upper()}_API_KEY": KEY for name in MODELS}
        with patch.dict(os.environ, {"HOME": folder, "PATH": os.environ.get("PATH", ""), **keys, **found}, clear=True):
            yield place


def environment_found(names: Iterable[str] = tuple(VARIABLES)) -> tuple[int, list[str]]:
    """Set hostile variables, one by one and all at once; return how many calls were, and what went wrong."""
    found = []
    sets = [*({name: VARIABLES[name]} for name in names), dict(VARIABLES)]
    with on(network()) as net, trusting() as trust:
        for count, variables in enumerate(sets):
            whole = count == len(sets) - 1
            # The system's hundreds of authorities take long to read: only where the variable is about them.
            client = {} if "FILE" in variables.values() else {"ca_file": trust.ca_file}
            with _surrounded(variables):
                for name in [name for name in MODELS if MODELS[name] and (whole or name in _concerned(variables))]:
                    found.append(_called(net, name, f"{', '.join(list(variables)[:2])}, {name}", "async" if count % 2 else "sync", client))
        for variable in OWN:
            found += _documented(net, variable)
    return len(found), [fault for fault in found if fault]


def _concerned(variables: dict[str, str]) -> list[str]:
    (name,) = variables
    return [next((model for model in MODELS if model in name.lower()), "openai")]


def _called(net: Network, name: str, what: str, face: str, client: dict[str, Any] | None = None) -> str:
    """Ask a provider and see who is called: its own host, through nobody else."""
    net.clear()
    ended = _asked(face, MODELS[name], client or {})
    if (net.asked, net.called) != ([HOSTS[name]], [(PUBLIC, 443)]) or not isinstance(ended, LLMKitError):
        return f"{what}: asked for {net.asked}, called {net.called}, {ended!r}"
    return f"{what}: the error shows the key" if KEY in f"{ended} {ended!r}" else ""


def _asked(face: str, model: str, client: dict[str, Any]) -> object:
    async def asked() -> object:
        async with AsyncLLMKit(retries=0, **client) as kit:
            return await kit.complete(model, "hi")

    try:
        if face == "async":
            return asyncio.run(asked())
        with LLMKit(retries=0, **client) as kit:
            return kit.complete(model, "hi")
    except Exception as error:  # whatever it is: judged by who asked
        return error


def _documented(net: Network, variable: str) -> list[str]:
    """Set a variable that names a customer's own host: its row goes there with its key over https, and no other row does."""
    row, model = OWN[variable]
    found = []
    with _surrounded({variable: f"https://{EVIL}/"}):
        net.clear()
        client = {"keys": {row: KEY}, **({"settings": {"watsonx": {"project_id": "p"}}} if row == "watsonx" else {})}
        ended = _asked("sync", model, client)
        if row != "watsonx" and (net.asked, net.called) != ([EVIL], [(PUBLIC, 443)]):
            found.append(f"{variable}: {row} asked for {net.asked}, called {net.called}, {ended!r}")
        found += [_called(net, name, f"{variable}, {name}", "sync") for name in ("openai", "anthropic")]
    return found


_TOML = f"""
default_model = "mine/m"
proxy = "http://{EVIL}:3128"
[providers.openai]
base_url = "{THERE}"
key = "env:HOME"
[providers.mine]
base_url = "{THERE}"
"""
_TOOL = f"[tool.llmkit]\nproxy = 'http://{EVIL}:3128'\n[tool.llmkit.providers.openai]\nbase_url = '{THERE}'\n"
_JSON = json.dumps({"base_url": THERE, "proxy": f"http://{EVIL}:3128", "providers": {"openai": {"base_url": THERE}}})
_ENV = f"OPENAI_BASE_URL={THERE}\nHTTPS_PROXY=http://{EVIL}:3128\nLLMKIT_CONFIG=./llmkit.toml\nOPENAI_API_KEY=sk-of-the-folder-0123456789\n"
_PYTHON = "import os\nos.environ['HTTPS_PROXY'] = 'http://evil.example:3128'\nraise SystemExit('a file of the folder was run')\n"
FILES: dict[str, str] = {
    **dict.fromkeys(
        ("llmkit.toml", ".llmkit.toml", "config.toml", "llmkit/config.toml", ".llmkit/config.toml", ".config/llmkit/config.toml"), _TOML
    ),
    **dict.fromkeys(("settings.toml", ".llmkitrc", "llmkit.yaml", ".llmkit.yml", "litellm_config.yaml", "setup.cfg"), _TOML),
    **dict.fromkeys(("llmkit.json", "openai.json", "config.json", ".llmkit/settings.json", ".claude/settings.json", ".mcp.json"), _JSON),
    **dict.fromkeys((".env", ".env.local", ".envrc", ".netrc", "_netrc", ".openai", ".aws/config", ".aws/credentials"), _ENV),
    **dict.fromkeys(("sitecustomize.py", "usercustomize.py", "conftest.py", "llmkit_plugin.py", ".pythonrc"), _PYTHON),
    "pyproject.toml": _TOOL,
    ".git/config": f'[http]\n\tproxy = http://{EVIL}:3128\n[url "{THERE}"]\n\tinsteadOf = https://api.openai.com/\n',
    "openssl.cnf": "openssl_conf = x\n",
    "cacert.pem": "",
    "resolv.conf": "nameserver 127.0.0.1\n",
    "hosts": "127.0.0.1 api.openai.com\n",
    "models.json": json.dumps({"models": [{"id": "openai/gpt-4.1-mini", "base_url": THERE}]}),
    "prompts/evil.md": "---\nmodel: mine/m\nbase_url: https://evil.example\n---\nhi\n",
}
"""What a cloned repository might hold. Nothing of it is read."""


HOSTILE = "llmkit-hostile-"
"""How the name of a folder with such files begins: whoever listens can see whether anything in it is opened."""


def folder_found(names: Iterable[str] = tuple(FILES)) -> tuple[int, list[str]]:
    """Run in a folder with hostile files, one by one and all at once; return how many calls were, and what went wrong."""
    found = []
    before = os.getcwd()
    with on(network()) as net, trusting() as trust:
        client = {"ca_file": trust.ca_file}
        for chosen in [*([name] for name in names), list(FILES)]:
            with _surrounded({}), tempfile.TemporaryDirectory(prefix=HOSTILE) as folder:
                for name in chosen:
                    _write(Path(folder) / name, FILES[name])
                os.chdir(folder)
                try:
                    found += [
                        _called(net, name, f"{' and '.join(chosen[:2])}, {name}", face, client)
                        for name, face in (("openai", "sync"), ("groq", "async"))
                    ]
                    found.append(_unchanged())
                finally:
                    os.chdir(before)
    return len(found), [fault for fault in found if fault]


def _unchanged() -> str:
    try:
        with LLMKit() as kit:
            core = kit._core
            strange = core.config.path, core.connections.settings.proxy, kit.default_model, "mine" in kit.providers
    except LLMKitError as error:
        return f"the folder stopped the client: {error!r}"
    return "" if strange == (None, None, None, False) else f"the folder changed the client: {strange}"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
