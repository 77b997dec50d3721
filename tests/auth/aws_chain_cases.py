"""Where keys of AWS come from, for tests."""

from __future__ import annotations

import json
from typing import Any

from tests.auth.aws_cases import IN_AN_HOUR, SECRET

KEYS = {"AWS_ACCESS_KEY_ID": "AKIAENVIRONMENT0000", "AWS_SECRET_ACCESS_KEY": SECRET}


CREDENTIALS = f"""
[default]
aws_access_key_id = AKIADEFAULT00000000
aws_secret_access_key = {SECRET}
[dev]
aws_access_key_id = AKIADEV000000000000
aws_secret_access_key = {SECRET}
aws_session_token = TOKEN
"""


CONFIG = """
[default]
region = eu-west-1
[profile dev]
region = eu-central-1
s3 =
  max_concurrent_requests = 20
[profile role]
role_arn = arn:aws:iam::123456789012:role/model
source_profile = dev
role_session_name = me
external_id = x1
duration_seconds = 900
[profile chain]
role_arn = arn:aws:iam::123456789012:role/second
source_profile = role
[profile loop]
role_arn = arn:aws:iam::1:role/a
source_profile = pool
[profile pool]
role_arn = arn:aws:iam::1:role/b
source_profile = loop
[profile mfa]
role_arn = arn:aws:iam::1:role/a
source_profile = dev
mfa_serial = arn:aws:iam::1:mfa/me
[profile from-environment]
role_arn = arn:aws:iam::1:role/e
credential_source = Environment
[profile sso]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Models
[sso-session corp]
sso_region = us-west-2
sso_start_url = https://corp.awsapps.com/start
[profile program]
credential_process = /nowhere/program --flag
[profile empty]
region = eu-west-3
"""


STS = "POST https://sts.{}.amazonaws.com/"


JSON_KEYS = json.dumps({"AccessKeyId": "ASIAMACHINE", "SecretAccessKey": SECRET, "Token": "T", "Expiration": IN_AN_HOUR, "Code": "Success"})


EC2 = "http://169.254.169.254/latest/"


EC2_ANSWERS: dict[str, Any] = {
    f"PUT {EC2}api/token": "session-token",
    f"GET {EC2}meta-data/iam/security-credentials/": "my-role\n",
    f"GET {EC2}meta-data/iam/security-credentials/my-role": JSON_KEYS,
}
