"""Keys that the machine hands to whatever runs on it: containers (ECS, EKS pods) and instances (EC2, version 2 of its service alone)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import msgspec

from llmkit.auth.aws_answers import Answer, Clock, Keys, ask, keys_in_json, refused
from llmkit.auth.credential_file import read_secret
from llmkit.auth.header import HeaderCredential
from llmkit.auth.machine import LIMITS, on_machine
from llmkit.auth.secret import Secret
from llmkit.auth.source import Circumstances, Effects
from llmkit.errors import ConnectionFailed, MissingKey, Timeout
from llmkit.types.http import Timeouts

_CONTAINER = "http://169.254.170.2"
_INSTANCE = "http://169.254.169.254"
_INSTANCE_SIX = "http://[fd00:ec2::254]"
_ROLES = "/latest/meta-data/iam/security-credentials/"
_LIFE = "21600"
RELATIVE, FULL = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"


def in_container(environment: Mapping[str, str]) -> bool:
    """Tell whether a container's credential service is named."""
    return bool(environment.get(RELATIVE) or environment.get(FULL))


def instance_allowed(environment: Mapping[str, str]) -> bool:
    """Tell whether the instance may be asked."""
    return environment.get("AWS_EC2_METADATA_DISABLED", "").lower() != "true"


async def container_keys(given: Circumstances, effects: Effects, clock: Clock) -> Keys:
    """Ask the container's service: https, this machine, or one of the fixed link-local addresses; the transport refuses all others."""
    environment = given.environment
    relative = environment.get(RELATIVE)
    address = on_machine(given.parse_url(_CONTAINER + "/" + relative.lstrip("/") if relative else environment[FULL]))
    if address[0].scheme == "https":
        address = (address[0].replace(machine=False), address[1])
    secret = _container_token(environment)
    credential = None if secret is None else HeaderCredential(secret, origin=address[0], prefix="")
    answer = await ask(effects, address, headers={"Accept": "application/json"}, credential=credential, timeouts=_limits(effects))
    if answer.status != 200:
        raise refused(answer, "The container's credential service")
    return keys_in_json(answer.body, clock, "The container's credential service")


async def instance_keys(given: Circumstances, effects: Effects, clock: Clock) -> Keys:
    """Ask the instance for its role's keys: first for a session, which other machines cannot get. Raises `MissingKey` off AWS."""
    base = _INSTANCE_SIX if given.environment.get("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "").lower() == "ipv6" else _INSTANCE
    service = "The instance's metadata service"
    try:
        session = await _instance(given, effects, base + "/latest/api/token", None)
    except (ConnectionFailed, Timeout):
        session = None
    if session is None or session.status in (403, 404, 405):
        raise MissingKey(given.provider, env=(*given.env, "AWS_ACCESS_KEY_ID", "AWS_PROFILE"))
    if session.status != 200:
        raise refused(session, service)
    secret = Secret(session.body.decode("ascii", "replace").strip(), name="session of the metadata service")
    roles = await _instance(given, effects, base + _ROLES, secret)
    if roles.status == 404:
        raise MissingKey(given.provider, env=(*given.env, "AWS_ACCESS_KEY_ID", "AWS_PROFILE"))
    role = roles.body.decode("utf-8", "replace").split("\n")[0].strip()
    if roles.status != 200 or not role:
        raise refused(roles, service)
    answer = await _instance(given, effects, base + _ROLES + quote(role, safe=""), secret)
    if answer.status != 200:
        raise refused(answer, service)
    return keys_in_json(answer.body, clock, service)


async def _instance(given: Circumstances, effects: Effects, url: str, session: Secret | None) -> Answer:
    address = on_machine(given.parse_url(url))
    if session is None:
        headers = {"X-aws-ec2-metadata-token-ttl-seconds": _LIFE}
        return await ask(effects, address, method="PUT", headers=headers, timeouts=_limits(effects))
    credential = HeaderCredential(session, origin=address[0], name="X-aws-ec2-metadata-token", prefix="")
    return await ask(effects, address, credential=credential, timeouts=_limits(effects))


def _container_token(environment: Mapping[str, str]) -> Secret | None:
    """The file wins, for it is renewed while we run."""
    file = environment.get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")
    if file:
        return read_secret(Path(file), "container authorization token")
    text = environment.get("AWS_CONTAINER_AUTHORIZATION_TOKEN")
    return Secret(text, name="AWS_CONTAINER_AUTHORIZATION_TOKEN") if text else None


def _limits(effects: Effects) -> Timeouts:
    return msgspec.structs.replace(LIMITS, total=effects.timeouts.total)
