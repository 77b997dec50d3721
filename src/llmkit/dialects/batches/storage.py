"""Files in the user's own storage (S3, Google Cloud Storage), where some providers read requests and write results."""

from __future__ import annotations

import hashlib
import re
from typing import Any
from urllib.parse import quote

from llmkit.errors import InvalidRequest
from llmkit.types.asking import Ask
from llmkit.types.batch import BatchRequest, RequestFile

_BUCKET = r"[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]"
_PARTS = {
    "s3": re.compile(rf"s3://({_BUCKET})((?:/[A-Za-z0-9._-]+)*)/?"),
    "gs": re.compile(rf"gs://({_BUCKET})((?:/[A-Za-z0-9._=:@+-]+)*)/?"),  # folders of results have the time in their names
}
_TYPE = "application/jsonl"


def located(uri: str, scheme: str, parameter: str) -> tuple[str, str]:
    """Return bucket and name of `uri`, without a slash at its ends. Raises `InvalidRequest` for other texts.

    Names in S3 are of letters, digits and `._-`: these stand in its signature as they are.
    """
    found = _PARTS[scheme].fullmatch(uri) if isinstance(uri, str) else None
    if found is None or {".", ".."} & set(found[2].split("/")):
        hint = f"It is such as {scheme}://bucket/folder; names of letters, digits and `._-`."
        raise InvalidRequest(f"{parameter} is {uri!r}, which is no place in storage.", parameter=parameter, hint=hint)
    return found[1], found[2].strip("/")


def checked_places(request: BatchRequest, scheme: str) -> None:
    """Raise `InvalidRequest` unless `request` says where its file is to lie, and where the results."""
    _, name = located(request.input_uri, scheme, "input_uri")
    if not name.endswith(".jsonl"):
        hint = f"It is the file that will be written, such as {scheme}://bucket/in/questions.jsonl."
        raise InvalidRequest("input_uri does not end in .jsonl.", parameter="input_uri", hint=hint)
    located(request.output_uri, scheme, "output_uri")


def s3_put(file: RequestFile, uri: str) -> Ask:
    """Return how the file is put to S3, whose signature covers its content: it is in memory as a whole for that."""
    data = b"".join(file.pieces())
    headers = {"Content-Type": _TYPE, "x-amz-content-sha256": file.digest}
    return Ask(path=_s3_path(uri, "input_uri"), method="PUT", body=data, headers=headers)


def s3_get(uri: str) -> Ask:
    """Return how a file of S3 is read."""
    headers = {"x-amz-content-sha256": hashlib.sha256(b"").hexdigest()}
    return Ask(path=_s3_path(uri, "output_uri"), method="GET", headers=headers, again=True)


def gcs_put(file: Any, uri: str) -> Ask:
    """Return how the file is uploaded to Google Cloud Storage, piece by piece."""
    bucket, name = located(uri, "gs", "input_uri")
    path = f"/upload/storage/v1/b/{bucket}/o?uploadType=media&name={quote(name, safe='')}"
    return Ask(path=path, upload=file, headers={"Content-Type": _TYPE})


def gcs_get(uri: str) -> Ask:
    """Return how a file of Google Cloud Storage is read."""
    bucket, name = located(uri, "gs", "output_uri")
    return Ask(path=f"/storage/v1/b/{bucket}/o/{quote(name, safe='')}?alt=media", method="GET", again=True)


def _s3_path(uri: str, parameter: str) -> str:
    bucket, name = located(uri, "s3", parameter)
    return f"/{bucket}/{name}"
