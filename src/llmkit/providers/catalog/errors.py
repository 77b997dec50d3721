"""Errors that providers tell in codes of their own; what a status or the wire format says already is not repeated here."""

from __future__ import annotations

from llmkit.providers.answers import ErrorKind, ErrorRule


def _rules(source: str, codes: dict[ErrorKind, str]) -> tuple[ErrorRule, ...]:
    """Return a rule for each code; the codes of a kind are separated by blanks."""
    return tuple([ErrorRule(kind=kind, code=code, source=source) for kind, words in codes.items() for code in words.split()])


def _says(source: str, kind: ErrorKind, *texts: str, status: int | None = None) -> tuple[ErrorRule, ...]:
    """Return a rule for each text that stands in such an error."""
    return tuple([ErrorRule(kind=kind, contains=text, status=status, source=source) for text in texts])


_AIHUBMIX_DOCS = "docs.aihubmix.com/cn/FAQs/HTTP-Codes, 2026-11"
_ARK_DOCS = "www.volcengine.com/docs/82379/1299023, 2026-11"
_BAIDU_DOCS = "cloud.baidu.com/doc/qianfan-api/s/Om9b4yj3w, 2026-03"
_CLOUDFLARE_DOCS = "developers.cloudflare.com/workers-ai/platform/errors, 2026-11"
_DASHSCOPE_DOCS = "help.aliyun.com/en/model-studio/error-code, 2026-11"
_KIMI_DOCS = "platform.moonshot.ai/docs/api/errors, 2026-11"
_MINIMAX_DOCS = "platform.minimax.io/docs/api-reference/errorcode, 2026-11"
_SPARK_DOCS = "www.xfyun.cn/doc/spark/HTTP, 2026-11"
_ZENMUX_DOCS = "docs.zenmux.ai/guide/advanced/error-codes, 2026-11"
_ZHIPU_DOCS = "docs.bigmodel.cn/cn/api/api-code and docs.z.ai/api-reference/api-code, 2026-11"

AIHUBMIX = _rules(_AIHUBMIX_DOCS, {"payment_required": "insufficient_user_quota"})
ARK = (
    *_rules(
        _ARK_DOCS,
        {
            "overloaded": "ServerOverloaded",
            "payment_required": "AccountOverdueError OperationDenied.ServiceOverdue",
            "permission_denied": "OperationDenied.ServiceNotOpen",
        },
    ),
    # The codes go on after these words, with what was found or which limit it was.
    *_says(_ARK_DOCS, "content_filtered", "SensitiveContentDetected"),
    *_says(_ARK_DOCS, "not_found", "InvalidEndpointOrModel"),
    *_says(_ARK_DOCS, "rate_limited", "RateLimitExceeded", status=429),
)
BAIDU = _rules(
    _BAIDU_DOCS,
    {"context_length_exceeded": "characters_too_long tokens_too_long", "rate_limited": "rpm_rate_limit_exceeded tpm_rate_limit_exceeded"},
)
BASETEN = _says("recorded 2025", "authentication", "please check the api-key", status=403)
CLOUDFLARE = _rules(
    _CLOUDFLARE_DOCS,
    {
        "bad_request": "3003 3006 5004 5005",
        "not_found": "3010 5007",
        "overloaded": "3040",
        "permission_denied": "3023 3041 5016 5018",
        "quota_exhausted": "3036",
    },
)
COHERE = (
    ErrorRule(kind="content_filtered", status=498, source="docs.cohere.com/reference/errors, 2026-11"),
    *_says("recorded 2025", "context_length_exceeded", "too many tokens", status=400),
)
DASHSCOPE = (
    *_rules(
        _DASHSCOPE_DOCS,
        {
            "authentication": "InvalidApiKey invalid_api_key",
            "content_filtered": "DataInspectionFailed data_inspection_failed",
            "not_found": "ModelNotFound model_not_found",
            "payment_required": "Arrearage",
            "permission_denied": "AccessDenied access_denied",
            "quota_exhausted": "AllocationQuota.FreeTierOnly",
            # Here this is a limit of tokens a minute: it passes.
            "rate_limited": "Throttling Throttling.RateQuota Throttling.AllocationQuota insufficient_quota",
        },
    ),
    *_says(_DASHSCOPE_DOCS, "context_length_exceeded", "Range of input length should be", status=400),
)
DATABRICKS = _rules("docs.databricks.com/api/workspace/introduction, 2026-11", {"rate_limited": "REQUEST_LIMIT_EXCEEDED"})
GITHUB = _rules("recorded 2025", {"not_found": "unknown_model"})
GROQ = (
    ErrorRule(kind="overloaded", status=498, source="console.groq.com/docs/errors, 2026-11"),
    *_rules("recorded 2025", {"not_found": "model_decommissioned"}),
)
KIMI = (
    *_rules(
        _KIMI_DOCS,
        {
            "authentication": "incorrect_api_key_error invalid_authentication_error",
            "content_filtered": "content_filter",
            "not_found": "resource_not_found_error",
            "overloaded": "engine_overloaded_error",
            "permission_denied": "permission_denied_error",
            "quota_exhausted": "exceeded_current_quota_error",
            "rate_limited": "rate_limit_reached_error",
        },
    ),
    *_says(_KIMI_DOCS, "context_length_exceeded", "exceeded model token limit", status=400),
)
LLAMA_CPP = _rules("recorded 2026", {"context_length_exceeded": "exceed_context_size_error"})
MINIMAX = _rules(
    _MINIMAX_DOCS,
    {
        "authentication": "1004 2049",
        "bad_request": "1042 2013",
        "content_filtered": "1026 1027",
        "payment_required": "1008",
        "quota_exhausted": "2056",
        # 1002 counts requests, 1039 tokens, 1041 connections, 2045 how fast they grow.
        "rate_limited": "1002 1039 1041 2045",
        "server_error": "1000 1001 1024 1033",
    },
)
MISTRAL = _rules("recorded 2026", {"not_found": "invalid_model"})
OLLAMA = _says("recorded 2026", "context_length_exceeded", "exceeds the context length", status=400)
OPENROUTER = _says("openrouter.ai/docs/api-reference/errors, 2026-11", "content_filtered", "input was flagged", status=403)
SPARK = _rules(
    _SPARK_DOCS,
    {
        "content_filtered": "10013 10014 10019",
        "context_length_exceeded": "10907",
        "permission_denied": "11200",
        "quota_exhausted": "11201",
        "rate_limited": "10007 11202 11203",
    },
)
ZENMUX = _rules(
    _ZENMUX_DOCS,
    {
        "authentication": "access_denied",
        "content_filtered": "safety_check_failed",
        "overloaded": "no_provider_available",
        "payment_required": "insufficient_credit reject_no_credit",
        "quota_exhausted": "quote_exceeded",
    },
)
ZHIPU = _rules(
    _ZHIPU_DOCS,
    {
        "authentication": "1000 1001 1002 1003 1004 1005",
        "bad_request": "1210 1212 1213 1214 1215",
        "content_filtered": "1301",
        "context_length_exceeded": "1261",
        "not_found": "1211 1221 1222",
        "overloaded": "1305 1312",
        "payment_required": "1113",
        "permission_denied": "1110 1111 1112 1121 1220 1311",
        "quota_exhausted": "1304 1308 1309 1310",
        "rate_limited": "1302 1303 1313",
        "server_error": "1200 1230 1234",
    },
)
