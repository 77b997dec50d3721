"""Keys of a role, from AWS's token service: for other keys, or for the token of a web identity."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlencode

from llmkit.auth.aws_answers import Clock, Keys, ask, keys_in_xml, refused
from llmkit.auth.credential_file import read_secret
from llmkit.auth.secret import Secret
from llmkit.auth.sigv4 import AwsKeys, SignatureV4
from llmkit.auth.source import Circumstances, Effects
from llmkit.auth.token_request import Question, text
from llmkit.errors import ConfigurationError
from llmkit.types.http import Origin

_VERSION = "2011-06-15"
_FORM = "application/x-www-form-urlencoded"
_SERVICE = "AWS's token service"
_CHINA = "cn-"


def token_service(given: Circumstances, region: str) -> tuple[Origin, str]:
    """Return the address of the regional token service."""
    top = "amazonaws.com.cn" if region.startswith(_CHINA) else "amazonaws.com"
    return given.parse_url(given.environment.get("AWS_ENDPOINT_URL_STS") or f"https://sts.{region}.{top}/")


async def role_keys(given: Circumstances, effects: Effects, clock: Clock, keys: AwsKeys, settings: Mapping[str, str], region: str) -> Keys:
    """Assume the role of a profile with `keys`."""
    if settings.get("mfa_serial"):
        raise ConfigurationError(
            "The AWS profile asks for a code of a second factor, which nobody is there to type.",
            parameter="settings",
            hint="Log in with the AWS tools and use the session's profile.",
        )
    address = token_service(given, region)
    form = {"Action": "AssumeRole", "Version": _VERSION, **_role(settings)}
    if settings.get("external_id"):
        form["ExternalId"] = settings["external_id"]
    signer = SignatureV4(keys, origin=address[0], region=region, service="sts", clock=clock)
    answer = await ask(effects, address, method="POST", headers={"Content-Type": _FORM}, body=urlencode(form).encode(), credential=signer)
    if answer.status != 200:
        raise refused(answer, _SERVICE)
    return keys_in_xml(answer.body, clock, _SERVICE)


async def web_identity_keys(given: Circumstances, effects: Effects, clock: Clock, settings: Mapping[str, str], region: str) -> Keys:
    """Assume a role with the token that Kubernetes or a build system writes to a file, which is read each time: it is renewed."""
    secret = read_secret(Path(settings["web_identity_token_file"]), "web identity token")
    form: dict[str, str | Secret] = {
        "Action": "AssumeRoleWithWebIdentity",
        "Version": _VERSION,
        **_role(settings),
        "WebIdentityToken": secret,
    }
    question = Question(address=token_service(given, region), form=form, headers={"Accept": "text/xml"})
    return keys_in_xml(await text(question, effects), clock, _SERVICE)


def _role(settings: Mapping[str, str]) -> dict[str, str]:
    form = {"RoleArn": settings["role_arn"], "RoleSessionName": settings.get("role_session_name") or "llmkit"}
    if settings.get("duration_seconds"):
        form["DurationSeconds"] = settings["duration_seconds"]
    return form
