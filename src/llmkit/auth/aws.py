"""Where AWS keys come from: the caller, the environment, profiles, web identities, containers and instances, in that order."""

from __future__ import annotations

from collections.abc import Mapping

from llmkit.auth.aws_answers import Clock, Keys, now
from llmkit.auth.aws_files import AwsFiles, AwsProfile, make_keys, profile_name, read_files, region_of
from llmkit.auth.aws_machine import container_keys, in_container, instance_allowed, instance_keys
from llmkit.auth.aws_roles import role_keys, web_identity_keys
from llmkit.auth.aws_sso import sso_keys
from llmkit.auth.header import HeaderCredential
from llmkit.auth.refresh import Fetched, Refreshing
from llmkit.auth.schemes import AwsAuth
from llmkit.auth.secret import Secret
from llmkit.auth.sigv4 import AwsKeys, SignatureV4
from llmkit.auth.source import Circumstances, CredentialSource, Effects, Fixed
from llmkit.errors import ConfigurationError, MissingKey
from llmkit.types.http import Credential

_ALLOWED = "allow"
_ENVIRONMENT = ("AWS_ACCESS_KEY_ID", "AWS_PROFILE")


def aws_source(scheme: AwsAuth, given: Circumstances, clock: Clock = now) -> CredentialSource:
    """Return the source of credentials for `scheme`: a key is sent as it is, else requests are signed."""
    if given.secret is not None:
        return Fixed(HeaderCredential(given.secret, origin=given.origin), given.secret)
    region = given.settings.get("region")
    if not region:
        if not aws_found(given):
            raise MissingKey(given.provider, env=(*given.env, *_ENVIRONMENT))
        raise ConfigurationError(
            f"{given.provider} needs its region.",
            parameter=f"settings.{given.provider}.region",
            hint="Set AWS_REGION, name a region in the AWS profile, or pass it in settings.",
        )
    return AwsSource(scheme.service, region, given, clock)


def aws_region(given: Mapping[str, str | Secret], environment: Mapping[str, str]) -> dict[str, str]:
    """Return the setting `region` as the profile says it, where neither the caller nor the environment does."""
    region = region_of(given, environment)
    return {"region": region} if region else {}


def aws_found(given: Circumstances) -> bool:
    """Tell whether credentials are there, as far as files and the environment say; the machine is not asked."""
    if given.secret is not None or _given_keys(given) is not None or _environment_keys(given.environment) is not None:
        return True
    if in_container(given.environment) or _web_identity(given.environment) is not None:
        return True
    profile = read_files(given.environment).profiles.get(profile_name(given.settings, given.environment) or "default")
    return profile is not None and _kind(profile) != ""


class AwsSource:
    """Signs requests for one service in one region, with keys that are renewed before they expire."""

    __slots__ = ("_clock", "_given", "_keys", "_region", "_service", "_signer", "account")

    def __init__(self, service: str, region: str, given: Circumstances, clock: Clock) -> None:
        self._service = service
        self._region = region
        self._given = given
        self._clock = clock
        self._keys: Refreshing[AwsKeys] = Refreshing(self._fetch)
        self._signer: SignatureV4 | None = None
        self.account = ""  # not known before keys are fetched; and keys that are renewed are still the same account's

    async def credential(self, effects: Effects, /) -> Credential:
        """Return a signer with keys that are valid now."""
        keys = await self._keys.get(effects)
        signer = self._signer
        if signer is None or signer.keys is not keys:
            signer = SignatureV4(keys, origin=self._given.origin, region=self._region, service=self._service, clock=self._clock)
            self._signer = signer
        return signer

    def forget(self, credential: Credential, /) -> bool:
        """Drop keys that were refused. Keys that the caller gave do not change."""
        if not isinstance(credential, SignatureV4) or _given_keys(self._given) is not None:
            return False  # what is given stays known: the error that follows must be scrubbed of it
        return self._keys.forget(credential.keys)

    def secrets(self) -> tuple[Secret, ...]:
        """Return the keys held now."""
        held = self._keys.held
        return () if held is None else held.secrets()

    async def _fetch(self, effects: Effects) -> Keys:
        given, environment = self._given, self._given.environment
        keys = _given_keys(given)
        if keys is None and not given.settings.get("profile"):
            keys = _environment_keys(environment)
        if keys is not None:
            return Fetched(credential=keys)
        wanted = profile_name(given.settings, environment)
        files = read_files(environment)
        if wanted is not None:
            return await self._of_profile(files, files.profile(wanted), effects, ())
        identity = _web_identity(environment)
        if identity is not None:
            return await web_identity_keys(given, effects, self._clock, identity, self._region)
        default = files.profiles.get("default")
        if default is not None and _kind(default):
            return await self._of_profile(files, default, effects, ())
        return await self._of_machine(effects)

    async def _of_machine(self, effects: Effects) -> Keys:
        if in_container(self._given.environment):
            return await container_keys(self._given, effects, self._clock)
        if instance_allowed(self._given.environment):
            return await instance_keys(self._given, effects, self._clock)
        raise MissingKey(self._given.provider, env=(*self._given.env, *_ENVIRONMENT))

    async def _of_profile(self, files: AwsFiles, profile: AwsProfile, effects: Effects, seen: tuple[str, ...]) -> Keys:
        settings = profile.settings
        # A profile may name itself as the source of its role's keys: then they stand beside the role.
        match "keys" if profile.name in seen else _kind(profile):
            case "role":
                source = await self._of_role_source(files, profile, effects, (*seen, profile.name))
                return await role_keys(
                    self._given, effects, self._clock, source.credential, settings, settings.get("region") or self._region
                )
            case "web identity":
                return await web_identity_keys(self._given, effects, self._clock, settings, self._region)
            case "sso":
                session = files.sessions.get(settings.get("sso_session", ""), {})
                return await sso_keys(self._given, effects, self._clock, settings, session)
            case "keys" if profile.keys is not None:
                return Fetched(credential=profile.keys)
            case "process":
                return await self._of_process(settings["credential_process"], effects)
        raise ConfigurationError(f"The AWS profile {profile.name!r} holds no keys and no way to them.", parameter="settings")

    async def _of_role_source(self, files: AwsFiles, profile: AwsProfile, effects: Effects, seen: tuple[str, ...]) -> Keys:
        name, place = profile.settings.get("source_profile"), profile.settings.get("credential_source", "").lower()
        if name:
            if name in seen and name != profile.name:
                raise ConfigurationError(f"The AWS profile {name!r} leads back to itself.", parameter="settings")
            return await self._of_profile(files, files.profile(name), effects, seen)
        if place == "environment":
            keys = _environment_keys(self._given.environment)
            if keys is None:
                raise MissingKey(self._given.provider, env=_ENVIRONMENT[:1])
            return Fetched(credential=keys)
        if place in ("ec2instancemetadata", "ecscontainer"):
            return await self._of_machine(effects)
        raise ConfigurationError(f"The AWS profile {profile.name!r} does not say whose keys assume its role.", parameter="settings")

    async def _of_process(self, command: str, effects: Effects) -> Keys:
        if self._given.settings.get("credential_process") != _ALLOWED:
            provider = self._given.provider
            raise ConfigurationError(
                "The AWS profile names a program to run for its keys.",
                parameter=f"settings.{provider}.credential_process",
                hint=f'Allow it with settings={{"{provider}": {{"credential_process": "{_ALLOWED}"}}}}.',
            )
        from llmkit.auth.aws_process import process_keys

        return await process_keys(command, effects, self._clock)


def _kind(profile: AwsProfile) -> str:
    """Return how a profile leads to keys, in the order of the AWS tools."""
    settings = profile.settings
    if settings.get("role_arn") and (settings.get("source_profile") or settings.get("credential_source")):
        return "role"
    if settings.get("role_arn") and settings.get("web_identity_token_file"):
        return "web identity"
    if settings.get("sso_account_id") or settings.get("sso_role_name"):
        return "sso"
    if profile.keys is not None:
        return "keys"
    return "process" if settings.get("credential_process") else ""


def _given_keys(given: Circumstances) -> AwsKeys | None:
    key_id, secret = given.settings.get("access_key_id"), given.secrets.get("secret_access_key")
    if not key_id or secret is None:
        return None
    return AwsKeys(key_id=key_id, secret=secret, token=given.secrets.get("session_token"))


def _environment_keys(environment: Mapping[str, str]) -> AwsKeys | None:
    key_id, secret = environment.get("AWS_ACCESS_KEY_ID"), environment.get("AWS_SECRET_ACCESS_KEY")
    return make_keys(key_id, secret, environment.get("AWS_SESSION_TOKEN"), "environment") if key_id and secret else None


def _web_identity(environment: Mapping[str, str]) -> dict[str, str] | None:
    file, role = environment.get("AWS_WEB_IDENTITY_TOKEN_FILE"), environment.get("AWS_ROLE_ARN")
    if not file or not role:
        return None
    name = environment.get("AWS_ROLE_SESSION_NAME", "")
    return {"web_identity_token_file": file, "role_arn": role, "role_session_name": name}
