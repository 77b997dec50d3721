"""Decide about one call: what the policy says, and then whoever may approve it."""

from __future__ import annotations

from logging import INFO, WARNING
from typing import Any, Literal

import msgspec

from llmkit.pipeline.trace import LOGGER
from llmkit.run.settings import Decision, RunSettings, told
from llmkit.tools.events import ToolHeld
from llmkit.tools.function import FunctionTool
from llmkit.tools.policy import Exposed, HeldCall
from llmkit.tools.results import refusal, result_of
from llmkit.types.parts import ToolCall, ToolResult
from llmkit.types.warnings import Warning

DECLINED = "The user declined this call."
REFUSED = "Refused by the policy of this run, whatever a text asks for. {why} Do without it, or tell the user what you would have done."


class Planned(msgspec.Struct, frozen=True):
    """A call as it will be made: `asked` is the model's, `made` may have been changed by whoever approved it."""

    asked: ToolCall
    made: ToolCall


class Judge:
    """Decides about the calls of one turn; `held` are those that the policy held back, `warnings` what the run tells of them."""

    def __init__(self, settings: RunSettings, exposed: Exposed) -> None:
        self._settings = settings
        self._exposed = exposed
        self.held: list[ToolHeld] = []

    @property
    def warnings(self) -> tuple[Warning, ...]:
        """Return what was decided about each call that was held."""
        return tuple([_warning(held) for held in self.held])

    async def decide(self, call: ToolCall, function: FunctionTool[..., Any]) -> Planned | ToolResult | None:
        """Return the call to make, an answer without one, or None to leave it open."""
        policy, approve = self._settings.policy, self._settings.approve
        why = None if policy is None else policy.held(call, function.effects, self._exposed)
        if why is not None:
            return await self._ask(call, why)
        if approve is None:
            return None if function.needs_approval else Planned(call, call)
        if policy is not None and not function.needs_approval:
            return Planned(call, call)
        return _decided(call, await told(approve(call)))

    async def _ask(self, call: ToolCall, why: str) -> Planned | ToolResult | None:
        approve = self._settings.approve
        if approve is None:
            self._note(call, why, "refused")
            return refusal(REFUSED.format(why=why), call.id, call.name)
        fields = {name: getattr(call, name) for name in call.__struct_fields__}
        decided = _decided(call, await told(approve(HeldCall(**fields, why=why))))
        self._note(call, why, "pending" if decided is None else "approved" if isinstance(decided, Planned) else "refused")
        return decided

    def _note(self, call: ToolCall, why: str, outcome: Literal["approved", "refused", "pending"]) -> None:
        self.held.append(ToolHeld(call=call, why=why, outcome=outcome))
        LOGGER.log(WARNING if outcome == "refused" else INFO, "a call of %s was held: %s. %s", call.name, outcome, why)


def _decided(call: ToolCall, decision: Decision) -> Planned | ToolResult | None:
    if decision is None:
        return None
    if decision is True:
        return Planned(call, call)
    if decision is False:
        return refusal(DECLINED, call.id, call.name)
    if isinstance(decision, ToolCall):
        return Planned(call, call.replace(arguments=decision.arguments, json=decision.json))
    if isinstance(decision, str):
        return result_of(decision, call.id, call.name).replace(trust="trusted")
    return result_of(decision, call.id, call.name)


def _warning(held: ToolHeld) -> Warning:
    kind: Literal["refused", "flagged"] = "refused" if held.outcome == "refused" else "flagged"
    return Warning(kind=kind, parameter=f"tools.{held.call.name}", detail=f"{held.outcome}: {held.why}")
