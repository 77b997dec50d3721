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
from llmkit.guardrails.parts import changed_message, changed_parts, texts_of
from llmkit.guardrails.placeholders import Placeholders
from llmkit.guardrails.relay import relayed
from llmkit.guardrails.rules import Checks, Rule, Stage, rewrite
from llmkit.pipeline.call import Call, Next
from llmkit.types.model import NO_NATIVE
from llmkit.types.requests import CompletionRequest
from llmkit.types.responses import Candidate, CompletionResponse
from llmkit.types.warnings import Warning


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
        placeholders = Placeholders(_texts(call.request)) if self._anonymises else None
        request, warnings = await self._asked(call, placeholders)
        reply = await next(call if request is call.request else msgspec.structs.replace(call, request=request))
        if call.stream:
            return await self._streamed(call, reply, placeholders, warnings)
        return await self._answered(call, reply, placeholders, warnings)

    async def _asked(self, call: Call, placeholders: Placeholders | None) -> tuple[CompletionRequest, tuple[Warning, ...]]:
        request = call.request
        if not self._input:
            return request, ()
        rules = await _settled(call, self._input, self._slow_input, _texts(request) if self._slow_input else ())
        checks = Checks(rules, "input", placeholders)
        messages = tuple([changed_message(message, partial(rewrite, checks)) for message in request.messages])
        same = all(new is old for new, old in zip(messages, request.messages, strict=True))
        return request if same else request.replace(messages=messages), checks.report()

    async def _answered(
        self, call: Call, response: CompletionResponse, placeholders: Placeholders | None, warnings: tuple[Warning, ...]
    ) -> CompletionResponse:
        texts = _answer_texts(response) if self._slow_output else ()
        checks = Checks(await _settled(call, self._output, self._slow_output, texts), "output")
        response = _changed(response, checks)
        if placeholders is not None:
            response = _changed(response, placeholders)
            placeholders.clear()
        told = (*warnings, *checks.report())
        return response.replace(warnings=(*response.warnings, *told)) if told else response

    async def _streamed(self, call: Call, core: Any, placeholders: Placeholders | None, warnings: tuple[Warning, ...]) -> Any:
        try:
            texts: Sequence[str] = ()
            if self._slow_output:
                while await core.fill():
                    pass
                texts = _answer_texts(core.response())
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


def _texts(request: CompletionRequest) -> list[str]:
    return [text for message in request.messages for text in texts_of(message.content)]


def _answer_texts(response: CompletionResponse) -> list[str]:
    contents = (response.content, *(candidate.content for candidate in response.candidates))
    return [text for content in contents for text in texts_of(content)]


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


def _changed(response: CompletionResponse, stage: Stage) -> CompletionResponse:
    """What spells the words out a second time (probabilities, the body as it came) goes where a word was changed."""

    def change(text: str) -> str:
        return rewrite(stage, text) if text else text

    content = changed_parts(response.content, change)
    candidates = tuple([_candidate(one, changed_parts(one.content, change)) for one in response.candidates])
    if content is response.content and all(new is old for new, old in zip(candidates, response.candidates, strict=True)):
        return response
    bare = tuple([one.replace(logprobs=()) for one in candidates])
    return response.replace(content=content, candidates=bare, logprobs=(), raw=NO_NATIVE)


def _candidate(candidate: Candidate, content: Any) -> Candidate:
    return candidate if content is candidate.content else candidate.replace(content=content)
