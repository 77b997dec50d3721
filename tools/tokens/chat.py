"""Fit what a chat format adds to the words of a request."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import bmat, csr_matrix, diags, eye

from llmkit.tokens.outline import SHAPES

SHARED = ("reasoning", "tools", "tools wire", "schema", "schema wire")
"""Buckets whose words are rendered in a format we do not see, or only partly kept: their tokens have a factor."""
LEAST = {"no system": -10.0, "tools without system": -10.0, "thinking": -30.0, "forced": -40.0}
"""Shapes that may also save tokens, and how many."""
PULL = 0.01
"""What a token away from the prior costs, in relative errors of requests."""
ROUNDS = 3
Bound = tuple[float | None, float | None]


def fit(words: np.ndarray, shared: np.ndarray, shapes: np.ndarray, counted: np.ndarray, prior: np.ndarray | None = None) -> np.ndarray:
    """Return the factors of the shared buckets and then the tokens of each shape, with the least sum of relative errors.

    `words` holds the tokens of all other words, `shared` those of each bucket of `SHARED`, `shapes` how often each shape occurs. What
    the requests do not settle stays near `prior`, the solution of another family.
    """
    inputs = np.hstack([shared, shapes])
    bounds = [(0.0, 1.6)] * len(SHARED) + [(LEAST.get(name, 0.0), None) for name in SHAPES]
    start = np.array([0.0 if name.endswith("wire") else 1.0 for name in SHARED] + [0.0] * len(SHAPES)) if prior is None else prior
    solution, larger = start, counted
    for _ in range(ROUNDS):
        # An estimate of half is as wrong as one of twice: measured against the true number alone, the fit would be too low.
        scale = 1 / np.maximum(np.maximum(counted, larger), 10)
        solution = _least_absolute(inputs * scale[:, None], (counted - words) * scale, bounds, start)
        larger = words + inputs @ solution
    return solution


def _least_absolute(inputs: np.ndarray, goal: np.ndarray, bounds: list[Bound], prior: np.ndarray) -> np.ndarray:
    """Solve min |inputs x - goal| + a little |x - prior| as a linear program."""
    count, size = inputs.shape
    sparse, slack = csr_matrix(inputs), eye(count, format="csr")
    near = np.array([PULL * 50] * len(SHARED) + [PULL] * len(SHAPES))
    small, nothing = diags(near), csr_matrix((size, count))
    limits = np.concatenate([goal, -goal, near * prior, -near * prior])
    table = bmat(
        [
            [sparse, -slack, None],
            [-sparse, -slack, None],
            [small, nothing, -eye(size)],
            [-small, nothing, -eye(size)],
        ]
    )
    cost = np.concatenate([np.zeros(size), np.ones(count), np.ones(size)])
    answer = linprog(cost, A_ub=table, b_ub=limits, bounds=[*bounds, *[(0, None)] * (count + size)], method="highs")
    return np.asarray(answer.x[:size])
