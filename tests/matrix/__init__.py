"""Vendors' SDKs as clients of a gateway, for every upstream format.

`python -m tests.matrix --write` writes docs/matrix.md; `LLMKIT_MATRIX=full pytest tests/matrix` asks everything both ways.
"""
