"""Fit a request to what its model takes: what must go, goes with a warning."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.errors import UnsupportedFeature
from llmkit.types.messages import begins_an_answer
from llmkit.types.profile import Profile
from llmkit.types.requests import EFFORTS, CompletionRequest
from llmkit.types.tools import Tool
from llmkit.types.warnings import Warning, WarningKind

SAMPLING = ("temperature", "top_p", "top_k")
_WHILE_THINKING = (*SAMPLING, "logprobs", "top_logprobs")
_ABSENT: dict[str, Any] = {"stop": (), "modalities": (), "metadata": None}


class Fitting:
    """The edits to one request on their way."""

    __slots__ = ("changes", "profile", "request", "warnings")

    def __init__(self, request: CompletionRequest, profile: Profile) -> None:
        self.request = request
        self.profile = profile
        self.changes: dict[str, Any] = {}
        self.warnings: list[Warning] = []

    def edit(self, name: str, value: Any, kind: WarningKind, detail: str) -> None:
        """Give `name` another value, and say so."""
        self.changes[name] = value
        self.warnings.append(Warning(kind=kind, parameter=name, detail=detail))

    def drop(self, name: str, why: str) -> None:
        """Leave `name` out where it is set."""
        absent = _ABSENT.get(name)
        if name not in self.changes and getattr(self.request, name, absent) != absent:
            self.edit(name, absent, "dropped", why)


def fit(request: CompletionRequest, profile: Profile) -> tuple[CompletionRequest, list[Warning]]:
    """Return `request` without the settings the model refuses, and a warning for each edit.

    Raises `UnsupportedFeature` when the model lacks what the request depends on.
    """
    _require(request, profile)
    fitting = Fitting(request, profile)
    refused = profile.unsupported if profile.sampling else (*profile.unsupported, *SAMPLING)
    for name in refused:
        if name in request.__struct_fields__ and getattr(request, name) is not None:
            fitting.drop(name, f"{request.model} does not take it")
    if request.reasoning is not None:
        _fit_reasoning(fitting)
    if profile.stop_limit is not None and len(request.stop) > profile.stop_limit and "stop" not in fitting.changes:
        fitting.edit("stop", request.stop[: profile.stop_limit], "clamped", f"only {profile.stop_limit} stop sequences are taken")
    if request.max_tokens is not None and profile.max_output_tokens is not None and request.max_tokens > profile.max_output_tokens:
        fitting.edit("max_tokens", profile.max_output_tokens, "clamped", f"{request.model} writes {profile.max_output_tokens} at most")
    if request.tools:
        _fit_tools(fitting)
    changes = fitting.changes
    return (msgspec.structs.replace(request, **changes) if changes else request), fitting.warnings


def _require(request: CompletionRequest, profile: Profile) -> None:
    where = request.model
    if request.tools and not profile.tools:
        raise UnsupportedFeature("tools", where=where)
    output = request.output
    if output is not None and output.kind == "json_schema" and not output.portable:
        if not (profile.json_schema or profile.json_object):
            raise UnsupportedFeature("output", where=where)
        if request.tools and not profile.json_schema_with_tools:
            raise UnsupportedFeature(
                "output by schema beside tools", where=where, hint="Use `parse`, which asks for the form in another way."
            )
    if not profile.prefill and request.messages and begins_an_answer(request.messages[-1]):
        raise UnsupportedFeature("a last message by the assistant", where=where, hint="End on a user's turn.")


def _fit_reasoning(fitting: Fitting) -> None:
    request, profile = fitting.request, fitting.profile
    reasoning = request.reasoning
    assert reasoning is not None
    if profile.efforts or profile.always_thinks:
        _snap_effort(fitting)
    thinks = reasoning.effort not in (None, "none") or bool(reasoning.budget)
    if thinks and not profile.sampling_while_thinking:
        for name in _WHILE_THINKING:
            fitting.drop(name, f"{request.model} takes it only with the effort none")


def _snap_effort(fitting: Fitting) -> None:
    reasoning, profile = fitting.request.reasoning, fitting.profile
    assert reasoning is not None
    wanted = reasoning.effort
    off = wanted == "none" and (profile.always_thinks or (profile.reasoning == "effort" and bool(profile.efforts)))
    if wanted is None or wanted in profile.efforts or (wanted == "none" and not off):
        return
    known = sorted((effort for effort in profile.efforts if effort in EFFORTS), key=EFFORTS.index)
    if not known:  # It thinks by a budget, and always.
        fitting.edit("reasoning", None, "dropped", f"the thinking of {fitting.request.model} cannot be switched off")
        return
    rank = EFFORTS.index(wanted)
    on = [effort for effort in known if effort != "none"] or known  # less thinking is nearer than none
    lower = [effort for effort in on if EFFORTS.index(effort) <= rank]
    nearest = lower[-1] if lower else on[0]
    detail = f"effort {wanted} became {nearest}: the model knows {', '.join(known)}"
    fitting.edit("reasoning", reasoning.replace(effort=nearest), "clamped", detail)


def _fit_tools(fitting: Fitting) -> None:
    request, profile = fitting.request, fitting.profile
    if not profile.strict_tools and any(isinstance(tool, Tool) and tool.strict for tool in request.tools):
        loose = tuple([tool.replace(strict=None) if isinstance(tool, Tool) and tool.strict else tool for tool in request.tools])
        fitting.changes["tools"] = loose
        fitting.warnings.append(Warning(kind="dropped", parameter="tools.strict", detail=f"{request.model} does not guarantee arguments"))
