"""`catalog/names.py`, made from the rows: which kind holds a name, what the aliases stand for, whose ids begin how."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from pathlib import Path

import llmkit
from llmkit.providers.catalog import KINDS, rows_of

MODULE = Path(llmkit.__file__).parent / "providers" / "catalog" / "names.py"
_HEAD = '''"""Where each row stands: made from the rows by `python -m tests.contract --write`, so that none need be imported to find one."""

from __future__ import annotations

'''
_TAIL = '''
KIND_OF: dict[str, str] = dict(sorted((name, kind) for kind, names in _NAMES.items() for name in names.split()))
"""The kind of each row, sorted by name."""
ALIASES: dict[str, str] = dict(pair.split("=") for pair in _ALIASES.split())
"""What each alias stands for."""
PREFIXES: dict[str, tuple[str, ...]] = {name: tuple(prefixes.split()) for name, prefixes in _PREFIXES.items()}
"""How ids without a provider begin, by the row to which they belong."""
'''


def module() -> str:
    """Return the text of the module."""
    rows = {row.name: row for kind in KINDS for row in rows_of(kind).values()}
    names = "".join(f'    "{kind}": """\n{_words(sorted(rows_of(kind)))}""",\n' for kind in KINDS)
    aliases = sorted(f"{alias}={row.name}" for row in rows.values() for alias in row.aliases)
    prefixes = "".join(f'    "{name}": "{" ".join(rows[name].prefixes)}",\n' for name in sorted(rows) if rows[name].prefixes)
    return f'{_HEAD}_NAMES = {{\n{names}}}\n_ALIASES = """\n{_words(aliases)}"""\n_PREFIXES = {{\n{prefixes}}}\n{_TAIL}'


def _words(words: Iterable[str]) -> str:
    lines = textwrap.wrap(" ".join(words), width=130, break_long_words=False, break_on_hyphens=False)
    return "".join(f"{line}\n" for line in lines)
