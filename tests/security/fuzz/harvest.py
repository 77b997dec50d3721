"""The words that a module reads for: the texts in its source, which name the fields and values of its format."""

from __future__ import annotations

import ast
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

_WORD = re.compile(r"[\x21-\x7e][\x20-\x7e]{0,39}")


def words_of(*modules: str) -> list[bytes]:
    """Return the words of modules and of all that lies in them, in the order in which they stand there."""
    found: dict[bytes, None] = {}
    for module in modules:
        for file in _files(module):
            found |= dict.fromkeys(_words(file))
    return list(found)


def _files(module: str) -> list[Path]:
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise ValueError(f"there is no module {module}")
    place = Path(spec.origin)
    return sorted(place.parent.rglob("*.py")) if place.name == "__init__.py" else [place]


@cache
def _words(file: Path) -> tuple[bytes, ...]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in prose]
    fields = [node.target.id for node in ast.walk(tree) if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)]
    words = [text for text in [*texts, *fields] if isinstance(text, str) and _WORD.fullmatch(text)]
    return tuple([word.encode() for word in words] + [text for text in texts if isinstance(text, bytes) and 0 < len(text) <= 40])
