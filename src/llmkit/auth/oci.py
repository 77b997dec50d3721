"""Oracle's request signing: each request is signed with the user's private key, and nothing secret is sent.

The key is named in the configuration file of Oracle's tools, `~/.oci/config`; a security token of `oci session` works too.
Source: docs.oracle.com/en-us/iaas/Content/API/Concepts/signingrequests.htm, 2026-11.
"""

from __future__ import annotations

import base64
import configparser
import hashlib
import time
from collections.abc import Iterable
from email.utils import formatdate
from pathlib import Path

from llmkit.auth.credential_file import home, read_bytes
from llmkit.auth.refresh import Fetched, Refreshing
from llmkit.auth.rsa import RsaKey
from llmkit.auth.schemes import OciAuth
from llmkit.auth.secret import Secret
from llmkit.auth.source import Circumstances, CredentialSource, Effects
from llmkit.auth.tokens import in_header
from llmkit.errors import ConfigurationError, MissingKey
from llmkit.types.http import Credential, HttpRequest, Origin

_REREAD = 600.0  # a session's token lives an hour and `oci session refresh` writes the file anew


def oci_source(scheme: OciAuth, given: Circumstances) -> CredentialSource:
    """Return the source of credentials. Raises `MissingKey` where there is neither a key nor a configuration file."""
    if given.secret is not None:
        return in_header(given.secret, given.origin)
    path = config_file(given)
    if not path.is_file():
        raise MissingKey(given.provider, env=(*given.env, "OCI_CONFIG_FILE"))
    return _Signatures(given, path)


def oci_found(given: Circumstances) -> bool:
    """Tell whether credentials are there."""
    return given.secret is not None or config_file(given).is_file()


def config_file(given: Circumstances) -> Path:
    """Return where Oracle's configuration file lies."""
    named = given.settings.get("config_file")
    return Path(named).expanduser() if named else home(given.environment) / ".oci" / "config"


class SignedByOracle:
    """Signs requests to `origin` with the key known as `key_id`."""

    __slots__ = ("_key", "_key_id", "origin")

    def __init__(self, key: RsaKey, key_id: str, origin: Origin) -> None:
        self._key = key
        self._key_id = key_id
        self.origin = origin

    def headers(self, request: HttpRequest) -> tuple[tuple[str, str], ...]:
        """Return the date, the hash of the body and the signature over them."""
        signed = {
            "date": formatdate(time.time(), usegmt=True),
            "(request-target)": f"{request.method.lower()} {request.path}",
            "host": request.origin.netloc,
        }
        if request.method in ("POST", "PUT", "PATCH"):
            kinds = [value for name, value in request.headers if name.lower() == "content-type"]
            signed["content-length"] = str(len(request.body))
            signed["content-type"] = kinds[0] if kinds else "application/json"
            signed["x-content-sha256"] = base64.b64encode(hashlib.sha256(request.body).digest()).decode()
        signature = self._key.sign("\n".join(f"{name}: {value}" for name, value in signed.items()).encode())
        fields = f'keyId="{self._key_id}",algorithm="rsa-sha256",headers="{" ".join(signed)}"'
        proof = f'Signature version="1",{fields},signature="{base64.b64encode(signature).decode()}"'
        added = [("date", signed["date"]), ("authorization", proof)]
        return (*added, ("x-content-sha256", signed["x-content-sha256"])) if "x-content-sha256" in signed else tuple(added)

    def __repr__(self) -> str:
        return f"SignedByOracle({self.origin})"


class _Signatures:
    """Makes signers from the configuration file, which is read again now and then and when the server refuses one."""

    def __init__(self, given: Circumstances, path: Path) -> None:
        self._given = given
        self._path = path
        self._token: Secret | None = None
        self._refreshing: Refreshing[SignedByOracle] = Refreshing(self._read)
        self.account = Secret(self._profile()["tenancy"]).fingerprint()

    async def credential(self, effects: Effects, /) -> Credential:
        return await self._refreshing.get(effects)

    def forget(self, credential: Credential, /) -> bool:
        return isinstance(credential, SignedByOracle) and self._refreshing.forget(credential)

    def secrets(self) -> Iterable[Secret]:
        return () if self._token is None else (self._token,)

    async def _read(self, effects: Effects) -> Fetched[SignedByOracle]:
        profile = self._profile()
        key_file = Path(profile["key_file"]).expanduser()
        passphrase = profile.get("pass_phrase", "").encode() or None
        key = RsaKey(read_bytes(key_file, "private key of the OCI configuration"), extra="llmkit[oci]", passphrase=passphrase)
        return Fetched(credential=SignedByOracle(key, self._key_id(profile), self._given.origin), lifetime=_REREAD)

    def _key_id(self, profile: dict[str, str]) -> str:
        if "security_token_file" in profile:
            token = read_bytes(Path(profile["security_token_file"]).expanduser(), "security token file").decode("ascii", "replace").strip()
            self._token = Secret(token, name="security token")
            return f"ST${token}"
        return f"{profile['tenancy']}/{profile['user']}/{profile['fingerprint']}"

    def _profile(self) -> dict[str, str]:
        """Return the section of the file, with the fields that a signature needs."""
        parser = configparser.ConfigParser(interpolation=None)
        problem = ""
        try:
            parser.read_string(read_bytes(self._path, "OCI configuration file").decode("utf-8", "replace"))
        except configparser.Error as error:
            problem = f"it is no INI file ({type(error).__name__})"
        name = self._given.settings.get("profile") or "DEFAULT"
        profile = dict(parser[name]) if not problem and (name == "DEFAULT" or name in parser) else {}
        wanted = ("tenancy", "key_file") if "security_token_file" in profile else ("tenancy", "user", "fingerprint", "key_file")
        missing = [field for field in wanted if not profile.get(field)]
        if problem or missing:
            raise ConfigurationError(
                f"The OCI configuration file {self._path} cannot be used: {problem or f'[{name}] lacks {missing[0]}'}.",
                parameter="config_file",
            )
        return profile
