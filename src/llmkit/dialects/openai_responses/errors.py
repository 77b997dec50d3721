"""Typed errors: of failed HTTP responses, and of responses that failed after they had begun."""

from __future__ import annotations

from llmkit.dialects.error_text import error_text
from llmkit.dialects.openai_chat.errors import IN_BAND, error, error_of
from llmkit.dialects.openai_chat.wire import Object, dumps, name_of, object_of, text_of
from llmkit.errors import BadRequest, ContentFiltered, NotFound, PermissionDenied, ProviderError, ServerError

__all__ = ["error", "failure_of"]

CODES: dict[str, type[ProviderError]] = {
    "bio_policy": ContentFiltered,
    "cyber_policy": ContentFiltered,
    "data_residency_mismatch": PermissionDenied,
    "empty_image_file": BadRequest,
    "failed_to_download_image": BadRequest,
    "image_content_policy_violation": ContentFiltered,
    "image_file_not_found": NotFound,
    "image_file_too_large": BadRequest,
    "image_parse_error": BadRequest,
    "image_too_large": BadRequest,
    "image_too_small": BadRequest,
    "invalid_base64_image": BadRequest,
    "invalid_image": BadRequest,
    "invalid_image_format": BadRequest,
    "invalid_image_mode": BadRequest,
    "invalid_image_url": BadRequest,
    "invalid_prompt": BadRequest,
    "misalignment_policy_violation": ContentFiltered,
    "unsupported_image_media_type": BadRequest,
    "vector_store_timeout": ServerError,
}
"""By the code of a response's error, beside those of the older format."""


def failure_of(holder: Object) -> ProviderError:
    """Return the error that a failed response, or an `error` event of a stream, reports."""
    details = object_of(holder.get("error")) or holder
    if not text_of(details.get("message")) and not details.get("code"):
        return ServerError("The response failed.", status=200, body=error_text(dumps(details)))
    code = name_of(details.get("code")) or name_of(details.get("type"))
    kind = CODES.get((code or "").lower())
    if kind is None or (code or "").lower() in IN_BAND:
        return error_of(details, {"error": details})
    message = text_of(details.get("message")) or "The response failed."
    return kind(error_text(message), status=200, code=code, type=name_of(details.get("type")), body=error_text(dumps(details)))
