"""Fit a request to what its model takes: what must go, goes with a warning."""

from __future__ import annotations

from typing import Any

from llmkit.errors import UnsupportedFeature
from llmkit.types.profile import Profile
from llmkit.types.requests import EFFORTS, CompletionRequest
from llmkit.types.warnings import Warning

SAMPLING = ("temperature", "top_p", "top_k")
_ABSENT: dict[str, Any] = {"stop": (), "modalities": (), "metadata": None}


def fit(request: CompletionRequest, profile: Profile) -> tuple[CompletionRequest, list[Warning]]:
    """Return `request` without the settings the model refuses, and a warning for each edit.

    Raises `UnsupportedFeature` when the model lacks what the request depends on.
    """
    _require(request, profile)
    changes: dict[str, Any] = {}
    warnings: list[Warning] = []
    refused = profile.unsupported if profile.sampling else (*profile.unsupported, *SAMPLING)
    for name in refused:
        absent = _ABSENT.get(name)
        if getattr(request, name, absent) != absent:
            changes[name] = absent
            warnings.append(Warning(kind="dropped", parameter=name, detail=f"{request.model} does not take it"))
    if request.reasoning is not None and profile.efforts:
        _snap_effort(request, profile, changes, warnings)
    if profile.stop_limit is not None and len(request.stop) > profile.stop_limit:
        changes["stop"] = request.stop[: profile.stop_limit]
        warnings.append(Warning(kind="clamped", parameter="stop", detail=f"only {profile.stop_limit} stop sequences are taken"))
    return (request.replace(**changes) if changes else request), warnings


def _require(request: CompletionRequest, profile: Profile) -> None:
    where = request.model
    if request.tools and not profile.tools:
        raise UnsupportedFeature("tools", where=where)
    output = request.output
    if output is not None and output.kind == "json_schema" and not (profile.json_schema or profile.json_object):
        raise UnsupportedFeature("output", where=where)
    if not profile.prefill and request.messages and request.messages[-1].role == "assistant":
        raise UnsupportedFeature("a last message by the assistant", where=where, hint="End on a user's turn.")


def _snap_effort(request: CompletionRequest, profile: Profile, changes: dict[str, Any], warnings: list[Warning]) -> None:
    reasoning = request.reasoning
    assert reasoning is not None
    wanted = reasoning.effort
    if wanted is None or wanted in profile.efforts or (wanted == "none" and profile.reasoning != "effort"):
        return
    rank = EFFORTS.index(wanted)
    known = sorted((effort for effort in profile.efforts if effort in EFFORTS), key=EFFORTS.index)
    lower = [effort for effort in known if EFFORTS.index(effort) <= rank]
    nearest = lower[-1] if lower else known[0]
    changes["reasoning"] = reasoning.replace(effort=nearest)
    warnings.append(
        Warning(kind="clamped", parameter="reasoning", detail=f"effort {wanted} became {nearest}: the model knows {', '.join(known)}")
    )
