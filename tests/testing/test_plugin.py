"""The pytest plugin, in a pytest of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

TEST = """
import http.client, stat, tomllib
from llmkit.testing import Answer

def test_config(llmkit_config, fake_openai, fake_anthropic, fake_gemini):
    providers = tomllib.loads(llmkit_config.read_text())["providers"]
    assert providers["openai"]["base_url"] == fake_openai.base_url
    assert providers["anthropic"]["base_url"] == fake_anthropic.base_url
    assert providers["google"]["base_url"] == fake_gemini.base_url
    key_file = llmkit_config.parent / "openai.key"
    assert providers["openai"]["key_file"] == str(key_file)
    assert key_file.read_text() == fake_openai.key
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600

def test_unscripted(fake_openai):
    link = http.client.HTTPConnection(fake_openai.origin.removeprefix("http://"))
    body = b'{"model": "m", "messages": [{"role": "user", "content": "Hi"}]}'
    link.request("POST", "/v1/chat/completions", body, {"Authorization": "Bearer " + fake_openai.key})
    assert link.getresponse().status == 500
"""


def test_the_fixtures_work_and_an_unscripted_request_fails_its_test(tmp_path: Path) -> None:
    (tmp_path / "test_user.py").write_text(TEST)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "llmkit.testing.plugin",
        "--rootdir",
        str(tmp_path),
        str(tmp_path),
    ]

    out = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"PYTHONPATH": ":".join(sys.path), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )

    assert "2 passed, 1 error" in out.stdout
    assert "beyond its script" in out.stdout
