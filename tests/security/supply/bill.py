"""Whether a bill of materials is what CycloneDX asks for, and says what is true."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name

from tests.security.supply.bounds import PROJECT, accepted

PLACE = "sboms/llmkit.cdx.json"


def schema_faults(text: str) -> list[str]:
    """Return what the schema of CycloneDX 1.6 says against a bill."""
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    faults = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text, all_errors=True)
    return [str(fault) for fault in faults or ()]


def faults(text: str, files: Mapping[str, bytes], version: str) -> Iterator[str]:
    """Yield what a bill says wrongly of the wheel with those files, or leaves out."""
    bill: dict[str, Any] = json.loads(text)
    subject = bill["metadata"]["component"]
    if (bill["specVersion"], subject["purl"]) != ("1.6", f"pkg:pypi/llmkit@{version}"):
        yield f"the bill is about {subject['purl']}, CycloneDX {bill['specVersion']}"
    if subject["licenses"] != [{"expression": PROJECT["project"]["license"]}]:
        yield f"the bill says {subject['licenses']}"
    named = {part["name"]: part["scope"] for part in bill["components"]}
    needed = {canonicalize_name(word.split(">")[0]) for word in PROJECT["project"]["dependencies"]}
    wanted = {canonicalize_name(requirement.name) for requirement in accepted()} - {"hatchling"}
    scopes = {name: "required" if name in needed else "optional" for name in wanted}
    if named != scopes:
        yield f"the bill and pyproject.toml differ in {sorted(named.items() ^ scopes.items())}"
    data = {part["name"]: part["hashes"][0]["content"] for part in subject["components"]}
    held = {name: hashlib.sha256(content).hexdigest() for name, content in files.items() if Path(name).suffix not in (".py", ".typed")}
    if data != held:
        yield f"the bill and the wheel differ in {sorted(name for name, _ in data.items() ^ held.items())}"
