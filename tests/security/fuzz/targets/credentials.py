"""What credential services answer, and what lies in the files of clouds: keys or a typed error, and no key lives less than no time."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any

from llmkit.auth.aws_answers import Answer, keys_in_json, keys_in_xml, refused
from llmkit.auth.credential_file import parse_json
from llmkit.auth.google_grants import GoogleFile
from llmkit.auth.token_request import read_token
from llmkit.transport.policy import parse_url
from tests.security.fuzz.harvest import words_of
from tests.security.fuzz.target import Target, hold
from tests.security.fuzz.targets.stored import written


def targets() -> Iterator[Target]:
    """Return one: the first byte of an input says what reads it."""
    tokens = (
        b'J{"AccessKeyId":"AKIA0","SecretAccessKey":"s","Token":"t","Expiration":"2026-11-23T10:00:00Z"}',
        b"X<a><AccessKeyId>AKIA0</AccessKeyId><SecretAccessKey>s</SecretAccessKey><Expiration>2026-11-23T10:00:00Z</Expiration></a>",
        b'T{"access_token":"t","expires_in":3600,"expireTime":"2026-11-23T10:00:00Z"}',
        b'G{"type":"service_account","client_email":"a@b","private_key":"k","token_uri":"https://x.example/t"}',
        b"I[default]\naws_access_key_id = AKIA0\naws_secret_access_key = s\nregion=us-east-1\n[profile a]\nx=y\n",
    )
    yield Target(
        name="credentials",
        run=_credentials,
        seeds=lambda: tokens,
        words=lambda: words_of("llmkit.auth.aws_answers", "llmkit.auth.token_request"),
    )


def _credentials(data: bytes) -> Hashable:
    kind, data = data[:1], data[1:]
    told: Any
    match kind:
        case b"X":
            told = keys_in_xml(data, lambda: 1.79e9, "STS")
        case b"T":
            found = parse_json(data, "answer", dict[str, Any])
            told = read_token(found, parse_url("https://x.example")[0])
        case b"G":
            told = parse_json(data, "file", GoogleFile)
            repr(told)
        case b"I":
            told = _ini(data)
        case b"R":
            raise refused(Answer(status=300 + len(data) % 300, body=data), "STS")
        case _:
            told = keys_in_json(data, lambda: 1.79e9, "STS")
    lifetime = getattr(told, "lifetime", None)
    hold(lifetime is None or lifetime >= 0, "keys live less than no time")
    return kind, type(told).__name__, lifetime is None


def _ini(data: bytes) -> Any:
    from llmkit.auth.aws_files import read_files

    found = read_files({"AWS_CONFIG_FILE": str(written(data)), "AWS_SHARED_CREDENTIALS_FILE": str(written(data))})
    return found.profile("default")
