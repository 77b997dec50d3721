"""Whether a name that the code uses is one of a list that stands in the code, or may be anything."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache

from tests.architecture.source import calls, modules, nodes

_LISTS = frozenset({"__struct_fields__", "__all__", "__match_args__", "__dataclass_fields__", "_fields"})
_SAME = frozenset({"items", "keys", "values", "split", "get", "pop"})
_AROUND = frozenset({"zip", "sorted", "tuple", "enumerate", "set", "frozenset", "reversed", "dict", "list"})


def chosen_freely(tree: ast.Module, functions: tuple[str, ...]) -> Iterator[ast.Call]:
    """Give the calls of `functions` (`getattr` and its like) whose second argument may be any name."""
    wanting = [(name, call) for name, call in calls(tree) if name in functions]
    parents = {child: node for node in nodes(tree) for child in ast.iter_child_nodes(node)} if wanting else {}
    for name, call in wanting:
        wanted = call.args[0] if name.endswith("attrgetter") else call.args[1]
        if not _listed(wanted) and not (isinstance(wanted, ast.Name) and _bound_to_list(wanted.id, call, parents)):
            yield call


def _listed(node: ast.expr) -> bool:
    """Tell whether an expression is a constant, a list of them, a table with a name in capitals, or what one of those gives."""
    match node:
        case ast.Constant() | ast.Dict():
            return True
        case ast.Tuple(elts=items) | ast.List(elts=items) | ast.Set(elts=items):
            return all(map(_listed, items))
        case ast.Name(id=name):
            return name.strip("_").isupper()
        case ast.Attribute(attr=name):
            return name in _LISTS or name.strip("_").isupper()
        case ast.Call(func=ast.Attribute(value=held, attr=name)) if name in _SAME:
            return _listed(held)
        case ast.Call(func=ast.Name(id=name), args=given) if name in _AROUND:
            return any(map(_listed, given))
        case ast.IfExp(body=one, orelse=other) | ast.BinOp(left=one, right=other):
            return _listed(one) and _listed(other)
        case ast.Subscript(value=held):
            return _listed(held)
    return False


def stands_in_the_code(text: ast.expr) -> bool:
    """Tell whether a text is a constant, or a value in capitals, which is one."""
    return _listed(text)


def _bound_to_list(name: str, call: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    """Tell whether what binds a name, outward from a call, binds it to something that is listed."""
    node = call
    while node in parents:
        node = parents[node]
        found = _binding(name, node)
        if found is not None:
            return found
    return False


def _binding(name: str, node: ast.AST) -> bool | None:
    """Return whether a node that binds `name` binds it to something listed; None where it does not bind it."""
    loops: list[tuple[ast.expr, ast.expr]] = []
    if isinstance(node, (ast.GeneratorExp, ast.ListComp, ast.SetComp, ast.DictComp)):
        loops = [(each.target, each.iter) for each in node.generators]
    elif isinstance(node, (ast.For, ast.AsyncFor)):
        loops = [(node.target, node.iter)]
    for target, source in loops:
        if name in _names(target):
            return _listed(source)
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        assigned = [
            each.value for each in ast.walk(node) if isinstance(each, ast.Assign) and any(name in _names(to) for to in each.targets)
        ]
        return all(map(_listed, assigned)) if assigned else _parameter(name, node)
    return None


def _parameter(name: str, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool | None:
    """Return whether every call of a function in the package gives a parameter something listed."""
    places = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
    if name not in places and name not in [each.arg for each in function.args.kwonlyargs]:
        return None
    at = places.index(name) - (places[0] in ("self", "cls")) if name in places else None
    given: list[ast.expr] = []
    for call in _calls().get(function.name, ()):
        given += [word.value for word in call.keywords if word.arg == name]
        if at is not None and len(call.args) > at:
            given.append(call.args[at])
    return bool(given) and all(map(_listed, given))


@cache
def _calls() -> dict[str, list[ast.Call]]:
    found: dict[str, list[ast.Call]] = {}
    for tree in modules().values():
        for name, call in calls(tree):
            found.setdefault(name.rpartition(".")[2], []).append(call)
    return found


def _names(target: ast.AST) -> set[str]:
    return {each.id for each in ast.walk(target) if isinstance(each, ast.Name)}
