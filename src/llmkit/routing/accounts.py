"""Name the accounts of a router's deployments: those with a key, an address or settings of their own are providers of their own."""

from __future__ import annotations

from collections.abc import Iterator

from llmkit.errors import ConfigurationError
from llmkit.providers.account import Account
from llmkit.routing.tree import Deployment


class Accounts:
    """The accounts in the order in which they were met. The same deployments get the same names in every process."""

    def __init__(self) -> None:
        self._known: dict[str, Account] = {}

    def __iter__(self) -> Iterator[Account]:
        return iter(self._known.values())

    def model(self, node: Deployment) -> str:
        """Return the id under which `node` is called: its model, or `provider@name/id`. Raises `ConfigurationError`."""
        if not node.apart:
            return node.model
        provider, _, name = node.model.partition("/")
        return f"{self._account(node, provider).name}/{name}"

    def _account(self, node: Deployment, provider: str) -> Account:
        wanted = Account(name="", provider=provider, key=node.key, base_url=node.base_url, settings=dict(node.settings))
        same = [known for known in self._known.values() if known.replace(name="") == wanted]
        fitting = [known for known in same if not node.name or known.name == f"{provider}@{node.name}"]
        if fitting:
            return fitting[0]
        taken = sum(1 for known in self._known.values() if known.provider == provider)
        account = wanted.replace(name=f"{provider}@{node.name or taken + 2}")
        if account.name in self._known:
            raise ConfigurationError(f"Two deployments are called {account.name}, with another key, address or settings.", parameter="name")
        self._known[account.name] = account
        return account
