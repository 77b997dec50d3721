"""The reverse of the dialects, for servers: from a client's body to our request, and from our answer to the client's body.

How a gateway uses a codec:

1. `codec(name).parse_request(body, path=..., headers=...)` gives the request, `streams(body, path=...)` how to answer it.
2. Where the model's own dialect has the codec's `NAME`, `pass_through.pass_through` gives the client's own bytes to send on,
   if nothing of them has to change but the members the gateway owns.
3. `render_response(answer)`, or `renderer(request=...)` fed with the events, gives what the client gets; `losses(answer)` and the
   renderer's `warnings` say what the format had no place for, `losses.header_of` puts that into a response header.
4. `render_error(error)` and the renderer's `fail(error)` say what went wrong, without secrets.

An `id` or `created` that the provider did not give is rendered empty (`""`, 0), which clients and our decoders read as absent: a
gateway that wants its own sets them with `answer.replace(...)`. Request options under `"serving"` say how the client wants to be
answered; no dialect and no provider has that name, so they are never sent on.
"""

from __future__ import annotations

from importlib import import_module

from llmkit.errors import ConfigurationError
from llmkit.types.serving import ServingCodec

NAMES = ("anthropic", "gemini", "openai_chat", "openai_responses")
"""The formats that clients can speak to us; other packages here only parse requests."""


def codec(name: str) -> ServingCodec:
    """Return the codec called `name`; it is imported only now. Raises `ConfigurationError` for an unknown one."""
    if name not in NAMES:
        raise ConfigurationError(f"Unknown client format {name!r}.", parameter="dialect", hint=f"Known: {', '.join(NAMES)}.")
    module: ServingCodec = import_module(f"{__name__}.{name}")
    return module
