"""Refuse a request that names what another provider, account or model keeps: files and prompts, before anything is sent."""

from __future__ import annotations

from llmkit.endpoint import Plan
from llmkit.errors import InvalidRequest, UnsupportedFeature
from llmkit.types.parts import CacheMark, MediaFields, Part, Provenance, Text, ToolResult
from llmkit.types.requests import CompletionRequest


def check_references(plan: Plan, request: CompletionRequest) -> None:
    """Raise `InvalidRequest` for a file or a kept prompt that `plan` cannot reach, `UnsupportedFeature` where it takes no such prompts."""
    for place, message in enumerate(request.messages):
        for index, part in enumerate(message.content):
            if type(part) is not Text:
                _check_part(plan, part, f"messages[{place}].content[{index}]")
    if request.cache is not None and request.cache.kept is not None:
        _check_prompt(plan, request.cache)


def _check_part(plan: Plan, part: Part, where: str) -> None:
    if isinstance(part, MediaFields):
        # What a model made is translated or left out with a warning, as all earlier turns are; this was put in by hand.
        if part.file_id is not None and part.origin is not None and not part.origin.model:
            _check_owner(plan, part.origin, f"{where} is a file", where, "Upload it there too, or pass its bytes.")
    elif isinstance(part, ToolResult):
        for inner in part.content:
            _check_part(plan, inner, where)


def _check_prompt(plan: Plan, mark: CacheMark) -> None:
    if not hasattr(plan.endpoint.dialect, "KEPT_PROMPTS"):
        raise UnsupportedFeature(
            "prompts that are kept by name", where=f"The format {plan.endpoint.dialect.NAME}", hint="Pass the messages themselves."
        )
    if mark.origin is None:
        return
    _check_owner(plan, mark.origin, "cache is a prompt", "cache", "Keep the prompt there too.")
    model = mark.origin.model
    if model and model != plan.model.rpartition("/")[2]:
        raise InvalidRequest(f"The prompt was kept for {model} and not for {plan.model}.", parameter="cache")


def _check_owner(plan: Plan, origin: Provenance, what: str, where: str, hint: str) -> None:
    target = plan.origin
    if origin.provider and origin.provider not in (target.provider, plan.endpoint.provider.name):
        raise InvalidRequest(f"{what} that {origin.provider} keeps, and {target.provider} is asked.", parameter=where, hint=hint)
    if origin.account and target.account and origin.account != target.account:
        raise InvalidRequest(f"{what} of another account at {target.provider}.", parameter=where, hint="Use the key it was made with.")
