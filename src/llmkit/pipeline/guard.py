"""Look at what is sent and what comes back, and let pass, stop or change it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

import msgspec

from llmkit.errors import ConfigurationError, GuardrailBlocked, HookFailed, LLMKitError, StreamInterrupted
from llmkit.guardrails.engines import Own, settled, slow
from llmkit.guardrails.finding import Finding
from llmkit.guardrails.lens import GuardLens
from llmkit.guardrails.placeholders import Placeholders
from llmkit.guardrails.relay import relayed
from llmkit.guardrails.rules import Checks, Rule, rewrite
from llmkit.guardrails.words_of import changed_reply, changed_request, reply_texts, request_texts
from llmkit.pipeline.call import Call, Next
from llmkit.told import told_again
from llmkit.types.reply import Reply
from llmkit.types.request import Request
from llmkit.types.warnings import Warning

_HEARD = frozenset({"transcribe"})
"""Operations whose streams are words."""


class Guard:
    """The rules for requests (`input`) and answers (`output`, streams too): `Guard(input=[anonymise(pii())], output=[mask(secrets())])`."""

    name = "guard"
    __slots__ = ("_anonymises", "_input", "_output", "_slow_input", "_slow_output")

    def __init__(self, *, input: Iterable[Rule] = (), output: Iterable[Rule] = ()) -> None:
        self._input, self._output = _checked("input", input), _checked("output", output)
        if any(rule.action == "anonymise" for rule in self._output):
            raise ConfigurationError("An answer cannot be anonymised.", parameter="output", hint="Use mask(...).")
        self._anonymises = any(rule.action == "anonymise" for rule in self._input)
        self._slow_input = [own for rule in self._input for own in slow(rule.detector)]
        self._slow_output = [own for rule in self._output for own in slow(rule.detector)]

    async def __call__(self, call: Call, next: Next[Any], /) -> Any:
        """Return the reply to the request as the rules leave it. Raises `GuardrailBlocked` before anything is sent."""
        placeholders = Placeholders(request_texts(call.request)) if self._anonymises else None
        request, warnings = await self._asked(call, placeholders)
        reply = await next(call if request is call.request else msgspec.structs.replace(call, request=request))
        if call.stream and call.operation == "complete":
            return await self._streamed(call, reply, placeholders, warnings)
        if call.stream:
            return await self._whole(call, reply, placeholders, warnings)
        return await self._answered(call, reply, placeholders, warnings)

    async def _asked(self, call: Call, placeholders: Placeholders | None) -> tuple[Request, tuple[Warning, ...]]:
        request: Request = call.request
        if not self._input:
            return request, ()
        rules = await _settled(call, self._input, self._slow_input, request_texts(request) if self._slow_input else ())
        checks = Checks(rules, "input", placeholders)
        return changed_request(request, partial(rewrite, checks)), checks.report()

    async def _answered(self, call: Call, response: Reply, placeholders: Placeholders | None, warnings: tuple[Warning, ...]) -> Reply:
        if not self._output and placeholders is None and not warnings:
            return response
        texts = reply_texts(response) if self._slow_output else ()
        checks = Checks(await _settled(call, self._output, self._slow_output, texts), "output")
        response = changed_reply(response, partial(rewrite, checks))
        if placeholders is not None:
            response = changed_reply(response, partial(rewrite, placeholders))
            placeholders.clear()
        told = (*warnings, *checks.report())
        return response.replace(warnings=(*response.warnings, *told)) if told else response

    async def _whole(self, call: Call, core: Any, placeholders: Placeholders | None, warnings: tuple[Warning, ...]) -> Any:
        """Look at the words of another operation's stream when they are whole, and give them in one piece; sounds go as they come."""
        if call.operation not in _HEARD or not (self._output or placeholders is not None):
            if warnings:
                core.finish_also(lambda reply: reply.replace(warnings=(*reply.warnings, *warnings)))
            return core
        try:
            while await core.fill():
                pass
            reply = await self._answered(call, core.response(), placeholders, warnings)
        except LLMKitError as error:
            if isinstance(error, StreamInterrupted):
                error.partial = None  # nobody has looked at it
            await core.aclose()
            raise
        return told_again(reply, runtime=call.runtime, timeouts=call.timeouts)

    async def _streamed(self, call: Call, core: Any, placeholders: Placeholders | None, warnings: tuple[Warning, ...]) -> Any:
        try:
            texts: Sequence[str] = ()
            if self._slow_output:
                while await core.fill():
                    pass
                texts = reply_texts(core.response())
            checks = Checks(await _settled(call, self._output, self._slow_output, texts), "output")
            if not self._output and not warnings and placeholders is None:
                return core
            guarded = relayed(core, runtime=call.runtime, timeouts=call.timeouts)
            if self._output or warnings:
                guarded.through(GuardLens(checks, lambda: (*warnings, *checks.report())))
            if placeholders is not None:
                guarded.through(GuardLens(placeholders, lambda: (), placeholders.clear))
        except StreamInterrupted as error:
            error.partial = None  # nobody has looked at it
            await core.aclose()
            raise
        except LLMKitError:
            await core.aclose()
            raise
        return guarded


def _checked(parameter: str, rules: Iterable[Rule]) -> tuple[Rule, ...]:
    given = tuple(rules)
    for place, rule in enumerate(given):
        if not isinstance(rule, Rule):
            hint = "Write block(...), mask(...), flag(...), allow(...) or anonymise(...) around the detector."
            raise ConfigurationError(f"{parameter}[{place}] is no rule.", parameter=f"{parameter}[{place}]", hint=hint)
    return given


async def _settled(call: Call, rules: tuple[Rule, ...], functions: Sequence[Own], texts: Sequence[str]) -> tuple[Rule, ...]:
    """Ask the slow functions about all texts first: what follows is pure."""
    if not functions:
        return rules
    answers: dict[int, dict[str, Sequence[Finding]]] = {}
    asked = [text for text in dict.fromkeys(texts) if text]
    for own in functions:
        found = await call.runtime.gather([partial(_ask, call, own, text) for text in asked])
        answers[id(own)] = dict(zip(asked, found, strict=True))
    return tuple([msgspec.structs.replace(rule, detector=settled(rule.detector, answers)) for rule in rules])


async def _ask(call: Call, own: Own, text: str) -> Sequence[Finding]:
    left = None if call.deadline is None else max(0.0, call.deadline - call.runtime.now())
    failure: Exception
    try:
        return list(await call.runtime.call(partial(own.function, text), left))
    except GuardrailBlocked:
        raise
    except Exception as error:  # a guardrail that fails lets nothing pass
        failure = error
    raise HookFailed("guardrail", failure)
