"""Choose among labels: by a classifier, by a model that decides, or by one that writes a label."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, cast

from llmkit.dialects.operations import codec
from llmkit.errors import BadRequest, InvalidRequest
from llmkit.operations.inputs import models_in, several, text_or_parts
from llmkit.operations.label_odds import label_odds
from llmkit.operations.reading import models_of, read, whole
from llmkit.types.classification import ClassificationInput, ClassificationRequest, ClassificationResponse, Classified, How
from llmkit.types.decision import Choice, Decided, DecisionRequest, DecisionResponse, Predicate, Question
from llmkit.types.messages import Message, parts_of
from llmkit.types.reply import Reply
from llmkit.types.request import Request
from llmkit.types.totals import total_cost, total_usage

if TYPE_CHECKING:
    from llmkit.core import Core
    from llmkit.structured.parsed import Parsed
    from llmkit.types.operation import Operation

PARALLEL = 4
QUESTION = "Which label fits best?"
_ODDS = ("logprobs", "top_logprobs")
_TOP = 5
_SHARED = tuple(name for name in Request.__struct_fields__ if name != "model")
_CONVERT: dict[str, Callable[[str, Any], Any]] = {
    "several": lambda name, value: bool(value),
}


async def classify(core: Core, model: Any, inputs: Any, options: Mapping[str, Any]) -> ClassificationResponse:
    """Return a label for each of `inputs`; `how` says which way it was found."""
    left = dict(options)
    parallel = whole("parallel", left.pop("parallel", PARALLEL), 1, 64)
    given: dict[str, Any] = {}
    if not isinstance(model, ClassificationRequest):
        items = several("inputs", inputs)
        labels = _labels(left.pop("labels", None))
        given = {
            "inputs": tuple([text_or_parts(f"inputs[{place}]", item) for place, item in enumerate(items)]),
            "labels": tuple(labels),
            "descriptions": {name: meaning for name, meaning in labels.items() if meaning},
        }
    request = read(ClassificationRequest, models_in(model, ClassificationRequest)[0], given, left, _CONVERT)
    how, names = way_of(core, model, request)
    if how == "classifier":
        reply: ClassificationResponse = await core.operate("classify", request, names)
        return reply
    ask = _decided if how == "decision" else _written
    parts = await _at_once(core, [partial(ask, core, request, item, names) for item in request.inputs], parallel)
    return _joined([reply for reply, _ in parts], [result for _, result in parts], how)


def way_of(core: Core, model: Any, request: ClassificationRequest) -> tuple[How, tuple[str, ...]]:
    """Return how the first of the models classifies, and all of them. Raises `InvalidRequest` where labels are needed and missing."""
    names = models_of(core, model, "classify")
    first = next(iter([one for name in names for one in core.deployments(name)]))
    info = core.match(first).info
    mode = None if info is None else info.mode
    classifies = _does(core, first, "classify")
    takes_labels = getattr(classifies, "TAKES_LABELS", True) or not _converses(core, first)  # who has no other way says why not
    if classifies is not None and mode != "chat" and (takes_labels or not request.labels):
        return "classifier", names
    if not request.labels:
        raise InvalidRequest("There are no labels to choose from.", parameter="labels", hint="Pass labels=['spam', 'ham'].")
    if len(request.labels) < 2 and not request.several:
        raise InvalidRequest("One label leaves nothing to choose.", parameter="labels", hint="Pass two or more, or several=True.")
    decides = _does(core, first, "decide") is not None and (mode == "decision" or _named_for(core, first))
    return ("decision" if decides else "completion"), names


def _does(core: Core, name: str, operation: Operation) -> Any:
    """Return the format in which a model's provider does an operation, None where it does not."""
    way = core.providers.resolve(name)[0].operations.get(operation)
    return None if way is None else codec(way.dialect)


def _converses(core: Core, name: str) -> bool:
    provider = core.providers.resolve(name)[0]
    return bool(provider.dialect or provider.routes)


def _named_for(core: Core, name: str) -> bool:
    """Tell whether the row says that this model answers typed questions."""
    provider, model = core.providers.resolve(name)
    way = provider.operations["decide"]
    return any(fnmatchcase(model, pattern) for pattern in way.options.get("models", ("*",) if not provider.dialect else ()))


async def _decided(
    core: Core, request: ClassificationRequest, item: ClassificationInput, names: tuple[str, ...]
) -> tuple[Reply, Classified]:
    question = request.instruction or QUESTION
    questions: dict[str, Question]
    if request.several:
        questions = {label: Predicate(question=_fits(label, request)) for label in request.labels}
    else:
        questions = {"label": Choice(question=question, choices={label: request.descriptions.get(label, "") for label in request.labels})}
    shared = {name: getattr(request, name) for name in _SHARED}
    reply: DecisionResponse = await core.operate(
        "decide", DecisionRequest(model=request.model, input=item, questions=questions, **shared), names
    )
    if request.several:
        scores = {label: answer.probability for label, answer in reply.answers.items() if answer.probability is not None}
        return reply, _all_above(scores)
    return reply, _chosen(reply.answers["label"])


def _fits(label: str, request: ClassificationRequest) -> str:
    meaning = f" ({request.descriptions[label]})" if label in request.descriptions else ""
    return f"{request.instruction or 'Does the label fit?'} Label: {label}{meaning}"


def _chosen(answer: Decided) -> Classified:
    score = None if answer.choice is None else answer.probabilities.get(answer.choice)
    return Classified(label=answer.choice, score=score, scores=answer.probabilities)


def _all_above(scores: dict[str, float]) -> Classified:
    best = max(scores, key=lambda label: scores[label]) if scores else None
    labels = tuple([label for label, score in scores.items() if score > 0.5])
    return Classified(label=best, score=None if best is None else scores[best], scores=scores, labels=labels)


async def _written(
    core: Core, request: ClassificationRequest, item: ClassificationInput, names: tuple[str, ...]
) -> tuple[Reply, Classified]:
    """Have one of the labels written. The odds are asked for where nobody minds, and done without where the model refuses that."""
    options = {name: value for name in _SHARED if (value := getattr(request, name)) not in (None, (), {})}
    choice = cast("Any", Literal)[request.labels]
    kind = cast("Any", list)[choice] if request.several else choice
    messages = [Message(role="user", content=parts_of((_told(request), *((item,) if isinstance(item, str) else item))))]
    model = names[0] if len(names) == 1 else list(names)
    if request.several or request.on_unsupported == "error":
        found = await core.parsed(model, messages, kind, 2, None, options)
    else:
        try:
            found = await core.parsed(model, messages, kind, 2, None, {**options, "logprobs": True, "top_logprobs": _TOP})
        except BadRequest:
            found = await core.parsed(model, messages, kind, 2, None, options)
    return _unasked(found), _read(found, request)


def _told(request: ClassificationRequest) -> str:
    lines = [request.instruction or ("Which labels fit?" if request.several else QUESTION), "Labels:"]
    lines += [f"- {label}: {request.descriptions[label]}" if label in request.descriptions else f"- {label}" for label in request.labels]
    return "\n".join([*lines, "", "What to label:"])


def _read(found: Parsed[Any], request: ClassificationRequest) -> Classified:
    if request.several:
        labels = tuple(dict.fromkeys(found.value))
        return Classified(label=labels[0] if labels else None, labels=labels)
    scores = label_odds(found.response.logprobs, found.value, request.labels)
    return Classified(label=found.value, score=scores.get(found.value), scores=scores)


def _unasked(found: Parsed[Any]) -> Reply:
    """Return the response of all tries, without warnings of odds that nobody but us wanted."""
    warnings = tuple([warning for warning in found.warnings if warning.parameter not in _ODDS])
    return found.response.replace(usage=found.usage, cost=found.cost, warnings=warnings)


async def _at_once(core: Core, starts: Sequence[Callable[[], Coroutine[Any, Any, Any]]], parallel: int) -> list[Any]:
    if len(starts) == 1:
        return [await starts[0]()]
    return await core.runtime.gather(starts, parallel)


def _joined(replies: Sequence[Reply], results: Sequence[Classified], how: How) -> ClassificationResponse:
    first = replies[0]
    return ClassificationResponse(
        id=first.id if len(replies) == 1 else None,
        model=first.model,
        provider=first.provider,
        results=tuple(results),
        how=how,
        usage=total_usage([reply.usage for reply in replies]),
        cost=total_cost([reply.cost for reply in replies]),
        warnings=tuple({warning: None for reply in replies for warning in reply.warnings}),
        request_id=first.request_id if len(replies) == 1 else None,
        attempts=tuple([attempt for reply in replies for attempt in reply.attempts]),
        raw=first.raw if len(replies) == 1 else ClassificationResponse().raw,
    )


def _labels(value: Any) -> dict[str, str]:
    if value is None:
        return {}
    labels = dict(value) if isinstance(value, Mapping) else {} if isinstance(value, str) else dict.fromkeys(value, "")
    if not labels or not all(isinstance(text, str) for pair in labels.items() for text in pair) or "" in labels:
        raise InvalidRequest("labels must be a list of texts, or a dict of labels with what they mean.", parameter="labels")
    return labels
