"""A provider made ready for use, and what a model id comes to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any, cast

import msgspec

from llmkit.auth.schemes import HeaderAuth
from llmkit.auth.secret import Secret
from llmkit.auth.source import Circumstances, CredentialSource, Effects, available, fixed, source, supplied
from llmkit.dialects import NAMES, dialect
from llmkit.environment import Environment
from llmkit.errors import ConfigurationError, InvalidRequest, LLMKitError, MissingKey, ServiceEnded, UnsupportedFeature
from llmkit.errors.root import alone
from llmkit.keys import Keys
from llmkit.models.families import facts
from llmkit.providers.account import Account
from llmkit.providers.provider import Provider, Route
from llmkit.providers.quirks import Quirk
from llmkit.providers.registry import Providers
from llmkit.providers.serving import Serving
from llmkit.providers.settings import Settings, fill, filled, lacking, missing, resolve, unfilled
from llmkit.runtime.protocol import Runtime
from llmkit.types.dialect import CompletionDialect, Following
from llmkit.types.http import Credential, Origin, Timeouts, Transport
from llmkit.types.parts import Provenance
from llmkit.types.profile import Profile


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """One route of a provider made ready: parsed address, credential, dialect."""

    provider: Provider
    route: Route
    origin: Origin
    path: str
    values: Mapping[str, str]
    """The row's settings."""
    fixed: Credential | None
    """The credential where it is a key in a header; else `source` has it."""
    source: CredentialSource | None
    dialect: CompletionDialect
    following: Following | None
    quirks: tuple[Quirk, ...]
    headers: tuple[tuple[str, str], ...]
    transport: Transport

    async def credential(self, runtime: Runtime, timeouts: Timeouts, deadline: float | None) -> Credential | None:
        """Return a credential that is valid now."""
        if self.fixed is not None or self.source is None:
            return self.fixed
        return await self.source.credential(
            Effects(runtime=runtime, transport=self.transport, timeouts=timeouts, deadline=deadline),
        )

    def secrets(self) -> tuple[Secret, ...]:
        """Return what no error may show."""
        return () if self.source is None else tuple(self.source.secrets())


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What a model id comes to. `path` and `stream_path` replace the dialect's, where they are set."""

    endpoint: Endpoint
    model: str
    profile: Profile
    origin: Provenance
    path: str = ""
    stream_path: str = ""


class Endpoints:
    """Makes endpoints and plans, once each."""

    def __init__(
        self,
        *,
        providers: Providers,
        keys: Keys,
        settings: Mapping[str, Mapping[str, str | Secret]],
        transport_for: Callable[[str, str], Transport],
        parse_url: Callable[[str], tuple[Origin, str]],
        user_agent: str,
        profiles: Mapping[str, dict[str, Any]],
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.providers = providers
        self._keys = keys
        self._settings = settings
        self._transport_for = transport_for
        self.parse = parse_url
        self._user_agent = user_agent
        self._profiles = profiles
        self._environment = Environment() if environment is None else environment
        self._accounts: dict[str, tuple[Provider, Keys, Mapping[str, str | Secret]]] = {}
        self._endpoints: dict[tuple[str, int | str, int], Endpoint] = {}
        self._plans: dict[tuple[str, str | None, int], Plan] = {}
        self._lock = threading.Lock()

    def plan(self, model: str, wire: str | None = None, key: int = 0) -> Plan:
        """Return what `model` comes to, by the dialect `wire` where one is asked for, with the provider's key at the place `key`.

        Raises `UnknownProvider`, `UnknownModel`, `MissingKey`, `ConfigurationError`, `ServiceEnded` or `UnsupportedFeature`.
        """
        plan = self._plans.get((model, wire, key))
        if plan is None:
            plan = self._plan(model, wire, key)
            with self._lock:
                if len(self._plans) > 4096:  # model ids may come from outside
                    self._plans.clear()
                self._plans[model, wire, key] = plan
        return plan

    def _plan(self, model: str, wire: str | None, key: int) -> Plan:
        provider, name = self.providers.resolve(model)
        check_served(provider)
        route = provider.route(name, wire)
        if not provider.dialect and (route is None or not route.dialect):
            raise _no_conversation(provider)
        if route is None:
            spoken = ", ".join(dict.fromkeys([provider.dialect, *(way.dialect for way in provider.routes)]))
            raise InvalidRequest(f"{provider.name} does not speak {wire!r}.", parameter="dialect", hint=f"It speaks {spoken}.")
        endpoint = self.endpoint(provider, route, key)
        profile = endpoint.dialect.PROFILE.fitted(route.profile, facts(name), self._profiles.get(provider.of or provider.name, {}))
        account = "" if endpoint.source is None else endpoint.source.account
        return Plan(
            endpoint=endpoint,
            model=name,
            profile=profile,
            origin=Provenance(provider=provider.of or provider.name, dialect=endpoint.dialect.NAME, model=name, account=account),
            path=fill(route.path, endpoint.values, name),
            stream_path=fill(route.stream_path or route.path, endpoint.values, name),
        )

    def endpoint(self, provider: Provider, route: Route | None = None, key: int = 0) -> Endpoint:
        """Return `provider` made ready with its key at the place `key`. Raises `MissingKey` or `ConfigurationError`."""
        route = provider.own_route if route is None else route
        which = next((place for place, way in enumerate(provider.routes) if way is route), -1)
        return self._once((provider.name, which, key), provider, route)

    def serving(self, provider: Provider, way: Serving, key: int = 0) -> Endpoint:
        """Return the place where `provider` does an operation, made ready with its key at the place `key`.

        `way` may have an address, a wire format and a credential of its own.
        """
        check_served(provider)
        route = provider.route("", way.dialect)
        if route is not None and not (way.base_url or way.auth or way.headers or way.follows):
            return self.endpoint(provider, route, key)
        route = route or provider.own_route
        route = route.replace(
            dialect=way.dialect,
            base_url=way.base_url or route.base_url,
            follows=(*route.follows, *way.follows),
            auth=way.auth or route.auth,
            headers={**route.headers, **way.headers},
        )
        place = " ".join([way.dialect, way.base_url, *way.follows, *way.headers, repr(way.auth)])
        return self._once((provider.name, place, key), provider, route)

    def _once(self, key: tuple[str, int | str, int], provider: Provider, route: Route) -> Endpoint:
        endpoint = self._endpoints.get(key)
        if endpoint is None:
            endpoint = self._made(provider, route, key[2])
            with self._lock:  # whoever came first: its source is the one that everybody waits for
                endpoint = self._endpoints.setdefault(key, endpoint)
        return endpoint

    def _made(self, provider: Provider, route: Route, key: int) -> Endpoint:
        failure: LLMKitError
        try:
            return self._endpoint(provider, route, key)
        except LLMKitError as error:
            failure = alone(error)
        raise failure

    def _endpoint(self, provider: Provider, route: Route, key: int) -> Endpoint:
        settings = resolve(provider, self._own_settings(provider), self._environment)
        address = fill(route.base_url or provider.base_url, settings.values)
        if name := unfilled(address):
            raise lacking(provider, name)
        origin, path = self.parse(address)
        scheme = provider.auth if route.auth is None else route.auth
        given = self._circumstances(provider, origin, settings, key)
        way, ready = _credentials(scheme, given, provider)
        known = dialect(route.dialect) if route.dialect in NAMES else _codec(route.dialect)
        headers = {name: fill(value, settings.values) for name, value in {**provider.headers, **route.headers}.items()}
        headers = {name: value for name, value in headers.items() if not unfilled(value)}  # what needs an optional setting
        return Endpoint(
            provider=provider,
            route=route,
            origin=origin,
            path=path.rstrip("/"),
            values=settings.values,
            fixed=ready,
            source=way,
            dialect=known,
            following=cast("Following", known) if hasattr(known, "follow") else None,
            quirks=tuple([filled(quirk, settings.values) for quirk in route.quirks]),
            headers=(("Content-Type", "application/json"), ("Accept", "*/*"), ("User-Agent", self._user_agent), *headers.items()),
            transport=self._transport_for(provider.engine, settings.values.get(provider.ca_file, "")),
        )

    def _own_settings(self, provider: Provider) -> Mapping[str, str | Secret]:
        """Return what the caller gives and, of the rest, what the credential's own files say."""
        given = self._settings.get(provider.of or provider.name, {})
        if provider.of:
            given = {**given, **self._accounts[provider.name][2]}
        more = supplied(provider.auth, given, self._environment)
        return {**{name: more[name] for name in more if any(setting.name == name for setting in provider.settings)}, **given}

    def _circumstances(self, provider: Provider, origin: Origin, settings: Settings, key: int = 0) -> Circumstances:
        return Circumstances(
            provider=provider.name,
            origin=origin,
            secret=self._secret(provider, key),
            settings=settings.values,
            secrets=settings.secrets,
            environment=self._environment,
            parse_url=self.parse,
            env=provider.env,
        )

    def _secret(self, provider: Provider, key: int) -> Secret | None:
        if not provider.of:
            return self._keys.find(provider, key)
        row, keys, _ = self._accounts[provider.name]
        return keys.find(row, key)

    def deploy(self, provider: Provider, account: Account) -> Provider:
        """Return the row of another account at `provider`. Raises `ConfigurationError` where its name is taken by another."""
        row = account.row(provider)
        keys, owner = self._keys, provider
        if isinstance(account.key, Secret):
            keys, owner = Keys({row.name: account.key}, {}, self._environment), row
        elif account.key:
            keys, owner = Keys({}, {row.name: account.key}, self._environment), row
        with self._lock:
            self._accounts[row.name] = (owner, keys, account.settings)
        return row

    def region(self, provider: Provider) -> str:
        """Return where `provider` serves from: as its setting for that says, else its row; empty: not known."""
        name = next((setting.name for setting in provider.settings if setting.name in ("region", "location")), "")
        own = self._own_settings(provider)
        if not name or missing(provider, own, self._environment):
            return provider.region
        try:
            return resolve(provider, own, self._environment).values.get(name, "") or provider.region
        except ConfigurationError:  # whoever calls it is told; here nothing is known
            return ""

    def available(self, provider: Provider) -> bool:
        """Tell whether credentials and settings for `provider` are there, as far as files and the environment say."""
        own = self._own_settings(provider)
        if missing(provider, own, self._environment):
            return False
        settings = resolve(provider, own, self._environment)
        address = fill(provider.base_url, settings.values)
        if unfilled(address):
            return False
        origin, _ = self.parse(address)
        return provider.local or available(provider.auth, self._circumstances(provider, origin, settings))

    def account(self, provider: str, key: int) -> str:
        """Return the fingerprint of the key at the place `key`, as the parts of its answers carry it."""
        endpoint = self.endpoint(self.providers.get(provider), None, key)
        return "" if endpoint.source is None else endpoint.source.account

    def forget(self) -> None:
        """Drop what was made ready; the next call makes it anew."""
        with self._lock:
            self._endpoints.clear()
            self._plans.clear()


def check_served(provider: Provider) -> None:
    """Raise `ServiceEnded` for a provider that is no more."""
    if provider.ended:
        since, _, instead = provider.ended.partition(" ")
        raise ServiceEnded(provider.name, since=since.rstrip(":,;"), hint=instead or None)


def _codec(name: str) -> CompletionDialect:
    """Return the format of an operation: whoever made its endpoint knows what it can do, and what all do is to read errors."""
    from llmkit.dialects.operations import codec

    return cast("CompletionDialect", codec(name) or dialect(name))


def _no_conversation(provider: Provider) -> UnsupportedFeature:
    """Return the error that says what a provider without conversations does instead."""
    done = ", ".join([name.replace("_", " ") for name in provider.operations])
    spoken = ", ".join([way.dialect for way in provider.routes if way.dialect])
    hints = [f"It serves: {done}." if done else "", f"Pass dialect= ({spoken})." if spoken else ""]
    hint = " ".join([words for words in hints if words])
    return UnsupportedFeature("conversations in a format known here", where=provider.title, hint=hint or None)


def _credentials(scheme: Any, given: Circumstances, provider: Provider) -> tuple[CredentialSource | None, Credential | None]:
    """Return where the credential comes from, and the credential itself where it never changes."""
    if not isinstance(scheme, HeaderAuth):
        return source(scheme, given), None
    found = fixed(scheme, given)
    if found is None and not provider.local:
        raise MissingKey(provider.name, env=provider.env)
    return found, None if found is None else found.held
