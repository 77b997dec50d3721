"""Audit pinned requirements with `pip-audit`, against a database of ours on loopback or the public one."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.security.supply.advisories import Advisories
from tests.security.supply.pins import Pin

LIVE = "https://api.osv.dev/v1/query"
_ANY_HASH = "0" * 64
"""`pip-audit` takes requirements as they stand only with hashes; it downloads nothing, so any will do for pins that have none."""


@dataclass(frozen=True, kw_only=True)
class Audit:
    """What an audit answered."""

    asked: int
    answered: int
    found: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    failed: str = ""

    @property
    def clean(self) -> bool:
        """Whether every pin was asked about and answered, and nothing is known against one."""
        return not (self.found or self.skipped or self.failed) and 0 < self.asked == self.answered


@contextmanager
def serving(advisories: Advisories) -> Iterator[str]:
    """Answer OSV's queries on loopback while the context lasts; gives the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = json.loads(self.rfile.read(int(self.headers["content-length"])))
            found = advisories.of(query["package"]["name"], query["version"])
            body = json.dumps({"vulns": found}, default=_time).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1/query"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _time(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def audit(pins: Iterable[Pin], address: str, *, patience: int = 15) -> Audit:
    """Ask about every pin, those for other systems and Pythons too; a name that is pinned twice needs a second run."""
    runs: list[dict[str, Pin]] = []
    for pin in sorted({(pin.name, pin.version): pin for pin in pins}.values(), key=lambda pin: (pin.name, pin.version)):
        place = next((run for run in runs if pin.name not in run), None)
        if place is None:
            runs.append(place := {})
        place[pin.name] = pin
    answers = [_audited(list(run.values()), address, patience) for run in runs]
    return Audit(
        asked=sum(len(run) for run in runs),
        answered=sum(answer.answered for answer in answers),
        found=tuple(found for answer in answers for found in answer.found),
        skipped=tuple(skipped for answer in answers for skipped in answer.skipped),
        failed=next((answer.failed for answer in answers if answer.failed), ""),
    )


def _audited(pins: list[Pin], address: str, patience: int) -> Audit:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "requirements.txt")
        lines = (f"{pin.name}=={pin.version} --hash=sha256:{min(pin.hashes, default=_ANY_HASH)}\n" for pin in pins)
        file.write_text("".join(lines))
        words = ["-r", str(file), "--disable-pip", "--require-hashes", "-s", "osv", "--osv-url", address, "-f", "json"]
        quiet = ["--progress-spinner", "off", "--cache-dir", folder, "--timeout", str(patience)]
        command = [sys.executable, "-m", "pip_audit", *words, *quiet]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    return read(done.stdout, len(pins), done.stderr)


def read(output: str, asked: int, errors: str = "") -> Audit:
    """Read what `pip-audit` printed. It exits 0 also where it skipped everything, so what counts is what it lists."""
    try:
        listed = json.loads(output)["dependencies"]
    except (ValueError, KeyError):
        last = (errors.strip() or "no word").splitlines()[-1]
        return Audit(asked=asked, answered=0, failed=last)
    answered = [entry for entry in listed if "skip_reason" not in entry]
    found = [f"{entry['name']} {entry['version']} ({vuln['id']})" for entry in answered for vuln in entry["vulns"]]
    skipped = [entry["name"] for entry in listed if "skip_reason" in entry]
    return Audit(asked=asked, answered=len(answered), found=tuple(found), skipped=tuple(skipped))
