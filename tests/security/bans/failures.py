"""Rules about errors: none is swallowed, none is printed with what it holds, and no check vanishes under `python -O`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.architecture.source import calls, of_kind
from tests.security.bans.rule import Rule

_ALL = frozenset({"Exception", "BaseException"})
_TOLD = ("print", "sys.stderr.write", "sys.stdout.write", "warnings.warn")
_LEVELS = frozenset({"debug", "info", "warning", "error", "critical", "log"})


def swallowed(tree: ast.Module) -> Iterator[str]:
    """Give handlers of any error at all that do nothing with it."""
    for node in of_kind(tree, ast.ExceptHandler):
        caught = ast.unparse(node.type) if node.type else ""
        idle = all(isinstance(line, (ast.Pass, ast.Continue, ast.Break)) or _says_nothing(line) for line in node.body)
        if not caught:
            yield "except:"
        elif idle and (set(caught.strip("()").replace(" ", "").split(",")) & _ALL):
            yield f"except {caught}: {ast.unparse(node.body[0])}"
    for name, call in calls(tree):
        if name.rpartition(".")[2] == "suppress" and any(ast.unparse(each) in _ALL for each in call.args):
            yield ast.unparse(call)


def printed(tree: ast.Module) -> Iterator[str]:
    """Give tracebacks that are printed or logged, and errors that are printed whole: their variables and messages hold what they hold."""
    errors = {node.name for node in of_kind(tree, ast.ExceptHandler) if node.name}
    for name, call in calls(tree):
        if name.startswith("traceback.") or name in ("sys.excepthook", "faulthandler.enable", "faulthandler.dump_traceback"):
            yield name
        if any(word.arg == "exc_info" and not (isinstance(word.value, ast.Constant) and not word.value.value) for word in call.keywords):
            yield "exc_info"
        if name in _TOLD and any(isinstance(each, ast.Name) and each.id in errors for each in ast.walk(call)):
            yield ast.unparse(call)
        if isinstance(call.func, ast.Attribute) and "log" in name.lower():
            if call.func.attr == "exception":
                yield ast.unparse(call.func)
            elif call.func.attr in _LEVELS and any(isinstance(each, ast.Name) and each.id in errors for each in call.args):
                yield ast.unparse(call)


def checks_that_vanish(tree: ast.Module) -> Iterator[str]:
    """Give asserts that do more than tell a type checker what a value is."""
    yield from (ast.unparse(node.test) for node in of_kind(tree, ast.Assert) if not _narrows(node.test))


def _says_nothing(line: ast.stmt) -> bool:
    if isinstance(line, ast.Return):
        return line.value is None
    return isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant)


def _narrows(test: ast.expr) -> bool:
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        return all(map(_narrows, test.values))
    if isinstance(test, ast.Compare):
        return [type(each) for each in test.ops] == [ast.IsNot] and isinstance(test.comparators[0], ast.Constant)
    return isinstance(test, ast.Call) and ast.unparse(test.func) in ("isinstance", "issubclass")


_SYSTEM = "what the system says of a file, and no more"
_PARTING = "the end of a tool server, whose failure its start or its call has told"
_OWN = "an error in a function of the program itself, in the program's own log"

RULES = (
    Rule(
        name="swallowed",
        says="No failure is swallowed.",
        find=swallowed,
        planted=(
            "try:\n    f()\nexcept:\n    report()",
            "try:\n    f()\nexcept Exception:\n    pass",
            "for x in y:\n    try:\n        f()\n    except (ValueError, Exception):\n        continue",
            "def g():\n    try:\n        f()\n    except BaseException:\n        return",
            "from contextlib import suppress\nwith suppress(Exception):\n    f()",
        ),
        innocent=("try:\n    f()\nexcept KeyError:\n    pass", "try:\n    f()\nexcept Exception as error:\n    told(error)"),
        allowed={
            ("testing/websocket.py", "contextlib.suppress(Exception)"): "a fake server says goodbye to a client that may be gone",
            (
                "tools/mcp_session.py",
                "suppress(Exception, TooLate)",
            ): _PARTING,
        },
    ),
    Rule(
        name="printed",
        says="No error is printed or logged with its frames and variables.",
        find=printed,
        planted=(
            "import traceback\ntraceback.print_exc()",
            "try:\n    f()\nexcept ValueError as error:\n    print(error)",
            "try:\n    f()\nexcept ValueError as error:\n    print(f'failed: {error}')",
            "import logging\nlogging.exception('x')",
            "log.error('x', exc_info=True)",
            "try:\n    f()\nexcept ValueError as error:\n    LOGGER.warning('%s', error)",
        ),
        innocent=("print(answer)", "LOGGER.warning('%s', type(error).__name__)"),
        allowed={
            ("cli/__init__.py", "traceback.format_exc"): "the user asks for it by a switch; no variable is shown",
            (
                "cli/interactive.py",
                "print(f'note: no history: {error.strerror}', file=sys.stderr)",
            ): _SYSTEM,
            ("health/layer.py", "_LOGGER.exception"): _OWN,
            ("pipeline/breaker.py", "_LOGGER.exception"): _OWN,
            ("pipeline/hedge.py", "_LOGGER.exception"): _OWN,
        },
    ),
    Rule(
        name="asserts",
        says="No check of what comes from outside is an assert, which `python -O` leaves out.",
        find=checks_that_vanish,
        planted=(
            "assert len(data) < 10",
            "assert key",
            "assert x is not None and x > 1",
            "assert isinstance(x, int), x > 3\nassert x == 1",
        ),
        innocent=("assert x is not None", "assert isinstance(x, int) and y is not None"),
    ),
)
