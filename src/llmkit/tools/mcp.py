"""MCP servers as sources of tools: programs on this machine, and servers at an address."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from llmkit.auth.header import HeaderCredential
from llmkit.auth.secret import Secret
from llmkit.errors import ConfigurationError, ProtocolError, SecurityError
from llmkit.tools.effects import Effect
from llmkit.tools.function import FunctionTool
from llmkit.tools.mcp_listing import ListedTool, fingerprint_of, listed_tool
from llmkit.tools.mcp_results import answer_of
from llmkit.tools.mcp_session import McpSession
from llmkit.tools.mcp_targets import HttpTarget, StdioTarget, Target
from llmkit.tools.plain_schema import WholeArguments
from llmkit.transport.policy import Policy, parse_url


class McpServer:
    """A server that offers tools: pass it to `run(tools=[server])`, which opens and closes it, or open it in a `with` block.

    Make one with `McpServer.stdio(...)` or `McpServer.http(...)`; never from what a model wrote or a request brought.

    `only` names the tools to offer; `pinned` is the `fingerprint` that the server's list of tools must have, so that a
    description that was changed later is noticed before a model reads it; `needs_approval` makes a run ask before each call;
    `timeout` is for connecting. What it answers is untrusted, unless `untrusted=False` says that it is yours alone; `effects` says by
    tool what a `ToolPolicy` must know, for what the server says of itself counts for nothing. Needs the extra `[mcp]`.
    """

    def __init__(
        self,
        target: Target,
        *,
        name: str,
        only: Sequence[str] | None = None,
        pinned: str | None = None,
        needs_approval: bool = False,
        timeout: float = 30.0,
        effects: Mapping[str, Effect | Iterable[Effect]] | None = None,
        untrusted: bool = True,
    ) -> None:
        self.name = name
        self.fingerprint: str | None = None
        self._target = target
        self._only = None if only is None else frozenset(only)
        self._pinned = pinned
        self._needs_approval = needs_approval
        self._timeout = timeout
        self._effects = dict(effects or {})
        self._untrusted = untrusted
        self._lock = threading.Lock()
        self._session: McpSession | None = None
        self._tools: tuple[FunctionTool[..., Any], ...] = ()

    @classmethod
    def stdio(
        cls,
        command: str,
        *arguments: str,
        name: str | None = None,
        env: Mapping[str, str] | None = None,
        folder: str | os.PathLike[str] | None = None,
        **options: Any,
    ) -> Self:
        """Run `command` with `arguments`, without a shell, and talk over its standard input and output.

        The program sees `env` and little else of the environment: no keys.
        """
        if not isinstance(command, str) or not command or not all(isinstance(word, str) for word in arguments):
            raise ConfigurationError("The command of an MCP server must be a program and its arguments, as texts.", parameter="command")
        target = StdioTarget(
            command=command, arguments=arguments, env=dict(env or {}), folder=None if folder is None else os.fspath(folder)
        )
        return cls(target, name=name or os.path.basename(command), **options)

    @classmethod
    def http(
        cls,
        url: str,
        *,
        name: str | None = None,
        key: str | Secret | None = None,
        headers: Mapping[str, str] | None = None,
        insecure_origins: Sequence[str] = (),
        **options: Any,
    ) -> Self:
        """Talk to the server at `url` (streamable HTTP): https, or http on this machine. `key` goes to its origin alone, as bearer."""
        origin, path = parse_url(url)
        Policy(insecure_origins).check_origin(origin)
        secret = Secret(key, name="key of an MCP server") if isinstance(key, str) else key
        credential = None if secret is None else HeaderCredential(secret, origin=origin)
        target = HttpTarget(url=f"{origin}{path}", origin=origin, credential=credential, headers=dict(headers or {}))
        return cls(target, name=name or origin.host.replace(".", "_"), **options)

    @classmethod
    def of(cls, name: str, settings: Mapping[str, Any]) -> Self:
        """Make a server from a table of a configuration: `command`, `args`, `env`, or `url`, `headers`; and the options."""
        rest = dict(settings)
        rest.pop("type", None)
        if "command" in rest:
            return cls.stdio(rest.pop("command"), *rest.pop("args", ()), name=name, folder=rest.pop("cwd", None), **rest)
        if "url" in rest:
            return cls.http(rest.pop("url"), name=name, **rest)
        raise ConfigurationError(f"The MCP server {name!r} has neither a command nor a url.", parameter="command")

    @property
    def is_open(self) -> bool:
        """Say whether its tools can be called."""
        return self._session is not None and self._session.alive

    @property
    def foreign(self) -> bool:
        """Say whether its descriptions are words of others that nobody has read: not where it is pinned, or your own."""
        return self._untrusted and self._pinned is None

    @property
    def tools(self) -> tuple[FunctionTool[..., Any], ...]:
        """Return its tools, as they were listed when it was opened."""
        return self._tools

    def open(self) -> tuple[FunctionTool[..., Any], ...]:
        """Connect where that has not happened, and return the tools. Raises `ConnectionFailed`, `SecurityError` for a changed list."""
        with self._lock:
            if not self.is_open:
                session = McpSession(self._target, self.name)
                try:
                    self._tools = self._listed(session, session.start(self._timeout))
                except BaseException:
                    session.close()
                    raise
                self._session = session
            return self._tools

    def _listed(self, session: McpSession, listed: Sequence[Any]) -> tuple[FunctionTool[..., Any], ...]:
        offered = [listed_tool(tool) for tool in listed]
        self.fingerprint = fingerprint_of(offered)
        if self._pinned is not None and self._pinned != self.fingerprint:
            raise SecurityError(
                f"The tools of the MCP server {self.name!r} are not those that were pinned.",
                parameter="pinned",
                hint=f"Read their descriptions; if they are as they should be, pin {self.fingerprint!r}.",
            )
        chosen = [tool for tool in offered if self._only is None or tool.name in self._only]
        names = [tool.tool.name for tool in chosen]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ProtocolError(f"The MCP server {self.name!r} lists two tools called {twice!r}.")
        return tuple([self._function(session, tool) for tool in chosen])

    def _function(self, session: McpSession, listed: ListedTool) -> FunctionTool[..., Any]:
        async def call(arguments: dict[str, Any]) -> Any:
            return answer_of(await session.call(listed.name, arguments))

        return FunctionTool(
            listed.tool,
            call,
            WholeArguments(listed.tool.parameters),
            needs_approval=self._needs_approval,
            effects=self._effects.get(listed.tool.name),
            untrusted=self._untrusted,
        )

    def close(self) -> None:
        """Disconnect; a program that was started is ended."""
        with self._lock:
            session, self._session = self._session, None
        if session is not None:
            session.close()

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        from llmkit.runtime.asyncio import Asyncio

        await Asyncio().call(self.open)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        from llmkit.runtime.asyncio import Asyncio

        await Asyncio().call(self.close)

    def __repr__(self) -> str:
        return f"McpServer({self.name!r})"
