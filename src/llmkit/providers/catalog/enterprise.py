"""Platforms of enterprises: their models stand beside the customer's data, and the customer's own address is a setting."""

from __future__ import annotations

from llmkit.auth.schemes import OAuthAuth
from llmkit.providers.catalog import errors
from llmkit.providers.catalog.shared import PLAIN, messages, openai
from llmkit.providers.provider import WORD, Provider, Setting
from llmkit.providers.serving import Serving
from llmkit.providers.watsonx import WATSONX

ROWS = (
    Provider(
        name="databricks",
        title="Databricks",
        base_url="https://{host}/serving-endpoints",
        env=("DATABRICKS_TOKEN", "DATABRICKS_API_KEY"),
        docs="https://docs.databricks.com/aws/en/machine-learning/foundation-models/",
        # Without a personal token: a service principal (docs.databricks.com/aws/en/dev-tools/auth/oauth-m2m, 2026-11).
        auth=OAuthAuth(
            token_url="https://{host}/oidc/v1/token", style="basic", grant={"grant_type": "client_credentials", "scope": "all-apis"}
        ),
        region="global",
        settings=(
            Setting(name="host", env=("DATABRICKS_HOST",), trim=("/serving-endpoints",), help="the host of your workspace"),
            Setting(name="client_id", env=("DATABRICKS_CLIENT_ID",), optional=True, help="of a service principal"),
            Setting(name="client_secret", env=("DATABRICKS_CLIENT_SECRET",), optional=True, secret=True),
        ),
        profile={**PLAIN, "unsupported": ("store", "frequency_penalty", "presence_penalty", "logit_bias", "seed")},
        operations=openai("embed"),
        errors=errors.DATABRICKS,
    ),
    Provider(
        name="datarobot",
        title="DataRobot LLM Gateway",
        base_url="https://{host}/api/v2/genai/llmgw",
        env=("DATAROBOT_API_TOKEN", "DATAROBOT_API_KEY"),
        docs="https://docs.datarobot.com",
        region="US,EU,JP",
        settings=(Setting(name="host", env=("DATAROBOT_ENDPOINT",), default="app.datarobot.com", trim=("/api/v2",)),),
        profile=PLAIN,
        operations=openai("models"),
    ),
    Provider(
        name="heroku",
        title="Heroku Managed Inference",
        base_url="https://{host}/v1",
        env=("INFERENCE_KEY", "HEROKU_INFERENCE_KEY", "HEROKU_API_KEY", "HEROKU_AI_API_KEY"),
        docs="https://devcenter.heroku.com/articles/heroku-inference-api-v1-chat-completions",
        aliases=("heroku_ai",),
        region="US,EU",
        settings=(Setting(name="host", env=("INFERENCE_URL", "HEROKU_INFERENCE_URL"), default="us.inference.heroku.com"),),
        profile=PLAIN,
        operations=openai("models", "embed", "image"),
    ),
    Provider(
        name="predibase",
        title="Predibase",
        base_url="https://serving.app.predibase.com/{tenant}/deployments/v2/llms",
        env=("PREDIBASE_API_TOKEN", "PREDIBASE_API_KEY"),
        docs="https://docs.predibase.com",
        region="US",
        settings=(Setting(name="tenant", env=("PREDIBASE_TENANT_ID",), help="the id of your tenant"),),
        path="/{model}/v1/chat/completions",
        profile=PLAIN,
    ),
    Provider(
        name="sap-ai-core",
        title="SAP AI Core",
        base_url="https://{host}/v2/inference/deployments",
        docs="https://help.sap.com/docs/sap-ai-core",
        env=("AICORE_ACCESS_TOKEN",),
        # The variables are those of SAP's SDKs; AICORE_SERVICE_KEY holds the whole service key as JSON (help.sap.com, 2026-05).
        auth=OAuthAuth(token_url="https://{auth_host}/oauth/token", style="basic", grant={"grant_type": "client_credentials"}),
        aliases=("sap",),
        region="DE",
        settings=(
            Setting(
                name="host",
                env=("AICORE_BASE_URL", "AICORE_SERVICE_KEY#/serviceurls/AI_API_URL"),
                trim=("/v2",),
                help="the host of AI_API_URL in your service key",
            ),
            Setting(name="auth_host", env=("AICORE_AUTH_URL", "AICORE_SERVICE_KEY#/url"), trim=("/oauth/token",), optional=True),
            Setting(name="client_id", env=("AICORE_CLIENT_ID", "AICORE_SERVICE_KEY#/clientid"), optional=True, pattern=r"[!-~]{1,256}"),
            Setting(name="client_secret", env=("AICORE_CLIENT_SECRET", "AICORE_SERVICE_KEY#/clientsecret"), optional=True, secret=True),
            Setting(name="resource_group", env=("AICORE_RESOURCE_GROUP",), default="default", pattern=WORD),
            Setting(name="api_version", default="2024-10-21"),
        ),
        headers={"AI-Resource-Group": "{resource_group}"},
        # The model id is the id of a deployment.
        path="/{model}/chat/completions?api-version={api_version}",
        profile=PLAIN,
    ),
    Provider(
        name="snowflake-cortex",
        title="Snowflake Cortex",
        base_url="https://{host}/api/v2/cortex/v1",
        env=("SNOWFLAKE_CORTEX_PAT", "SNOWFLAKE_PAT", "SNOWFLAKE_TOKEN"),
        docs="https://docs.snowflake.com/en/user-guide/snowflake-cortex/cortex-rest-api",
        aliases=("snowflake",),
        region="global",
        settings=(
            Setting(name="account", env=("SNOWFLAKE_ACCOUNT",), optional=True, help="organisation-account"),
            Setting(name="host", env=("SNOWFLAKE_HOST",), default="{account}.snowflakecomputing.com"),
            Setting(name="token_type", env=("SNOWFLAKE_TOKEN_TYPE",), default="PROGRAMMATIC_ACCESS_TOKEN", pattern=WORD),
        ),
        headers={"X-Snowflake-Authorization-Token-Type": "{token_type}"},
        profile={**PLAIN, "reasoning": "level", "max_tokens_field": "max_completion_tokens"},
        routes=(messages(),),
        operations={"embed": Serving(dialect="snowflake_embeddings", path="/inference:embed", base_url="https://{host}/api/v2/cortex")},
    ),
    WATSONX,
)
