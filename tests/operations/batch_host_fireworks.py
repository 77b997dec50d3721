"""A fake host that keeps batches as Fireworks does."""

from __future__ import annotations

import json
from typing import Any

from llmkit.testing import Received
from llmkit.testing.host import bytes_reply, form_of
from llmkit.testing.serving import json_reply
from tests.operations.batch_hosts import answered
from tests.operations.batch_hosts_more import Kept


class FireworksHost(Kept):
    """A dataset of requests, which is ready when it was looked at, and one of results in two files."""

    provider, model = "fireworks", "fireworks/accounts/fireworks/models/gpt-oss-20b"
    known = False
    elsewhere = ""
    """Where the results are, if not here."""

    @property
    def client(self) -> dict[str, Any]:
        return {**super().client, "settings": {"fireworks": {"account_id": "me"}}}

    def place(self) -> None:
        root = "/v1/accounts/me"
        self.on(f"POST {root}/datasets", self._dataset)
        self.on(f"POST {root}/batchInferenceJobs", lambda request: self._job("VALIDATING"))
        self.on(f"GET {root}/batchInferenceJobs/j1", lambda request: self._job("COMPLETED" if self.ended() else "RUNNING"))
        self.on(f"GET {root}/datasets/out-1:getDownloadEndpoint", self._addresses)
        self.on("GET /signed/BIJOutputSet.jsonl", self._content)

    def _dataset(self, request: Received) -> Any:
        name, root = request.json["datasetId"], "/v1/accounts/me/datasets"
        self.on(f"POST {root}/{name}:upload", self._upload)
        self.on(f"GET {root}/{name}", lambda request: {"state": "READY" if self.lines else "UPLOADING"})
        known, self.known = self.known, True
        return json_reply(409, {"code": 6, "message": "already exists"}) if known else {"state": "UPLOADING"}

    def _upload(self, request: Received) -> Any:
        self.lines = [json.loads(line) for line in form_of(request)[-1][3].split(b"\n")]
        return {"id": "x"}

    def _job(self, state: str) -> Any:
        done = {"totalInputRequests": len(self.lines), "successfullyProcessedRequests": len(self.lines)} if state == "COMPLETED" else {}
        told = {"name": "accounts/me/batchInferenceJobs/j1", "state": f"JOB_STATE_{state}", "outputDatasetId": "accounts/me/datasets/out-1"}
        return {**told, "model": "accounts/fireworks/models/gpt-oss-20b", "jobProgress": done}

    def _addresses(self, request: Received) -> Any:
        files, host = ("error-data", "BIJOutputSet.jsonl"), self.elsewhere or self.url
        return {"filenameToSignedUrls": {f"dataset/out-1/{name}": f"{host}/signed/{name}?X-Goog-Expires=599" for name in files}}

    def _content(self, request: Received) -> Any:
        lines = [{"custom_id": line["custom_id"], "response": answered(line)} for line in self.lines[::-1]]
        return bytes_reply("\n".join([json.dumps(line) for line in lines]).encode(), "application/octet-stream")
