"""Read what the AWS tools keep in the user's home: profiles, their keys, and single sign-on sessions."""

from __future__ import annotations

from collections.abc import Mapping
from configparser import Error as NotIni
from configparser import RawConfigParser
from pathlib import Path

import msgspec

from llmkit.auth.credential_file import home, read_bytes
from llmkit.auth.secret import Secret
from llmkit.auth.sigv4 import AwsKeys
from llmkit.errors import ConfigurationError

_SECRETS = frozenset({"aws_secret_access_key", "aws_session_token", "aws_security_token"})
_REGIONS = ("AWS_REGION", "AWS_DEFAULT_REGION")


class AwsProfile(msgspec.Struct, frozen=True, kw_only=True):
    """One profile: its settings but for the secrets, and its keys where it has any."""

    name: str
    settings: dict[str, str] = {}
    keys: AwsKeys | None = None


class AwsFiles(msgspec.Struct, frozen=True, kw_only=True):
    """All profiles and single sign-on sessions by name."""

    profiles: dict[str, AwsProfile] = {}
    sessions: dict[str, dict[str, str]] = {}

    def profile(self, name: str) -> AwsProfile:
        """Return a profile that must be there."""
        found = self.profiles.get(name)
        if found is None:
            known = ", ".join(sorted(self.profiles)[:10]) or "none"
            raise ConfigurationError(f"There is no AWS profile {name!r}.", parameter="settings", hint=f"Known: {known}.")
        return found


def read_files(environment: Mapping[str, str]) -> AwsFiles:
    """Return what the shared configuration and credentials files say; the latter wins."""
    folder = home(environment) / ".aws"
    profiles: dict[str, dict[str, str]] = {}
    sessions: dict[str, dict[str, str]] = {}
    for section, settings in _sections(_path(environment, "AWS_CONFIG_FILE", folder / "config")).items():
        kind, _, name = section.partition(" ")
        if section == "default" or kind == "profile":
            profiles.setdefault(name.strip() or "default", {}).update(settings)
        elif kind == "sso-session":
            sessions[name.strip()] = settings
    for section, settings in _sections(_path(environment, "AWS_SHARED_CREDENTIALS_FILE", folder / "credentials")).items():
        profiles.setdefault(section, {}).update(settings)
    return AwsFiles(profiles={name: _profile(name, settings) for name, settings in profiles.items()}, sessions=sessions)


def profile_name(settings: Mapping[str, str], environment: Mapping[str, str]) -> str | None:
    """Return the profile that was asked for, None where it is the default one."""
    return settings.get("profile") or environment.get("AWS_PROFILE") or environment.get("AWS_DEFAULT_PROFILE") or None


def region_of(given: Mapping[str, str | Secret], environment: Mapping[str, str]) -> str | None:
    """Return the region that the profile names, unless the caller or the environment says one."""
    if given.get("region") or any(environment.get(name) for name in _REGIONS):
        return None
    wanted = given.get("profile")
    name = wanted if isinstance(wanted, str) else profile_name({}, environment)
    profile = read_files(environment).profiles.get(name or "default")
    return None if profile is None else profile.settings.get("region")


def _path(environment: Mapping[str, str], variable: str, usual: Path) -> Path:
    named = environment.get(variable)
    return Path(named).expanduser() if named else usual


def _sections(path: Path) -> dict[str, dict[str, str]]:
    if not path.is_file():
        return {}
    parser = RawConfigParser(default_section="\0", strict=False, inline_comment_prefixes=None)
    problem = ""
    try:
        parser.read_string(read_bytes(path, "AWS file").decode("utf-8-sig", "replace"))
    except NotIni:
        problem = f"The AWS file {path} is malformed."  # the parser's own words would quote lines, and lines hold keys
    if problem:
        raise ConfigurationError(problem, parameter="settings")
    return {section: dict(parser.items(section)) for section in parser.sections()}


def _profile(name: str, settings: dict[str, str]) -> AwsProfile:
    plain = {setting: value for setting, value in settings.items() if setting not in _SECRETS}
    secret = settings.get("aws_secret_access_key", "").strip()
    key_id = settings.get("aws_access_key_id", "").strip()
    token = (settings.get("aws_session_token") or settings.get("aws_security_token") or "").strip()
    keys = make_keys(key_id, secret, token, f"AWS profile {name}") if key_id and secret else None
    return AwsProfile(name=name, settings=plain, keys=keys)


def make_keys(key_id: str, secret: str, token: str | None, where: str) -> AwsKeys:
    """Return keys from their texts. Raises `ConfigurationError` where one cannot be a key."""
    Secret(key_id, name=f"key id of the {where}")  # it goes into a header too
    session = Secret(token, name=f"session token of the {where}") if token else None
    return AwsKeys(key_id=key_id, secret=Secret(secret, name=f"secret key of the {where}"), token=session)
