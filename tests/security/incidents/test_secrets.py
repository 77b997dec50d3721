"""Incidents in which a key, or what was private, could be read by others."""

from __future__ import annotations

import io
import logging
import os
import re
import stat
from contextlib import suppress
from pathlib import Path

import pytest

from llmkit import LLMKit
from llmkit.cli import main
from llmkit.cli.private_files import append_private, write_private
from llmkit.cli.terminal_text import printable
from llmkit.errors import LLMKitError
from llmkit.metering import UsageRecord, usage_page
from llmkit.testing import Answer, FakeProvider, Fault
from llmkit.tracing import Trace
from llmkit.types.parts import Image
from tests.faces import FACES, ask, client_of
from tests.security.incidents.places import DIALECT, MODEL, OK, kit_of

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.mark.parametrize("face", FACES)
def test_openai_python_1196_and_litellm_7603_nothing_is_logged_that_holds_a_key(face: str) -> None:
    """There the log of requests, on at the level of debugging, had the headers with the key in them."""
    heard = io.StringIO()
    handler, root = logging.StreamHandler(heard), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        with FakeProvider(DIALECT) as fake:
            fake.add(OK, Fault.error("unauthorized"))
            ask(face, client_of(fake, retries=0), MODEL, "Hi")
            with pytest.raises(LLMKitError):
                ask(face, client_of(fake, retries=0), MODEL, "Hi")
    finally:
        root.setLevel(level)
        root.removeHandler(handler)

    assert fake.key[-12:] not in heard.getvalue()


def test_cve_2024_9606_litellm_not_a_part_of_a_key_is_shown() -> None:
    """There only the first five characters were masked, and the log showed the rest; here no eight in a row are anywhere in an error."""
    with FakeProvider(DIALECT) as fake, kit_of(fake) as kit:
        fake.add(Fault.error("unauthorized", message=f"Wrong key {fake.key}, or {fake.key[:20]}... or ...{fake.key[-12:]}"))
        with pytest.raises(LLMKitError) as caught:
            kit.complete(MODEL, "Hi")
        shown = repr(caught.value) + str(caught.value) + str(vars(caught.value))

        assert [] == [fake.key[at : at + 8] for at in range(len(fake.key) - 7) if fake.key[at : at + 8] in shown]


@pytest.mark.parametrize("incident", ["cve_2026_34450_anthropic", "cve_2012_5578_keyring"])
def test_files_are_made_for_their_owner_alone(incident: str, tmp_path: Path) -> None:
    """There files were made with the mode that the mask left, 0666; here it is 0600 whatever the mask."""
    mask = os.umask(0)
    try:
        with LLMKit() as kit:
            kit.save(Image(data=PNG), f"{tmp_path}/made/")
        append_private(tmp_path / "lines", b"a\n")
        write_private(tmp_path / "whole", b"a\n")
    finally:
        os.umask(mask)

    assert [] == [path for path in tmp_path.rglob("*") if stat.S_IMODE(path.lstat().st_mode) & 0o077]


def test_cve_2026_28684_python_dotenv_no_link_is_followed_when_a_file_is_written_again(tmp_path: Path) -> None:
    """There a file that was rewritten in place could be a link to one of somebody else's."""
    victim, place = tmp_path / "victim", tmp_path / "file"
    victim.write_bytes(b"before")
    place.symlink_to(victim)

    write_private(place, b"after", overwrite=True)

    assert (b"before", b"after", False) == (victim.read_bytes(), place.read_bytes(), place.is_symlink())


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_cve_2012_5577_keyring_a_file_of_a_key_that_others_can_read_is_refused(mode: int, tmp_path: Path) -> None:
    """There keys lay in files that everybody could read; here such a file is an error that says how to mend it."""
    key, file = tmp_path / "key", tmp_path / "config.toml"
    key.write_text("sk-in-a-file-0123456789")
    key.chmod(mode)
    file.write_text(f"[providers.openai]\nkey_file = '{key}'\n")

    with pytest.raises(LLMKitError, match="600"), LLMKit(config=file) as kit:
        kit.complete(MODEL, "Hi")


@pytest.mark.parametrize("flag", ["--api-key", "--key", "--token", "--password", "--secret"])
def test_no_flag_takes_a_secret(flag: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Words of a command line are in the list of processes and in the history of the shell, where everybody looks first."""
    assert 2 == main(["chat", flag, "sk-canary-0123456789", "Hi"])
    assert "sk-canary-0123456789" not in "".join(capsys.readouterr())


ESCAPES = {
    "cve_2020_7694_uvicorn": "\x1b[2J\x1b[1;1Hfake",
    "cve_2003_0063_title": "\x1b]0;title\x07\x1b[21t",
    "osc_52_clipboard": "\x1b]52;c;ZXZpbA==\x07",
    "osc_8_link": "\x1b]8;;https://evil.example\x1b\\ok\x1b]8;;\x1b\\",
    "c1": "\x9b2J\x9d0;x\x9c",
    "cve_2021_42574_direction": "a\u202eb\u2066c",
    "dcs": '\x1bP$q"p\x1b\\',
}


@pytest.mark.parametrize("incident", ESCAPES)
def test_a_terminal_gets_no_commands(incident: str) -> None:
    """There what a client sent, or a model said, went to the terminal as it was, and moved, pasted or hid things."""
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", printable(ESCAPES[incident]))


def test_cve_2025_32711_echoleak_a_page_loads_nothing_from_elsewhere() -> None:
    """There a picture's address in the answer carried what was read to another host as soon as it was shown."""
    evil = "<img src=https://evil.example/?q=1>"
    page = usage_page([UsageRecord(id="1", at=1_795_000_000.0, model=evil, tenant="<script>alert(1)</script>")], title=evil)

    assert "&lt;img" in page
    assert [] == re.findall(r"""<img|<script>alert|<link|(?:src|href)=["']?https?://""", page.replace("&lt;img src=https", ""))


def test_cve_2026_22778_vllm_an_error_tells_no_address_of_the_memory() -> None:
    """There the text of an error had the place of an object in memory, which helps to break in."""
    told: list[str] = []
    with FakeProvider(DIALECT) as fake, kit_of(fake) as kit:
        for fault in (Fault.garbage(), Fault.html(), Fault.raw(200, b"\xff\xfe"), Fault.error("bad_request")):
            fake.add(fault)
            with pytest.raises(LLMKitError) as caught:
                kit.complete(MODEL, "Hi")
            told.append(str(caught.value) + repr(caught.value))
        with pytest.raises((LLMKitError, TypeError)) as wrong:
            kit.complete(MODEL, [object()])  # type: ignore[list-item]  # what is wrong is the point
        told.append(str(wrong.value))

    assert [] == [each for each in told if re.search("0x[0-9a-f]{6,}", each)]


@pytest.mark.parametrize("character", ["\n", "\r\n", "\x00", "\u200b", " ", '"'])
def test_a_key_that_was_pasted_with_something_is_refused_without_a_word_of_it(character: str) -> None:
    """There the traceback of the HTTP stack printed the header, key and all (measured with three SDKs, 2026-11-22)."""
    with pytest.raises(LLMKitError) as caught, LLMKit(keys={"openai": f"sk-canary{character}-0123456789abcdef"}) as kit:
        kit.complete(MODEL, "Hi")

    assert "0123456789" not in str(caught.value) + repr(caught.value)
    assert Answer(text="ok") == OK


@pytest.mark.parametrize("face", FACES)
def test_cve_2025_0330_litellm_a_trace_has_no_key_and_no_words_unless_asked(face: str, tmp_path: Path) -> None:
    """There the keys of a tracing service, and of providers, stood in the traces that everybody on the team reads."""
    with FakeProvider(DIALECT) as fake:
        fake.add(OK, Fault.error("unauthorized", message=f"not {'{'}{fake.key}{'}'}"))
        for _ in range(2):
            with suppress(LLMKitError):
                ask(face, client_of(fake, retries=0, layers=[Trace(tmp_path / "trace.jsonl")]), MODEL, "Words of mine")
        written = (tmp_path / "trace.jsonl").read_text(encoding="utf-8")

    assert 2 == written.count("\n")
    assert [] == [word for word in (fake.key, fake.key[-12:], "Words of mine") if word in written]
