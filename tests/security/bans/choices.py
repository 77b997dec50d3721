"""Where an attribute is chosen by a name that the rule cannot follow to its list, and why that list is closed."""

from __future__ import annotations

_LAZY = "a public name of a module of ours: its own closed table was asked first, and raises AttributeError otherwise"
_COMMAND = "a command of ours, named by the table of commands"
_FIELD = "a field of a request, named in the table of the dialect that asks"
_COLUMN = "a fact of a model, named where the columns and filters stand"

CHOSEN: dict[tuple[str, str], str] = {
    ("__init__.py", "getattr(import_module(home), name)"): _LAZY,
    ("cli/actions.py", "getattr(import_module(module), attribute)"): _COMMAND,
    ("cli/application.py", "getattr(import_module(module), attribute)"): _COMMAND,
    ("cli/model_columns.py", "getattr(info, field)"): _COLUMN,
    ("cli/usage.py", "getattr(record, name)"): "`tenant` and `model`, which the line before lists",
    ("config/guards.py", "getattr(guardrails, action)"): "an action of the closed table that the form has read",
    ("config/signatures.py", "getattr(import_module(module), name)"): "names that our own tables of settings write",
    ("config/top.py", "getattr(Profile.from_dict({key: item}), key)"): "checked to be a field of `Profile` before",
    ("dialects/accepted.py", "getattr(request, name)"): _FIELD,
    ("dialects/anthropic/citations.py", "getattr(citation, ours)"): _FIELD,
    ("dialects/draft.py", "getattr(request, name)"): _FIELD,
    (
        "dialects/embeddings/cohere.py",
        "getattr(found, 'floats' if format == 'float' else format)",
    ): "a format of vectors, of the closed list that a request takes",
    ("dialects/embeddings/facts.py", "getattr(request, name)"): _FIELD,
    ("dialects/images/limits.py", "getattr(request, name)"): _FIELD,
    ("dialects/openai_chat/encode.py", "attrgetter(*PLAIN_FIELDS)"): _FIELD,
    ("dialects/realtime/dashscope.py", "getattr(request, f'{side}_format')"): _FIELD,
    ("dialects/realtime/words.py", "getattr(request, name)"): _FIELD,
    ("dialects/rerank/jina.py", "getattr(request, name)"): _FIELD,
    ("dialects/transcription/openai.py", "getattr(request, name)"): _FIELD,
    ("guardrails/parts.py", "getattr(part, name)"): "a field of a part, of the table of what is looked at",
    ("health/__init__.py", "getattr(import_module(f\"{__name__}.{_HOME.get(name, 'report')}\"), name)"): _LAZY,
    ("health/asking.py", "getattr(given, name)"): "names of time limits, which the line before lists",
    ("health/stores.py", "getattr(value, name, None)"): "every field of a value of ours, looked through for stores",
    ("local/__init__.py", "getattr(import_module(f'{__name__}.{_MODULES[name]}'), name)"): _LAZY,
    ("metering/wanted.py", "getattr(request, name, None)"): "names that its callers write",
    ("models/entries.py", "getattr(given, name)"): "fields that the decoder of an entry has accepted",
    ("models/fit.py", "getattr(request, name)"): "checked to be a field of the request before",
    ("models/fit.py", "getattr(self.request, name, absent)"): "a field of the request, which `fit` has checked",
    ("models/search.py", "getattr(info, field)"): _COLUMN,
    ("operations/batch.py", "getattr(codec, what)"): "a verb of ours: `state` or `cancel`",
    (
        "operations/batch_written.py",
        "getattr(errors, failure.type, None)",
    ): "only a name that `llmkit.errors` lists, and only an error of ours",
    ("operations/batch_written.py", "getattr(kind, name, None)"): "whether an error has a method of that name",
    ("operations/media.py", "getattr(what, name)"): "every field of a reply, looked through for media",
    ("otel/sink.py", "getattr(record, name)"): "names that the program gives when it makes the sink",
    ("pipeline/hooks.py", "getattr(self, name)"): "a hook of the layer, named by its callers",
    ("pipeline/shared_circuits.py", "getattr(rules, name)"): "fields of the rules, which the module lists",
    ("realtime/__init__.py", "getattr(import_module(_HOMES.get(name, 'llmkit.types.realtime')), name)"): _LAZY,
    ("runtime/__init__.py", "getattr(import_module(f'{__name__}.{_MODULES[name]}'), name)"): _LAZY,
    ("stream.py", "getattr(self._timeouts, phase, None)"): "a phase of an exchange, named where the phase begins",
    ("testing/__init__.py", "getattr(import_module(f'{__name__}.{_HOMES[name]}'), name)"): _LAZY,
    ("tokens/__init__.py", "getattr(import_module(f'{__name__}.{_MODULES[name]}'), name)"): _LAZY,
    ("tools/__init__.py", "getattr(import_module(f'{__name__}.{_HOMES[name]}'), name)"): _LAZY,
    ("transport/__init__.py", "getattr(import_module(f'{__name__}.{_MODULES[name]}'), name)"): _LAZY,
    ("transport/deadlines.py", "getattr(timeouts, phase, None)"): "a phase of an exchange, named where the phase begins",
    ("types/image.py", "getattr(self, name)"): "fields of the value, which its class lists",
}
