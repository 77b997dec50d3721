"""The line of a path is found without a second parser, in whatever way the table is written."""

from __future__ import annotations

import re
import tomllib

import pytest

from llmkit.config.lines import line_of
from tests.config.examples import EXAMPLES
from tests.config.test_schema import nodes

TRICKY = '''# [a]
a.b = 1
"quoted name" = 2
text = """
[layers]
b = 3
"""
list = [ # [x]
  "]", 'c = 1',
  { d = 4 },
]
e = "[["
[[t.rows]]
x = 1
[[t.rows]]
x = 2
[t.rows.deep]
y = 3
[ spaced . "odd name" ]
z = 4
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("a.b", 2),
        ("a", 2),
        ('"quoted name"', 3),
        ("text", 4),
        ("layers", 0),
        ("list[2].d", 8),
        ("e", 12),
        ("t", 13),
        ("t.rows[0].x", 14),
        ("t.rows[1]", 15),
        ("t.rows[1].x", 16),
        ("t.rows[1].deep.y", 18),
        ("t.rows[1].unheard.of", 15),
        ('spaced."odd name".z', 20),
        ("", 0),
    ],
)
def test_a_path_stands_on_its_line(path: str, line: int) -> None:
    assert line == line_of(TRICKY, path)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_key_of_the_examples_stands_on_a_line_with_its_name(name: str) -> None:
    """Of what stands inside a list of several lines, the line where the list begins is told."""
    text = EXAMPLES[name]
    lost = []
    for path in nodes(tomllib.loads(text)):
        words = "".join([f"[{key}]" if isinstance(key, int) else f".{key}" for key in path]).removeprefix(".")
        line = text.splitlines()[line_of(text, words) - 1] if line_of(text, words) else ""
        lost += [] if any(re.search(rf"\b{key}\b", line) for key in path if isinstance(key, str)) else [words]

    assert [] == lost
