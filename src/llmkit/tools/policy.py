"""Say what a run may do once its conversation holds what others wrote: decided by rules, never by guessing what a text means."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

import msgspec

from llmkit.errors import InvalidRequest
from llmkit.tools.effects import ACTS, EFFECTS, Effect
from llmkit.tools.policy_rules import ArgumentRule, anything, hosts, mail, one_of, said, within
from llmkit.types.parts import ToolCall

__all__ = ["HeldCall", "ToolPolicy", "anything", "hosts", "mail", "one_of", "said", "within"]

Rule: TypeAlias = ArgumentRule | Callable[[Any], bool]
"""`said()`, `mail(...)`, `hosts(...)`, `within(...)`, `one_of(...)`, `anything()`, or a function that tells whether a value is allowed."""


class HeldCall(ToolCall, frozen=True, kw_only=True, tag="tool_call"):
    """A call that a policy holds back, as `approve` sees it; `why` is a sentence for a person. It holds no words of others."""

    why: str = ""


class Exposed(msgspec.Struct, frozen=True, kw_only=True):
    """What a conversation has met so far."""

    untrusted: str | None = None
    """Where what others wrote came from; None: there is none."""
    private: bool = False
    acted: bool = False
    words: tuple[str, ...] = ()
    """What the program and its user wrote."""


NOTHING = Exposed()
"""A conversation that has met nothing."""


class ToolPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """Hold back calls that what others wrote could misuse: `kit.run(..., policy=ToolPolicy())`.

    A tool that `sends` or `changes` is held once the conversation holds untrusted content: `approve` is asked, and where nobody is asked
    the call is refused. A tool without `effects=` is taken to do everything.

    Args:
        allow: names of the only tools that are offered and called; None: all that the run lists.
        arguments: rules by tool and argument. A call with an argument that breaks its rule is held always. A call whose arguments all
            have a rule and keep it is made, whatever the conversation holds.
        rule: `untrusted`, as above; or `two`: held only when the conversation would hold all three: untrusted content, private data
            that a tool read, and a call that sends or changes.
    """

    allow: Sequence[str] | None = None
    arguments: Mapping[str, Mapping[str, Rule]] = {}
    rule: Literal["untrusted", "two"] = "untrusted"

    def __post_init__(self) -> None:
        if self.rule not in ("untrusted", "two"):
            raise InvalidRequest(f"rule must be 'untrusted' or 'two', not {self.rule!r}.", parameter="rule")
        if isinstance(self.allow, str):
            raise InvalidRequest("allow must be a list of names.", parameter="allow", hint=f"Write [{self.allow!r}].")
        for tool, rules in self.arguments.items():
            if not isinstance(rules, Mapping):
                raise InvalidRequest(f"The rules for {tool!r} must be a dict by argument.", parameter="arguments")
            for name, rule in rules.items():
                if not _is_rule(rule):
                    hint = "Write said(), mail(...), hosts(...), within(...), one_of(...), anything() or a function."
                    raise InvalidRequest(f"{rule!r} is no rule for {tool}.{name}.", parameter="arguments", hint=hint)

    def allows(self, tool: str) -> bool:
        """Tell whether a tool may be offered and called at all."""
        return self.allow is None or tool in self.allow

    def held(self, call: ToolCall, effects: frozenset[Effect] | None, exposed: Exposed) -> str | None:
        """Return why the call must not be made by itself; None: it may be."""
        rules = self.arguments.get(call.name)
        for name, rule in (rules or {}).items():
            if name in call.arguments and not _keeps(rule, call.arguments[name], exposed.words):
                return f"Its argument {name!r} is not one that the rule for it allows."
        why = self._misusable(call.name, effects, exposed)
        if why is not None and rules is not None and all(name in rules for name in call.arguments):
            return None
        return why

    def _misusable(self, tool: str, effects: frozenset[Effect] | None, exposed: Exposed) -> str | None:
        if exposed.untrusted is None:
            return None
        does = EFFECTS if effects is None else effects
        acts, reads = bool(does & ACTS), "reads" in does
        two = self.rule == "two"
        if not ((acts or reads) and (acts or exposed.acted) and (reads or exposed.private) if two else acts):
            return None
        named = ", ".join([one for one in ("reads", "sends", "changes") if one in does])
        what = f"{tool} says nothing of its effects" if effects is None else f"{tool} {named}"
        return f"The conversation holds what others wrote ({exposed.untrusted}){', private data' if two else ''}, and {what}."


def _keeps(rule: Rule, value: Any, words: Sequence[str]) -> bool:
    try:
        return rule.keeps(value, words) if isinstance(rule, ArgumentRule) else rule(value) is True
    except Exception:  # a user's function met a value it did not expect: what could not be looked at is not allowed
        return False


def _is_rule(rule: object) -> bool:
    """A function of this module that was not called would allow nothing, and nobody would know why."""
    return isinstance(rule, ArgumentRule) or (
        callable(rule) and not isinstance(rule, type) and rule not in (said, mail, hosts, within, one_of, anything)
    )
