"""Try to move a client's key by parameters that other libraries and gateways understand, at every place where one can stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from llmkit import LLMKit
from llmkit.errors import LLMKitError
from llmkit.types.decision import Predicate
from tests.security.transport.calls import PNG, WAV, used
from tests.security.transport.network import PUBLIC, Network, on
from tests.transport.servers import Peer, Server, answering

KEY = "sk-canary-0123456789abcdef"
EVIL = "evil.example"

_NAMES = """
    api_base base_url base_urls url uri endpoint endpoint_url api_endpoint azure_endpoint azure_deployment azure_ad_token api_url server
    server_url host hostname origin domain port scheme protocol proxy proxies http_proxy https_proxy all_proxy socks_proxy tunnel forward_to
    upstream target destination redirect redirect_uri callback callback_url webhook webhook_url webhooks notification_url
    extra_headers default_headers headers http_headers extra_query default_query query_params custom_llm_provider llm_provider provider
    providers model_list fallbacks litellm_params litellm_proxy api_key api_keys key keys token access_token credentials
    vertex_credentials vertex_project vertex_location vertex_ai_project aws_access_key_id aws_secret_access_key aws_region_name
    aws_bedrock_runtime_endpoint aws_sts_endpoint region location resource organization project tenant_id client client_options
    http_client http_options transport session base_model deployment_id api_version ssl_verify verify cert ca_bundle trust_env
    websocket_base_url file_url image_url next next_page next_url poll_url upload_url location_url status_url response_url result_url
    config config_file router routes mcp_servers server_tools metadata baggage traceparent
"""
PARAMETERS = _NAMES.split()
"""What OpenAI's, Anthropic's and Google's libraries, LiteLLM and gateways call an address, a proxy, a key or what holds one."""

Placing = Callable[[str, Any], dict[str, Any]]


def _message(part: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": [{"type": "text", "text": "hi", **part}], **more}]}


def _tool(**more: Any) -> list[dict[str, Any]]:
    return [{"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}, **more}]


PLACES: dict[str, Placing] = {
    "an option": lambda name, value: {name: value},
    "the body": lambda name, value: {"extra_body": {name: value}},
    "the body, deeper": lambda name, value: {"extra_body": {"extra_body": {name: value}, "metadata": {name: str(value)}}},
    "the provider's options": lambda name, value: {"options": {"openai": {name: value}}},
    "the format's options": lambda name, value: {"options": {"openai_chat": {name: value}, "openai_responses": {name: value}}},
    "a header": lambda name, value: {"extra_headers": {name.replace("_", "-"): str(value)}},
    "a header of a gateway": lambda name, value: {"extra_headers": {f"x-{name.replace('_', '-')}": str(value)}},
    "a message": lambda name, value: _message({}, **{name: value}),
    "a part": lambda name, value: _message({name: value}),
    "a tool": lambda name, value: {"tools": _tool(**{name: value})},
    "a function": lambda name, value: {"tools": [{"type": "function", "function": {"name": "f", name: value}}]},
    "what a route must hold": lambda name, value: {"route": {name: value}},
    "the user": lambda name, value: {"user": f"{name}={value}"},
}

CALLS: dict[str, Callable[[LLMKit, dict[str, Any]], Any]] = {
    "complete": lambda kit, more: kit.complete("openai/gpt-4.1-mini", more.pop("messages", "hi"), **more),
    "stream": lambda kit, more: kit.stream("openai/gpt-4.1-mini", more.pop("messages", "hi"), **more),
    "run": lambda kit, more: kit.run("openai/gpt-4.1-mini", more.pop("messages", "hi"), **more),
    "parse": lambda kit, more: kit.parse("openai/gpt-4.1-mini", more.pop("messages", "hi"), int, **more),
    "count_tokens": lambda kit, more: kit.count_tokens("openai/gpt-4.1-mini", more.pop("messages", "hi"), source="provider", **more),
    "retrieve": lambda kit, more: kit.retrieve("openai/gpt-5.3-codex", "resp_1", **more),
    "embed": lambda kit, more: kit.embed("openai/text-embedding-3-small", "hi", **more),
    "moderate": lambda kit, more: kit.moderate("openai/omni-moderation-latest", "hi", **more),
    "classify": lambda kit, more: kit.classify("openai/gpt-4.1-mini", "hi", labels=["a", "b"], **more),
    "decide": lambda kit, more: kit.decide("openai/gpt-4.1-mini", "hi", {"a": Predicate(question="Is it?")}, **more),
    "image": lambda kit, more: kit.image("openai/gpt-image-1", "hi", **more),
    "stream_image": lambda kit, more: kit.stream_image("openai/gpt-image-1", "hi", **more),
    "speech": lambda kit, more: kit.speech("openai/tts-1", "hi", voice="alloy", **more),
    "transcribe": lambda kit, more: kit.transcribe("openai/whisper-1", WAV, **more),
    "start_video": lambda kit, more: kit.start_video("openai/sora-2", "hi", **more),
    "rerank": lambda kit, more: kit.rerank("cohere/rerank-v3.5", "hi", ["a", "b"], **more),
    "search": lambda kit, more: kit.search("brave", "hi", **more),
    "ocr": lambda kit, more: kit.ocr("mistral/mistral-ocr-latest", PNG, **more),
    "upload": lambda kit, more: kit.files.upload("openai", PNG, name="a.png", **more),
    "batch": lambda kit, more: kit.batches.create("openai/gpt-4.1-mini", ["hi"], **more),
}


class Servers:
    """The provider, the one that must not be reached, and the network beyond."""

    def __init__(self, stack: ExitStack) -> None:
        self.own = stack.enter_context(Server(_refusing))
        self.evil = stack.enter_context(Server(answering()))
        self.net = Network({EVIL: [[PUBLIC]]}, known=(self.own.port, self.evil.port))
        stack.enter_context(on(self.net))
        address = f"http://127.0.0.1:{self.own.port}"
        names = ("openai", "cohere", "brave", "mistral")
        self.kit = stack.enter_context(
            LLMKit(keys=dict.fromkeys(names, KEY), base_urls=dict.fromkeys(names, address), retries=0, timeout=5)
        )

    def values(self) -> list[Any]:
        """Return addresses that lead elsewhere, in the shapes that parameters have."""
        there = f"http://127.0.0.1:{self.evil.port}"
        return [f"https://{EVIL}/v1", there, {"base_url": there, "http": there, "https": there, "all": there}]

    def gone_astray(self) -> str | None:
        """Return who was called that must not be, or None."""
        if self.net.called or self.net.asked:
            return f"called {self.net.called}, asked for {self.net.asked}"
        return f"{self.evil.accepted} connections to the other server" if self.evil.accepted else None


def _refusing(peer: Peer) -> None:
    body = b'{"error": {"message": "no", "type": "invalid_request_error"}}'
    while True:
        peer.request()
        peer.send(b"HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))


@contextmanager
def servers() -> Iterator[Servers]:
    """Start them."""
    with ExitStack() as stack:
        yield Servers(stack)


def wrong(there: Servers, call: str, place: str, name: str, value: Any) -> str | None:
    """Call with a parameter and return what went wrong, or None."""
    there.net.clear()
    there.evil.accepted = 0
    try:
        ended: object = used(CALLS[call](there.kit, PLACES[place](name, value)))
    except Exception as error:  # whatever it is: judged below
        ended = error
    if (astray := there.gone_astray()) is not None:
        return astray
    if KEY in f"{ended} {ended!r}":
        return "the error shows the key"
    return None if isinstance(ended, LLMKitError | TypeError) else f"ended as {ended!r}"


def overrides_found(names: Iterable[str] = tuple(PARAMETERS)) -> tuple[int, list[str]]:
    """Try `names` at every place of a conversation, and as an option of every call; return how many cases were, and what went wrong."""
    number, found, reached = 0, [], 0
    with servers() as there:
        values = there.values()
        for count, name in enumerate(names):
            cases = [("complete" if (count + turn) % 2 else "stream", place) for turn, place in enumerate(PLACES)]
            for call, place in [*cases, *((call, "an option") for call in CALLS), *((call, "the body") for call in CALLS)]:
                number += 1
                value = values[number % len(values)]
                if (fault := wrong(there, call, place, name, value)) is not None:
                    found.append(f"{call}, {place}, {name}={value!r}: {fault}")
        reached = len(there.own.requests)
        strays = sum(KEY not in str(request.headers) for request in there.own.requests)
    if not reached or strays:
        found.append(f"{reached} requests reached the provider, {strays} of them without the key")
    return number, found
