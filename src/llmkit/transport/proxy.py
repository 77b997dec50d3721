"""Ask an HTTP proxy for a tunnel to an https origin."""

from __future__ import annotations

import re
from base64 import b64encode
from urllib.parse import unquote

from llmkit.errors import ConfigurationError, ConnectionFailed, ProtocolError
from llmkit.transport.policy import parse_origin
from llmkit.types.http import Origin

_STATUS = re.compile(rb"HTTP/1\.[01] ([0-9]{3})[ \r]")
_LIMIT = 16 * 1024


class ProxyAddress:
    """The address of a proxy as it was given, which may hold a password: only an engine asks for its text."""

    __slots__ = ("__text",)

    def __init__(self, text: str) -> None:
        self.__text = text

    def text(self) -> str:
        """Return the address itself."""
        return self.__text

    def __repr__(self) -> str:
        return "ProxyAddress(****)"

    def __dir__(self) -> list[str]:
        return ["text"]


class Proxy:
    """Where the proxy is and how to ask it. Its user information goes to the proxy alone and is never printed."""

    __slots__ = ("__authorization", "origin")

    def __init__(self, url: str | ProxyAddress) -> None:
        url = url.text() if isinstance(url, ProxyAddress) else url
        scheme, mark, rest = url.partition("://")
        user, at, host = rest.rpartition("@")
        if not mark or scheme.lower() != "http" or not user.isascii():  # an encoding error would show the password
            raise ConfigurationError(
                "A proxy is given as http://[user:password@]host:port.",
                parameter="proxy",
            )
        self.origin = parse_origin(f"http://{host}")
        self.__authorization = b""
        if at:
            token = b64encode(unquote(user).encode())
            self.__authorization = b"Proxy-Authorization: Basic %s\r\n" % token

    def request(self, origin: Origin) -> bytes:
        """Return the bytes that ask for a tunnel to `origin`."""
        host = f"[{origin.host}]" if ":" in origin.host else origin.host
        target = f"{host}:{origin.port}".encode("ascii")
        return b"CONNECT %s HTTP/1.1\r\nHost: %s\r\n%s\r\n" % (
            target,
            target,
            self.__authorization,
        )

    def __dir__(self) -> list[str]:
        return ["answered", "origin", "request"]

    def answered(self, reply: bytes) -> bool:
        """Tell whether `reply`, all bytes so far, opens the tunnel; False when more must come."""
        end = reply.find(b"\r\n\r\n")
        if end < 0:
            if len(reply) > _LIMIT:
                raise ProtocolError("The proxy's answer has no end.")
            return False
        match = _STATUS.match(reply)
        if match is None:
            raise ProtocolError("The proxy's answer is not HTTP.")
        if not match[1].startswith(b"2"):
            error = ConnectionFailed(f"The proxy {self.origin} refused the tunnel with status {match[1].decode()}.")
            error.retryable = match[1].startswith(b"5")
            raise error
        if len(reply) > end + 4:
            raise ProtocolError("The proxy sent bytes ahead of the tunnel.")
        return True
