"""IBM watsonx.ai: Chat Completions with its own paths and names, behind IBM's identity service."""

from __future__ import annotations

from llmkit.auth.schemes import OAuthAuth
from llmkit.providers.provider import WORD, Provider, Setting
from llmkit.providers.quirks import Omit, Put, Rename
from llmkit.providers.serving import Serving
from llmkit.types.dialect import Encoded

_SOURCE = "cloud.ibm.com/apidocs/watsonx-ai#text-chat, read 2026-11"


def name_choice(encoded: Encoded, stream: bool) -> None:
    """A mode of tool use has a field of its own; in `tool_choice` only the tool to call is taken."""
    choice = encoded.body.get("tool_choice")
    if isinstance(choice, str):
        del encoded.body["tool_choice"]
        encoded.body["tool_choice_option"] = choice


WATSONX = Provider(
    name="watsonx",
    title="IBM watsonx.ai",
    base_url="https://{host}/ml/v1",
    env=("WATSONX_API_KEY", "WATSONX_APIKEY", "WX_API_KEY"),
    docs="https://cloud.ibm.com/apidocs/watsonx-ai#text-chat",
    auth=OAuthAuth(
        token_url="https://{iam_host}/identity/token", style="key", grant={"grant_type": "urn:ibm:params:oauth:grant-type:apikey"}
    ),
    aliases=("watsonx_text",),
    region="global",
    settings=(
        Setting(name="region", env=("WATSONX_REGION",), default="us-south"),
        Setting(name="host", env=("WATSONX_URL", "WATSONX_API_BASE"), default="{region}.ml.cloud.ibm.com"),
        Setting(name="iam_host", env=("WATSONX_IAM_URL",), default="iam.cloud.ibm.com", trim=("/identity/token",)),
        Setting(name="project_id", env=("WATSONX_PROJECT_ID", "WATSONX_AI_PROJECT_ID"), optional=True, pattern=WORD),
        Setting(name="space_id", env=("WATSONX_SPACE_ID",), optional=True, pattern=WORD, help="in place of a project"),
        Setting(name="version", env=("WATSONX_API_VERSION",), default="2025-02-06", help="the date of the API"),
        Setting(name="access_token", env=("WATSONX_TOKEN",), optional=True, secret=True),
    ),
    path="/text/chat?version={version}",
    stream_path="/text/chat_stream?version={version}",
    profile={"system_role": "system", "stream_usage": False, "unsupported": ("store", "logit_bias", "n", "user", "metadata")},
    quirks=(
        Rename(field="model", to="model_id", source=_SOURCE),
        Omit(field="stream", source=_SOURCE),
        Put(field="project_id", value="{project_id}", source=_SOURCE),
        Put(field="space_id", value="{space_id}", source=_SOURCE),
    ),
    edit=name_choice,
    operations={
        "embed": Serving(dialect="watsonx_embeddings", path="/text/embeddings?version={version}"),
        "rerank": Serving(dialect="watsonx_rerank", path="/text/rerank?version={version}"),
    },
)
