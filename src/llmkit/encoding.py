"""From a request to what goes out: fitted to the model, in the words of the dialect, with the provider's quirks applied."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from llmkit.endpoint import Plan
from llmkit.errors import InvalidRequest, UnsupportedFeature
from llmkit.models.fit import fit
from llmkit.references import check_references
from llmkit.types.dialect import Encoded
from llmkit.types.requests import CompletionRequest
from llmkit.types.tools import ServerTool
from llmkit.types.warnings import Warning

_json = msgspec.json.Encoder()


def encode(plan: Plan, request: CompletionRequest, *, stream: bool) -> Encoded:
    """Return the wire form of `request`. Raises what the policy `on_unsupported` makes an error."""
    check_references(plan, request)
    request, mode, warnings = _prepared(plan, request)
    fitted, edits = fit(request, plan.profile)
    encoded = plan.endpoint.dialect.encode(fitted, model=plan.model, target=plan.origin, profile=plan.profile, stream=stream)
    encoded.output_mode = mode
    warnings = [*warnings, *edits, *encoded.warnings]
    for quirk in plan.endpoint.quirks:
        quirk.apply(encoded.body, warnings)
    if plan.endpoint.route.edit is not None:
        plan.endpoint.route.edit(encoded, stream)
    if request.extra_body:
        merge(encoded.body, request.extra_body)
    if warnings and request.on_unsupported != "warn":
        if request.on_unsupported == "error":
            worst = warnings[0]
            raise UnsupportedFeature(worst.parameter, where=plan.model, hint=worst.detail)
        warnings = []
    encoded.warnings = warnings
    return encoded


def _prepared(plan: Plan, request: CompletionRequest) -> tuple[CompletionRequest, str | None, list[Warning]]:
    """Say in the target's way what is asked for in ours: the form of the answer, thinking in tags, the provider's own tools.

    Each is imported only where it is used: nobody else pays for it.
    """
    mode: str | None = None
    warnings: list[Warning] = []
    if request.output is not None and request.output.portable:
        from llmkit.structured.ladder import lower

        lowered = lower(request, plan.profile, plan.endpoint.dialect.NAME)
        request, mode = lowered.request, lowered.mode
        warnings += lowered.warnings
    if plan.profile.think_tags is not None:
        from llmkit.dialects.think_replay import joined

        request, tagging = joined(request, plan.profile, plan.origin)
        warnings += tagging
    if request.tools and any(isinstance(tool, ServerTool) and tool.portable for tool in request.tools):
        from llmkit.dialects.server_tools import fitted

        request = fitted(request, plan.endpoint.dialect.NAME, plan.profile.server_tools, warnings)
    return request, mode, warnings


def as_bytes(body: Any) -> bytes:
    """Return `body` as JSON. Raises `InvalidRequest` where JSON cannot say it."""
    problem = ""
    try:
        return _json.encode(body)
    except UnicodeEncodeError:
        problem = "a text holds a lone surrogate, which UTF-8 cannot say; encode it with errors='replace' first"
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        problem = f"{type(error).__name__}: {error}"
    raise InvalidRequest(f"The request cannot be written as JSON: {problem}.", parameter="messages")


def merge(body: dict[str, Any], extra: Mapping[str, Any]) -> None:
    """Put the fields of `extra` into `body`, objects into objects."""
    for key, value in extra.items():
        if isinstance(value, Mapping) and isinstance(body.get(key), dict):
            merge(body[key], value)
        else:
            body[key] = value
