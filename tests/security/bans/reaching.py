"""Rules against data that chooses: which module, which attribute, which query, which words of a template."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.architecture.source import calls
from tests.security.bans.choices import CHOSEN
from tests.security.bans.closed import chosen_freely, stands_in_the_code
from tests.security.bans.rule import Rule

_QUERIES = frozenset({"execute", "executemany", "executescript", "eval", "evalsha", "register_script", "script_load"})
_LAZY = "a module of ours that its own closed table names: names of the public face are attributes"
_TABLE = "a module of ours that the closed table beside it names"


def imports(tree: ast.Module) -> Iterator[str]:
    """Give imports whose name does not stand in the code."""
    for name, call in calls(tree):
        if name.rpartition(".")[2] in ("import_module", "__import__") and not (call.args and isinstance(call.args[0], ast.Constant)):
            yield ast.unparse(call.args[0]) if call.args else ast.unparse(call)
        if name.endswith(("spec_from_file_location", "SourceFileLoader", "exec_module", "load_module", "entry_points")):
            yield name


def attributes(tree: ast.Module) -> Iterator[str]:
    """Give attributes that are read, set or deleted by a name which is not one of a closed list in the code."""
    yield from (ast.unparse(call) for call in chosen_freely(tree, ("getattr", "setattr", "delattr", "attrgetter", "operator.attrgetter")))


def changes(tree: ast.Module) -> Iterator[str]:
    """Give attributes that are set by a name, and tables of attributes that are changed as a whole."""
    for name, call in calls(tree):
        if name in ("setattr", "delattr", "object.__setattr__") and len(call.args) > 1 and not isinstance(call.args[1], ast.Constant):
            yield ast.unparse(call)
        if name.endswith(".__dict__.update") or name == "object.__reduce_ex__":
            yield ast.unparse(call)


def queries(tree: ast.Module) -> Iterator[str]:
    """Give text of queries that is put together: by `+`, `%`, `.format` or within an f-string."""
    for name, call in calls(tree):
        if name.rpartition(".")[2] in _QUERIES and call.args and any(map(_composed, ast.walk(call.args[0]))):
            yield ast.unparse(call.args[0])


def templates(tree: ast.Module) -> Iterator[str]:
    """Give texts that are filled by `str.format`, where the text itself does not stand in the code: it could reach attributes."""
    for name, call in calls(tree):
        function = call.func
        if isinstance(function, ast.Attribute) and function.attr in ("format", "format_map", "vformat") and not name.startswith("msgspec."):
            yield from () if stands_in_the_code(function.value) else (ast.unparse(call),)
        if name in ("string.Template", "string.Formatter") or name.startswith(("jinja2.", "mako.", "chevron.")):
            yield name


def _composed(node: ast.AST) -> bool:
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in node.values)
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, (ast.Add, ast.Mod))
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("format", "format_map", "join", "replace")
    )


RULES = (
    Rule(
        name="imports",
        says="No data names a module to import.",
        find=imports,
        planted=(
            "from importlib import import_module\nimport_module(name)",
            "import importlib\nimportlib.import_module(f'plugins.{name}')",
            "__import__(name)",
            "import importlib.util\nimportlib.util.spec_from_file_location(a, b)",
            "from importlib.metadata import entry_points\nentry_points(group='x')",
        ),
        innocent=("from importlib import import_module\nimport_module('numpy')",),
        allowed={
            ("__init__.py", "home"): _LAZY,
            ("caching/kinds.py", "module"): "looked up in a closed set first",
            ("cli/actions.py", "module"): _TABLE,
            ("cli/application.py", "module"): _TABLE,
            ("config/signatures.py", "module"): "names that our own tables of settings write",
            ("config/signatures.py", "owner.__module__"): "the module of a class that is imported already",
            ("dialects/__init__.py", "f'{__name__}.{name}'"): _TABLE,
            ("dialects/__init__.py", "f'{__name__}.{name}.count'"): _TABLE,
            ("dialects/__init__.py", "f\"{__name__}.{_READERS.get(name) or f'{dialect}.listing'}\""): _TABLE,
            ("dialects/operations.py", "f'llmkit.dialects.{place}'"): _TABLE,
            ("health/__init__.py", "f\"{__name__}.{_HOME.get(name, 'report')}\""): _LAZY,
            ("local/__init__.py", "f'{__name__}.{_MODULES[name]}'"): _LAZY,
            ("providers/catalog/__init__.py", "f'llmkit.providers.{kind}' if kind == 'aws' else f'{__name__}.{kind}'"): _TABLE,
            ("realtime/__init__.py", "_HOMES.get(name, 'llmkit.types.realtime')"): _LAZY,
            ("runtime/__init__.py", "f'{__name__}.{_MODULES[name]}'"): _LAZY,
            ("serving/__init__.py", "f'{__name__}.{name}'"): _TABLE,
            ("testing/__init__.py", "f'{__name__}.{_HOMES[name]}'"): _LAZY,
            ("testing/wire/__init__.py", "f'{__name__}.{name}'"): _TABLE,
            ("tokens/__init__.py", "f'{__name__}.{_MODULES[name]}'"): _LAZY,
            ("tools/__init__.py", "f'{__name__}.{_HOMES[name]}'"): _LAZY,
            ("transport/__init__.py", "f'{__name__}.{_MODULES[name]}'"): _LAZY,
        },
    ),
    Rule(
        name="attributes",
        says="No data names an attribute to read.",
        find=attributes,
        planted=(
            "getattr(x, name)",
            "def f(x, path):\n    for name in path.split('.'):\n        x = getattr(x, name)",
            "[getattr(x, name) for name in data]",
            "from operator import attrgetter\nattrgetter(name)(x)",
            "def f(x, name):\n    return getattr(x, name)",
        ),
        innocent=(
            "getattr(x, 'name')",
            "_NAMES = ('a',)\n[getattr(x, name) for name in _NAMES]",
            "{n: getattr(x, n) for n in x.__struct_fields__}",
        ),
        allowed=CHOSEN,
    ),
    Rule(
        name="changes",
        says="No data names an attribute to set.",
        find=changes,
        planted=("setattr(x, name, 1)", "delattr(x, name)", "self.__dict__.update(data)", "object.__setattr__(self, name, value)"),
        innocent=("setattr(x, 'name', 1)",),
        allowed={
            (
                "cli/__init__.py",
                "setattr(sys, name, open(os.devnull, mode, encoding='utf-8'))",
            ): "names of the standard streams, which the loop lists",
            ("errors/root.py", "error.__dict__.update(state)"): "a copy of an error of ours, asked for by whoever has it",
            (
                "operations/batch_written.py",
                "error.__dict__.update({'message': failure.message, 'hint': None, **facts})",
            ): "facts of an error that we wrote; none takes the place of a method",
            (
                "providers/error_rules.py",
                "other.__dict__.update({name: value for name, value in error.__dict__.items() if name != 'retryable'})",
            ): "another kind of the same error",
        },
    ),
    Rule(
        name="queries",
        says="No query to a database is put together from text.",
        find=queries,
        planted=(
            "c.execute(f'SELECT {x}')",
            "c.execute('SELECT ' + x)",
            "c.execute('SELECT %s' % x)",
            "c.executemany('INSERT {}'.format(t), rows)",
            "c.executescript(' '.join(x))",
            "c.execute(f'a{x}' if y else 'b')",
        ),
        innocent=("c.execute('SELECT ?', (x,))", "c.execute(_QUERY, (f'{x}',))"),
        allowed={
            (
                "stores/sqlite.py",
                "f\"PRAGMA synchronous={('FULL' if self._durable else 'NORMAL')}\"",
            ): "one of two words; SQLite takes no values in a PRAGMA",
            ("stores/sqlite.py", "f'PRAGMA journal_size_limit={_LOG}'"): "a number of the module; SQLite takes no values in a PRAGMA",
        },
    ),
    Rule(
        name="templates",
        says="No text of a user is filled by a language that reaches attributes.",
        find=templates,
        planted=(
            "prompt.format(**values)",
            "text.format_map(x)",
            "import string\nstring.Formatter().vformat(a, b, c)",
            "import jinja2\njinja2.Template(x)",
        ),
        innocent=("'{}'.format(x)", "import msgspec\nmsgspec.json.format(x)", "_TEXT = '{}'\n_TEXT.format(1)"),
        allowed={
            ("routing/strategies.py", "self._words.format(abs(score))"): "words that the classes of the module give, with one number",
            ("structured/validator.py", "words.format(schema[keyword])"): "words of the table of rules, with what the schema says",
        },
    ),
)
