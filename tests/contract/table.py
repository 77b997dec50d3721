"""The provider table of the docs, made from the rows."""

from __future__ import annotations

from pathlib import Path

from llmkit.auth.schemes import AwsAuth, AzureAuth, GoogleAuth, HeaderAuth, NoAuth, OAuthAuth, OciAuth, Scheme
from llmkit.providers.catalog import KINDS, rows_of
from llmkit.providers.provider import Provider
from tests.rows import ROWS

PAGE = Path(__file__).parents[2] / "docs" / "providers.md"
BEGIN, END = "<!-- begin of the table -->", "<!-- end of the table -->"

TITLES = {
    "aws": "Amazon",
    "china": "Laboratories in China",
    "china_clouds": "Clouds in China",
    "china_hosts": "Hosts and resellers in China",
    "clouds": "Clouds",
    "coding": "For programs that write code",
    "decentralised": "On computers of many owners, or sealed",
    "ended": "Ended",
    "enterprise": "Platforms of enterprises",
    "europe": "Europe",
    "gateways": "Gateways and resellers",
    "hosts": "Hosts of open models",
    "images": "Pictures",
    "labs": "Laboratories",
    "small_labs": "Smaller laboratories",
    "local": "On your own machine",
    "regional": "Other regions",
    "retrieval": "Embeddings and ranking",
    "search": "Web search",
    "small_gateways": "Young and small gateways",
    "chips": "Hosts with chips of their own",
    "small_hosts": "Young and small hosts",
    "speech": "Speech",
    "video": "Video",
}

# Providers whose recorded traffic is replayed by the conformance suite; all others are proven against fakes alone.
_RECORDED = """
    ai21 alibaba alibaba-us anthropic avian azure azure-ai azure-deployments baseten bedrock cerebras cloudflare-workers-ai
    cohere crusoe databricks deepseek doubleword featherless fireworks github-models google gpustack groq huggingface hyperbolic
    litellm-proxy llamacpp llamafile minimax mistral nebius novita-ai ollama openai openrouter perplexity portkey replicate
    sambanova snowflake-cortex together venice vercel vertex vllm writer xai xiaomi zai
"""
RECORDED = frozenset(_RECORDED.split())


def page(text: str) -> str:
    """Return the page with the table written anew."""
    head, _, rest = text.partition(BEGIN)
    tail = rest.partition(END)[2] if rest else "\n"
    return f"{head.rstrip()}\n\n{BEGIN}\n{table()}{END}{tail}"


def table() -> str:
    """Return the tables: who serves, a table for each kind, and who ended."""
    living = [row for row in ROWS if not row.ended]
    lines = [
        f"{len(living)} providers. *Formats* are those of conversations, the row's own first. *Operations* are what a service",
        "offers beside them and beside its list of models, which nearly all have; not each can be asked of LLMKit yet. *Proven*:",
        "**traffic** = recorded answers of the real service are replayed in the tests; *fake* = only a server of ours in its wire",
        "format was called.",
        *(line for kind in KINDS for line in _section(kind, [row for row in rows_of(kind).values() if not row.ended])),
        "",
        "### Ended",
        "These are refused with the date and what to use instead.",
        "",
        "| name | provider | ended |",
        "|---|---|---|",
        *(f"| `{row.name}` | {row.title} | {row.ended.partition(' ')[0]} |" for row in ROWS if row.ended),
    ]
    return "\n".join(lines) + "\n"


def _section(kind: str, rows: list[Provider]) -> list[str]:
    """Return the table of one kind; nothing for one whose rows all ended."""
    head = "| name | provider | region | formats | operations | key in | proven |"
    return ["", f"### {TITLES[kind]}", "", head, "|---|---|---|---|---|---|---|", *map(_line, rows)] if rows else []


def _line(row: Provider) -> str:
    formats = ", ".join(dict.fromkeys([row.dialect, *(route.dialect for route in row.routes)]) if row.dialect else ())
    operations = ", ".join(name.replace("_", " ") for name in sorted(row.operations) if name != "models")
    proven = "traffic" if row.name in RECORDED else "fake"
    region = "this machine" if row.local else row.region
    return f"| `{row.name}` | [{row.title}]({row.docs}) | {region} | {formats} | {operations} | {_key(row)} | {proven} |"


def _key(row: Provider) -> str:
    """Return where the key is, who else can ask, and what must be set beside it."""
    keys = ", ".join(f"`{name}`" for name in row.env)
    needed = [f"**`{setting.name}`**" for setting in row.settings if not (setting.secret or setting.optional or setting.default)]
    return "; ".join(part for part in (keys, _scheme(row.auth), *needed) if part)


def _scheme(scheme: Scheme) -> str:
    """Return what stands in for a key, where something can."""
    match scheme:
        case AwsAuth():
            return "AWS signature"
        case GoogleAuth():
            return "Google credentials"
        case AzureAuth():
            return "Entra ID"
        case OciAuth():
            return "Oracle signature"
        case OAuthAuth():
            return "changed for a token" if scheme.style in ("key", "basic_key") else "client credentials"
        case HeaderAuth() | NoAuth():
            return ""
