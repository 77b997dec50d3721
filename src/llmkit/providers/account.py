"""A provider once more, under another name: its own key, address or settings, and nothing shared with the first."""

from __future__ import annotations

from llmkit.auth.secret import Secret
from llmkit.providers.provider import Provider
from llmkit.types.model import Model


class Account(Model, frozen=True, kw_only=True):
    """What is called `name` (`openai@eu`): the row `provider` with what is given here; the rest is as of that row.

    `key` is a `Secret`, or says where it is: `env:NAME` or `file:PATH`.
    """

    name: str
    provider: str
    key: str | Secret = ""
    base_url: str = ""
    settings: dict[str, str | Secret] = {}

    def row(self, base: Provider) -> Provider:
        """Return the row. With a key of its own it looks for no other: a missing one must not be stood in for by another account's."""
        moved = base.at(self.base_url) if self.base_url else base
        row = moved.replace(name=self.name, of=base.name, aliases=(), prefixes=(), starter="")
        return row.replace(env=()) if self.key else row
