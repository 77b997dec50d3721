"""Which place of AWS's chain has credentials, and what is said where one has none."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from llmkit.auth.aws import aws_found, aws_region, aws_source
from llmkit.auth.aws_files import profile_name, read_files
from llmkit.auth.header import HeaderCredential
from llmkit.auth.schemes import AwsAuth
from llmkit.auth.secret import Secret
from llmkit.errors import ConfigurationError, LLMKitError, MissingKey, ProtocolError
from tests.auth.aws_cases import HOST, SECRET, Table, circumstances, key_id, signer, source_of, write, xml
from tests.auth.aws_chain_cases import EC2_ANSWERS, JSON_KEYS, KEYS, STS

EXPLICIT: dict[str, Any] = {"access_key_id": "AKIAEXPLICIT0000000", "secrets": {"secret_access_key": SECRET, "session_token": "given"}}
RELATIVE, FULL = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"
WEB = {"AWS_WEB_IDENTITY_TOKEN_FILE": "/t", "AWS_ROLE_ARN": "arn"}
ROLE = "role_arn = arn:aws:iam::1:role/a\n"
PROFILES: list[tuple[str, bool]] = [
    ("", False),
    ("region = eu-west-1", False),
    (ROLE, False),
    (f"{ROLE}source_profile = b", True),
    (f"{ROLE}credential_source = Environment", True),
    ("source_profile = b", False),
    (f"{ROLE}web_identity_token_file = /t", True),
    ("web_identity_token_file = /t", False),
    ("sso_account_id = 1", True),
    ("sso_role_name = r", True),
    (f"aws_access_key_id = A\naws_secret_access_key = {SECRET}", True),
    ("aws_access_key_id = A", False),
    (f"aws_secret_access_key = {SECRET}", False),
    ("credential_process = /x", True),
]


@pytest.mark.parametrize(("text", "found"), PROFILES)
@pytest.mark.parametrize("name", ["default", "dev"])
def test_a_profile_counts_only_with_all_that_its_way_needs(name: str, text: str, found: bool, tmp_path: Path) -> None:
    """A role without anybody's keys to assume it, or half a key, is no way."""
    write(tmp_path, "config", f"[{'default' if name == 'default' else 'profile dev'}]\n{text}\n")
    settings = {} if name == "default" else {"profile": "dev"}

    assert found == aws_found(circumstances(tmp_path, **settings))


@pytest.mark.parametrize(
    ("environment", "settings", "found"),
    [
        ({}, {}, False),
        ({}, {"secret": "bearer"}, True),
        ({}, EXPLICIT, True),
        ({}, {"access_key_id": "AKIA"}, False),
        ({}, {"secrets": {"secret_access_key": SECRET}}, False),
        (KEYS, {}, True),
        ({"AWS_ACCESS_KEY_ID": "AKIA"}, {}, False),
        ({"AWS_SECRET_ACCESS_KEY": SECRET}, {}, False),
        ({RELATIVE: "/x"}, {}, True),
        ({FULL: "http://localhost/x"}, {}, True),
        (WEB, {}, True),
        ({"AWS_ROLE_ARN": "arn"}, {}, False),
        ({"AWS_WEB_IDENTITY_TOKEN_FILE": "/t"}, {}, False),
    ],
)
def test_the_environment_counts_only_with_all_that_its_way_needs(
    environment: dict[str, str], settings: dict[str, Any], found: bool, tmp_path: Path
) -> None:
    assert found == aws_found(circumstances(tmp_path, environment, **settings))


def parameters(error: LLMKitError) -> tuple[type[LLMKitError], Any]:
    return type(error), getattr(error, "parameter", None)


def test_without_a_region_it_is_said_which_setting_lacks(home: Path, tmp_path: Path) -> None:
    """Where there are keys; without these it is said where they could stand."""
    empty = tmp_path / "nobody"
    with pytest.raises(ConfigurationError, match="AWS_REGION") as caught:
        aws_source(AwsAuth(service="bedrock"), circumstances(home, region=None))
    with pytest.raises(MissingKey, match=r"bedrock.*AWS_BEARER_TOKEN_BEDROCK or AWS_ACCESS_KEY_ID or AWS_PROFILE"):
        aws_source(AwsAuth(service="bedrock"), circumstances(empty, region=None))

    assert "settings.bedrock.region" == caught.value.parameter


BROKEN = f"""
[profile nothing]
{ROLE}
[profile nobody]
{ROLE}credential_source = Moon
[profile environment]
{ROLE}credential_source = environment
[profile program]
credential_process = /x
[profile mfa]
{ROLE}credential_source = environment
mfa_serial = m
[profile lone]
{ROLE}source_profile = lone
[profile first]
{ROLE}source_profile = second
[profile second]
{ROLE}source_profile = first
[profile sso]
sso_account_id = 1
[profile region]
sso_account_id = 1
sso_role_name = r
sso_start_url = https://x
sso_region = evil.com/
"""


@pytest.mark.parametrize(
    ("profile", "parameter", "words"),
    [
        ("nothing", "settings", "'nothing' holds no keys"),
        ("nobody", "settings", "'nobody' does not say whose"),
        ("program", "settings.bedrock.credential_process", '{"bedrock": {"credential_process": "allow"}}'),
        ("lone", "settings", "'lone' holds no keys"),
        ("first", "settings", "'first' leads back"),
        ("sso", "settings", "sso_region"),
        ("region", "settings", "sso_region"),
        ("unknown", "settings", r"'unknown'.*Known: environment, first"),
    ],
)
def test_a_profile_that_leads_nowhere_names_its_setting(profile: str, parameter: str, words: str, tmp_path: Path) -> None:
    write(tmp_path, "config", BROKEN)

    with pytest.raises(ConfigurationError) as caught:
        key_id(circumstances(tmp_path, profile=profile))

    assert parameter == caught.value.parameter
    assert all(word in str(caught.value) for word in words.split(".*"))


def test_a_role_of_the_environments_keys_needs_these(tmp_path: Path) -> None:
    write(tmp_path, "config", BROKEN)

    with pytest.raises(MissingKey, match=r"bedrock.*AWS_ACCESS_KEY_ID") as caught:
        key_id(circumstances(tmp_path, profile="environment"))
    assert "AWS_PROFILE" not in str(caught.value)
    with pytest.raises(ConfigurationError) as second:
        key_id(circumstances(tmp_path, KEYS, profile="mfa"))
    assert "settings" == second.value.parameter


@pytest.mark.parametrize("place", ["Ec2InstanceMetadata", "EcsContainer"])
def test_a_role_can_be_assumed_with_the_machines_keys(place: str, tmp_path: Path) -> None:
    """In the region of its own profile, where that says one."""
    write(tmp_path, "config", f"[profile role]\n{ROLE}credential_source = {place}\nregion = eu-north-1\n")
    table = Table({**EC2_ANSWERS, "GET http://169.254.170.2/x": JSON_KEYS, STS.format("eu-north-1"): xml("ASIAROLE")})
    container = {RELATIVE: "x"} if place == "EcsContainer" else {"AWS_EC2_METADATA_DISABLED": ""}

    found = signer(source_of(circumstances(tmp_path, container, profile="role")), table)

    form = {name: values[0] for name, values in parse_qs(table.sent[-1].body).items()}
    assert "ASIAROLE" == found.keys.key_id
    assert "Credential=ASIAMACHINE/20270115/eu-north-1/sts/aws4_request" in table.sent[-1].headers["authorization"]
    assert {"Action": "AssumeRole", "Version": "2011-06-15", "RoleArn": "arn:aws:iam::1:role/a", "RoleSessionName": "llmkit"} == form
    assert "application/x-www-form-urlencoded" == table.sent[-1].headers["content-type"]


def test_a_role_beside_its_own_keys_is_assumed_with_them(tmp_path: Path) -> None:
    """The AWS tools write it so: one profile that names itself."""
    write(tmp_path, "config", f"[profile me]\n{ROLE}source_profile = me\naws_access_key_id = AKIAME\naws_secret_access_key = {SECRET}\n")
    table = Table({STS.format("us-east-1"): xml("ASIAROLE")})

    assert "ASIAROLE" == signer(source_of(circumstances(tmp_path, profile="me")), table).keys.key_id
    assert "Credential=AKIAME/" in table.sent[0].headers["authorization"]


def test_a_profile_can_hold_a_web_identity(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("the.jwt\n", encoding="utf-8")
    write(tmp_path, "config", f"[default]\n{ROLE}web_identity_token_file = {tmp_path}/token\n")
    table = Table({STS.format("us-east-1"): xml("ASIAWEB")})

    assert "ASIAWEB" == signer(source_of(circumstances(tmp_path)), table).keys.key_id
    (sent,) = table.sent
    assert {
        "Action": ["AssumeRoleWithWebIdentity"],
        "Version": ["2011-06-15"],
        "RoleArn": ["arn:aws:iam::1:role/a"],
        "RoleSessionName": ["llmkit"],
        "WebIdentityToken": ["the.jwt"],
    } == parse_qs(sent.body)
    assert "text/xml" == sent.headers["accept"]


def test_the_environments_web_identity_goes_before_the_default_profile(home: Path, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("the.jwt\n", encoding="utf-8")
    named = {**WEB, "AWS_WEB_IDENTITY_TOKEN_FILE": str(tmp_path / "token")}
    table = Table({STS.format("us-east-1"): xml("ASIAWEB")})

    assert "ASIAWEB" == signer(source_of(circumstances(home, named)), table).keys.key_id
    assert "AKIADEV000000000000" == key_id(circumstances(home, {**named, "AWS_PROFILE": "dev"}))
    with pytest.raises(ProtocolError, match=r"^AWS's token service answered without keys"):
        key_id(circumstances(home, named), {STS.format("us-east-1"): "<x/>"})


def test_the_token_service_can_stand_elsewhere(home: Path) -> None:
    given = circumstances(home, {"AWS_ENDPOINT_URL_STS": "https://sts.example/"}, profile="role")

    assert "ASIAX" == key_id(given, {"POST https://sts.example/": xml("ASIAX")})


def test_keys_are_told_apart_from_what_is_not_theirs(home: Path) -> None:
    """The signer is one as long as the keys are; what the caller gave stays known to whoever scrubs errors."""
    source, table = source_of(circumstances(home, profile="dev")), Table({})
    before = tuple(source.secrets())
    first = signer(source, table)

    assert ("", (), [SECRET, "TOKEN"]) == (source.account, before, [one.reveal() for one in source.secrets()])
    assert first is signer(source, table)
    assert (HOST, "us-east-1", "bedrock") == (first.origin, first.region, first.service)
    assert not source.forget(HeaderCredential(Secret("other"), origin=HOST))
    assert source.forget(first)
    assert () == tuple(source.secrets())
    given = source_of(circumstances(home, **EXPLICIT))
    signed = signer(given, table)
    assert not given.forget(signed)
    assert ("AKIAEXPLICIT0000000", [SECRET, "given"]) == (signed.keys.key_id, [one.reveal() for one in given.secrets()])


def test_the_environments_session_goes_with_its_keys(tmp_path: Path) -> None:
    keys = signer(source_of(circumstances(tmp_path, {**KEYS, "AWS_SESSION_TOKEN": "session"})), Table({})).keys

    assert keys.token is not None
    assert (SECRET, "session") == (keys.secret.reveal(), keys.token.reveal())


@pytest.mark.parametrize(
    ("name", "parameter"),
    [
        ("AWS_ACCESS_KEY_ID", "key id of the environment"),
        ("AWS_SECRET_ACCESS_KEY", "secret key of the environment"),
        ("AWS_SESSION_TOKEN", "session token of the environment"),
    ],
)
def test_a_key_that_cannot_be_sent_is_named(name: str, parameter: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        key_id(circumstances(tmp_path, {**KEYS, name: "a b"}))

    assert parameter == caught.value.parameter


FILES = """\ufeff[default]
region = eu-west-1
[profile  dev ]
region = eu-central-1
aws_security_token = old
[profile dev]
output = json ; no comment
[sso-session  corp ]
sso_region = us-west-2
[services x]
region = nowhere
"""


def test_what_the_two_files_say_is_put_together(tmp_path: Path) -> None:
    """By profile; the secrets are apart, the file of credentials wins, and sections of other kinds are no profiles."""
    write(tmp_path, "config", FILES)
    write(tmp_path, "credentials", f"[dev]\naws_access_key_id = A \naws_secret_access_key =  {SECRET}\nregion = us-east-2\n")

    files = read_files({"HOME": str(tmp_path)})

    dev = files.profiles["dev"]
    assert (["default", "dev"], {"corp": {"sso_region": "us-west-2"}}) == (sorted(files.profiles), files.sessions)
    assert {"region": "us-east-2", "output": "json ; no comment", "aws_access_key_id": "A"} == dev.settings
    assert dev.keys is not None
    assert dev.keys.token is not None
    assert ("dev", "A", SECRET, "old") == (dev.name, dev.keys.key_id, dev.keys.secret.reveal(), dev.keys.token.reveal())
    assert files.profiles["default"].keys is None


def test_a_file_in_another_encoding_is_read_for_what_it_holds(tmp_path: Path) -> None:
    """A comment in Latin 1 is no reason to find no keys."""
    file = tmp_path / ".aws" / "config"
    file.parent.mkdir()
    file.write_bytes(b"# Gr\xfc\xdfe\n[default]\nregion = eu-west-1\n")

    assert {"region": "eu-west-1"} == aws_region({}, {"HOME": str(tmp_path)})
    with pytest.raises(MissingKey, match=r"bedrock.*AWS_BEARER_TOKEN_BEDROCK or AWS_ACCESS_KEY_ID or AWS_PROFILE"):
        key_id(circumstances(tmp_path))


def test_a_file_that_is_none_is_said_without_its_lines(tmp_path: Path) -> None:
    write(tmp_path, "config", "SECRETWORD\n")

    with pytest.raises(ConfigurationError, match="malformed") as caught:
        read_files({"HOME": str(tmp_path)})

    assert ("settings", False) == (caught.value.parameter, "SECRETWORD" in str(caught.value))


@pytest.mark.parametrize(
    ("settings", "environment", "name"),
    [
        ({}, {}, None),
        ({}, {"AWS_DEFAULT_PROFILE": "c"}, "c"),
        ({}, {"AWS_PROFILE": "b", "AWS_DEFAULT_PROFILE": "c"}, "b"),
        ({"profile": "a"}, {"AWS_PROFILE": "b"}, "a"),
        ({"profile": ""}, {"AWS_PROFILE": ""}, None),
    ],
)
def test_the_profile_has_three_ways_to_be_named(settings: dict[str, str], environment: dict[str, str], name: str | None) -> None:
    assert name == profile_name(settings, environment)


def test_the_region_of_another_file_and_of_no_profile(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("[default]\nregion = sa-east-1\n[profile x]\noutput = json\n", encoding="utf-8")
    there = {"HOME": str(tmp_path), "AWS_CONFIG_FILE": str(other)}

    assert {"region": "sa-east-1"} == aws_region({}, there)
    assert {} == aws_region({}, {**there, "AWS_PROFILE": "x"})
    assert {} == aws_region({}, {**there, "AWS_REGION": "r"})
    assert {} == aws_region({"profile": "y"}, there)
