"""A real llama.cpp server with the embedded model: it speaks four of our dialects, and none of its code is ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from llmkit.local import LocalSettings, problem
from llmkit.local.runtime import load_runtime
from llmkit.local.weights import find_weights

KEY = "sk-real-server-0123456789"


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Return the address of the running server."""
    missing = problem(LocalSettings())
    if missing:
        pytest.skip(f"NO REAL SERVER IS TESTED: {missing}")
    runtime = load_runtime()
    parameters: Any = runtime.CommonParams()
    parameters.model.path = str(find_weights(LocalSettings().gguf))
    parameters.n_ctx, parameters.n_parallel = 4096, 1
    parameters.use_jinja, parameters.verbosity = True, -1
    parameters.warmup = parameters.fit_params = parameters.ui = False
    parameters.cache_ram_mib = 0
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 1
    parameters.hostnames, parameters.port, parameters.api_keys = ["127.0.0.1"], 0, [KEY]
    parameters.n_threads_http = 2
    running = runtime.Server(parameters)
    yield str(running.listening_address)
    del running
