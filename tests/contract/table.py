"""The provider table of the docs, made from the rows."""

from __future__ import annotations

from pathlib import Path

from llmkit.auth.schemes import AwsAuth, AzureAuth, GoogleAuth, HeaderAuth, NoAuth, OAuthAuth, OciAuth, Scheme
from llmkit.providers.catalog import ROWS
from llmkit.providers.provider import Provider

PAGE = Path(__file__).parents[2] / "docs" / "providers.md"
BEGIN, END = "<!-- begin of the table -->", "<!-- end of the table -->"

# Providers whose recorded traffic is replayed by the conformance suite; all others are proven against fakes alone.
_RECORDED = """
    alibaba alibaba-us amazon-bedrock anthropic azure azure-ai azure-deployments baseten cerebras cloudflare-workers-ai
    cohere crusoe databricks deepseek featherless fireworks github-models google groq huggingface hyperbolic litellm-proxy
    llamacpp llamafile minimax mistral nebius novita-ai ollama openai openrouter perplexity portkey replicate sambanova
    snowflake-cortex together vercel vertex vllm writer xai xiaomi zai
"""
RECORDED = frozenset(_RECORDED.split())


def page(text: str) -> str:
    """Return the page with the table written anew."""
    head, _, rest = text.partition(BEGIN)
    tail = rest.partition(END)[2] if rest else "\n"
    return f"{head.rstrip()}\n\n{BEGIN}\n{table()}{END}{tail}"


def table() -> str:
    """Return both tables: who serves, and who ended."""
    living = [row for row in ROWS if not row.ended]
    lines = [
        f"{len(living)} providers. *Proven*: **traffic** = recorded answers of the real service are replayed in the tests; "
        "*fake* = only a server of ours in its wire format was called.",
        "",
        "| name | provider | dialects | who asks | key in | settings | proven |",
        "|---|---|---|---|---|---|---|",
        *(_line(row) for row in living),
        "",
        "Ended services, which are refused with the date and what to use instead:",
        "",
        "| name | provider | ended |",
        "|---|---|---|",
        *(f"| `{row.name}` | {row.title} | {row.ended.partition(' ')[0]} |" for row in ROWS if row.ended),
    ]
    return "\n".join(lines) + "\n"


def _line(row: Provider) -> str:
    dialects = ", ".join(dict.fromkeys([row.dialect, *(route.dialect for route in row.routes)]))
    keys = ", ".join(f"`{name}`" for name in row.env)
    needed = [setting for setting in row.settings if not setting.secret]
    settings = ", ".join(f"`{setting.name}`" if setting.optional or setting.default else f"**`{setting.name}`**" for setting in needed)
    proven = "traffic" if row.name in RECORDED else "fake"
    title = f"[{row.title}]({row.docs})"
    return f"| `{row.name}` | {title} | {dialects} | {_scheme(row.auth, row.local)} | {keys} | {settings} | {proven} |"


def _scheme(scheme: Scheme, local: bool) -> str:
    match scheme:
        case HeaderAuth():
            told = f"`{scheme.name}: {scheme.prefix}...`"
        case AwsAuth():
            told = "AWS signature, or a key"
        case GoogleAuth():
            told = "Google credentials, or a key"
        case AzureAuth():
            told = f"`{scheme.header}`, or Entra ID"
        case OciAuth():
            told = "Oracle signature, or a key"
        case OAuthAuth():
            told = "key for a token" if scheme.style in ("key", "basic_key") else "token, or client credentials"
        case NoAuth():
            told = "nobody"
    return f"{told}, if any" if local else told
