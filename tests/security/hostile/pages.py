"""Open our pages of HTML in a browser, with hostile words in every place, and count what ran and what was loaded."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from llmkit.metering import UsageRecord, usage_page
from tests.security.hostile.attacks import HTML
from tests.transport.servers import Peer, Server

PATIENCE = 60.0
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
_SEEN = "default-src 'none'"


@dataclass(frozen=True)
class Opened:
    """What a page did: scripts that ran, requests that it made, elements and attributes that it has no need for."""

    ran: int
    requests: tuple[str, ...]
    strange: tuple[str, ...]


def browser() -> str | None:
    """Return a browser without a window, where there is one."""
    return next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)


def usage(payload: str) -> str:
    """Return the usage page of records that say `payload` wherever a word can stand."""
    words = {"tenant": payload, "user": payload, "key": payload, "error": payload, "finish": payload, "basis": payload}
    tags = (payload, f"{payload}={payload}")
    statuses = ("ok", "error", "aborted")
    records = [
        UsageRecord(
            id=f"{payload}{n}", at=1_790_000_000.0 + n * 86_400, model=payload, answered_by=payload, status=status, tags=tags, **words
        )  # type: ignore[arg-type]  # a word is what is asked for
        for n, status in enumerate(statuses)
    ]
    return usage_page(records, title=payload)


def opened(pages: list[str], program: str | None) -> Opened:
    """Open pages, each as a frame would not: alone; without a browser, read them as one would."""
    strange = tuple(one for page in pages for one in _Elements.of(page).strange)
    if program is None:
        return Opened(0, (), strange)
    ran, requests = 0, list[str]()
    for page in pages:
        owned, asked = _dumped(page, program)
        ran += owned
        requests += asked
    return Opened(ran, tuple(requests), strange)


def hostile_pages(address: str) -> list[str]:
    """Return a page with all attacks, and the same without its policy: what the words are made into must hold by itself."""
    page = usage("".join(HTML).replace("{address}", address))
    return [page, _POLICY.sub("", page)]


def policed(page: str) -> bool:
    """Tell whether a page forbids everything that it does not bring along."""
    found = _POLICY.search(page)
    return found is not None and _SEEN in found.group()


def each_alone(address: str) -> list[str]:
    """Return a page for each attack, without its policy."""
    return [_POLICY.sub("", usage(attack.replace("{address}", address))) for attack in HTML]


def _dumped(page: str, program: str) -> tuple[bool, list[str]]:
    """Return whether a script of the page ran, and what it asked for."""
    asked: list[str] = []

    def script(peer: Peer) -> None:
        asked.append(peer.request().path)
        peer.send(b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    with Server(script) as server, tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        file.write_text(page.replace("http://address.invalid", f"http://127.0.0.1:{server.port}"), encoding="utf-8", errors="replace")
        flags = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-dev-shm-usage",
            "--no-first-run",
        ]
        command = [program, *flags, f"--user-data-dir={folder}/profile", "--virtual-time-budget=1000", "--dump-dom", file.as_uri()]
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False, errors="replace")
    if "<html" not in done.stdout:
        raise OSError(f"the browser showed nothing: {done.stderr[-300:]}")
    title = re.search(r"<title>(.*?)</title>", done.stdout, re.DOTALL)
    return title is not None and title.group(1).strip() == "owned", asked


class _Elements(HTMLParser):
    """What of a page is not ours: elements beside those that it is made of, and attributes that run something."""

    def __init__(self) -> None:
        super().__init__()
        self.strange: list[str] = []

    @classmethod
    def of(cls, page: str) -> _Elements:
        found = cls()
        found.feed(page)
        return found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """See an element."""
        running = [name for name, value in attrs if name.startswith("on") or name in ("src", "srcdoc", "href", "action", "formaction")]
        if tag in ("script", "iframe", "object", "embed", "link", "base", "template", "img", "video", "audio", "form") or running:
            self.strange.append(f"<{tag} {' '.join(running)}>")
        if tag == "meta" and any(value == "refresh" for _, value in attrs):
            self.strange.append("<meta refresh>")
