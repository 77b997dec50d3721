"""Files and hosts that the tests of files share."""

from __future__ import annotations

from typing import Any

from llmkit.testing import FakeHost
from llmkit.testing.replies import Reply

PDF = b"%PDF-1.4\n" + b"0" * 1000
PLAIN = {"id": "file-1", "filename": "report.pdf", "bytes": 1009, "created_at": 1700000000, "expires_at": 1700003600}


def resumable(host: FakeHost, *answers: Any) -> None:
    """Answer an upload by the resumable protocol."""
    address = Reply(headers=(("X-Goog-Upload-URL", f"{host.url}/upload/v1beta/files?upload_id=u"),))
    host.on("POST /upload/v1beta/files", address, *answers)
