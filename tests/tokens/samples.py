"""Texts of several kinds."""

from __future__ import annotations

PROSE = (
    "The lighthouse keeper climbed the stairs every evening, counting them under his breath, although he had known their number for "
    "thirty years. Below him the harbour grew quiet; a few boats still moved between the moorings, and somebody was singing. He lit "
    "the lamp, wrote the hour into the book, and sat down to wait for the night. Nothing had happened here for a long time. "
)
CODE = (
    "def merge(left: list[int], right: list[int]) -> list[int]:\n"
    '    """Merge two sorted lists."""\n'
    "    result = []\n"
    "    while left and right:\n"
    "        smaller = left if left[0] <= right[0] else right\n"
    "        result.append(smaller.pop(0))\n"
    "    return result + left + right\n"
) * 3
JSON = '{"id": 4711, "name": "Ada Lovelace", "tags": ["maths", "engine"], "born": "1815-12-10", "score": 0.9731, "active": true}\n' * 4
