"""A gateway in a hundred lines: parse a client's request, ask a provider through the public client, render the answer."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec

from llmkit import LLMKit
from llmkit.errors import LLMKitError
from llmkit.serving import codec
from llmkit.serving.losses import header_of
from llmkit.types.requests import CompletionRequest

PATHS = {"/chat/completions": "openai_chat", "/responses": "openai_responses", "/messages": "anthropic", "GenerateContent": "gemini"}


class Gateway:
    """Serves every client format on one port. The model that a client names is the name of an upstream: a client and a model id."""

    def __init__(self, upstreams: Mapping[str, tuple[LLMKit, str]]) -> None:
        class Handler(_Handler):
            ways = upstreams

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients leave as they like."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    ways: Mapping[str, tuple[LLMKit, str]] = {}

    def do_POST(self) -> None:
        data = self.rfile.read(int(self.headers["Content-Length"]))
        name = next(name for ending, name in PATHS.items() if ending.lower() in self.path.lower())
        speaker: Any = codec(name)
        try:
            body = json.loads(data)
            request = speaker.parse_request(body, path=self.path, headers=dict(self.headers))
            kit, model = self.ways[request.model]
            if speaker.streams(body, path=self.path):
                self._stream(kit, speaker, request.replace(model=model, dialect=request.model), request)
            else:
                answer = kit.complete(request.replace(model=model, dialect=request.model))
                rendered = msgspec.json.encode(speaker.render_response(answer, request=request))
                self._reply(200, rendered, header_of([*answer.warnings, *speaker.losses(answer)]))
        except LLMKitError as error:
            status, headers, failure = speaker.render_error(error)
            self._reply(status, msgspec.json.encode(failure), headers)

    def _stream(self, kit: LLMKit, speaker: Any, asked: CompletionRequest, request: CompletionRequest) -> None:
        renderer = speaker.renderer(request=request)
        with kit.stream(asked) as stream:
            self.send_response(200)
            self.send_header("Content-Type", speaker.STREAM_TYPE)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            try:
                for event in stream:
                    self._chunk(renderer.feed(event))
                self._chunk(renderer.close())
            except LLMKitError as error:
                self._chunk(renderer.fail(error))
        self.wfile.write(b"0\r\n\r\n")

    def _chunk(self, data: bytes) -> None:
        if data:
            self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))

    def _reply(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Type": "application/json", "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        pass
