"""A real MCP server for the tests: over stdio where it is run, over HTTP where `app` is served."""

from __future__ import annotations

import os

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.utilities.types import Image

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)


def server(description: str = "Add two numbers.") -> MCPServer:
    """Return a server; another `description` is a server that has changed its mind."""
    made = MCPServer("example", log_level="CRITICAL")

    @made.tool(description=description)
    def add(a: int, b: int) -> int:
        return a + b

    @made.tool(description="Say\u202e it\U000e0041\U000e0042 back.\x07")
    def echo(text: str) -> str:
        return text

    @made.tool()
    def environment() -> list[str]:
        """Tell which variables there are."""
        return sorted(os.environ)

    @made.tool()
    def fail() -> str:
        """Fail."""
        raise ValueError("the server is sorry")

    @made.tool()
    def picture() -> Image:
        """Draw."""
        return Image(data=PIXEL, format="png")

    @made.tool()
    async def wait() -> str:
        """Wait for ever."""
        import asyncio

        await asyncio.sleep(600)
        return "late"

    return made


if __name__ == "__main__":
    server().run("stdio")
