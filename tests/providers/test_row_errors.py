"""What providers say in codes of their own is an error of the right kind: bodies as their documentation or a recording shows them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from llmkit import LLMKit
from llmkit.errors import (
    AuthenticationError,
    ContentFiltered,
    ContextLengthExceeded,
    LLMKitError,
    NotFound,
    Overloaded,
    PaymentRequired,
    PermissionDenied,
    QuotaExhausted,
    RateLimited,
)
from llmkit.testing import FakeProvider, Fault
from tests.contract.values import settings_of
from tests.rows import ROWS


def error(code: Any, message: str = "no", kind: str = "") -> dict[str, Any]:
    return {"error": {"code": code, "message": message, **({"type": kind} if kind else {})}}


CASES: list[tuple[str, int, Any, type[LLMKitError]]] = [
    ("aihubmix", 403, error("insufficient_user_quota"), PaymentRequired),
    ("alibaba", 400, error("Arrearage", kind="Arrearage"), PaymentRequired),
    ("alibaba", 429, error("insufficient_quota", "Allocated quota exceeded, please increase your quota limit."), RateLimited),
    ("alibaba-cn", 403, error("AllocationQuota.FreeTierOnly"), QuotaExhausted),
    ("alibaba", 400, error("data_inspection_failed"), ContentFiltered),
    ("alibaba", 400, error("invalid_parameter_error", "Range of input length should be [1, 129024]"), ContextLengthExceeded),
    ("baidu", 400, error("tokens_too_long", "Prompt tokens too long", "invalid_request_error"), ContextLengthExceeded),
    ("baseten", 403, {"error": "please check the api-key you provided"}, AuthenticationError),
    ("byteplus", 400, error("InputTextSensitiveContentDetected", kind="BadRequest"), ContentFiltered),
    ("cloudflare-workers-ai", 429, {"success": False, "errors": [{"code": 3036, "message": "limited"}]}, QuotaExhausted),
    ("cloudflare-workers-ai", 400, {"success": False, "errors": [{"code": 5007, "message": "No such model"}]}, NotFound),
    ("cohere", 400, {"message": "too many tokens: size limit exceeded by 189876 tokens."}, ContextLengthExceeded),
    ("cohere", 498, {"message": "blocked"}, ContentFiltered),
    ("databricks", 403, {"error_code": "REQUEST_LIMIT_EXCEEDED", "message": "no"}, RateLimited),
    ("github-models", 404, error("unknown_model", "Unknown model: /bad model"), NotFound),
    ("groq", 400, error("model_decommissioned", kind="invalid_request_error"), NotFound),
    ("groq", 498, error("flex_capacity"), Overloaded),
    ("iflytek-spark", 400, error(10907), ContextLengthExceeded),
    ("llamacpp", 400, error(400, "request (2009 tokens) exceeds", "exceed_context_size_error"), ContextLengthExceeded),
    ("minimax", 200, {"choices": None, "base_resp": {"status_code": 1008, "status_msg": "insufficient balance"}}, PaymentRequired),
    ("minimax", 200, {"choices": None, "base_resp": {"status_code": 1039, "status_msg": "token limit"}}, RateLimited),
    ("minimax-cn", 200, {"choices": None, "base_resp": {"status_code": 1027, "status_msg": "sensitive"}}, ContentFiltered),
    ("mistral", 400, {"object": "error", "message": "Invalid model: x", "type": "invalid_model", "code": "1500"}, NotFound),
    ("moonshotai", 429, {"error": {"message": "no", "type": "engine_overloaded_error"}}, Overloaded),
    ("moonshotai", 429, {"error": {"message": "no", "type": "exceeded_current_quota_error"}}, QuotaExhausted),
    ("moonshotai-cn", 400, error(None, "Your request exceeded model token limit: 262144", "invalid_request_error"), ContextLengthExceeded),
    ("ollama", 400, {"error": "the input length exceeds the context length"}, ContextLengthExceeded),
    ("openrouter", 403, error(403, "Your input was flagged by the moderation"), ContentFiltered),
    ("openrouter", 403, error(403, "Provider returned error"), PermissionDenied),
    ("volcengine", 403, error("AccountOverdueError", kind="Forbidden"), PaymentRequired),
    ("volcengine", 404, error("InvalidEndpointOrModel.NotFound", kind="NotFound"), NotFound),
    ("zai", 429, error("1113", "Your account is in arrears"), PaymentRequired),
    ("zai", 429, error("1302", "High concurrency"), RateLimited),
    ("zhipuai", 400, error("1301"), ContentFiltered),
    ("zhipuai", 400, error("1261"), ContextLengthExceeded),
    ("zenmux", 403, error("403", kind="access_denied"), AuthenticationError),
]


@pytest.mark.parametrize(("name", "status", "body", "kind"), CASES)
def test_a_code_of_a_provider_is_an_error_of_its_kind(name: str, status: int, body: Any, kind: type[LLMKitError]) -> None:
    row = next(row for row in ROWS if row.name == name)
    with (
        FakeProvider(row.dialect) as fake,
        LLMKit(keys={name: fake.key}, base_urls={name: fake.base_url}, settings={name: settings_of(row)}, retries=0) as kit,
    ):
        fake.always(Fault.raw(status, json.dumps(body).encode()))
        with pytest.raises(LLMKitError) as caught:
            kit.complete(f"{name}/m", "hi")

    assert (kind, name) == (type(caught.value), caught.value.provider)


def test_each_family_of_codes_is_tried() -> None:
    """Codes that nobody asks about may be wrong for years."""
    tried = {row.errors for row in ROWS if row.name in {name for name, *_ in CASES}}

    assert set() == {row.name for row in ROWS if row.dialect and row.errors and row.errors not in tried}
