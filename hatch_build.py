"""Put a bill of materials into the wheel: what it holds and what it asks for (CycloneDX 1.6, where PEP 770 wants it).

The same source gives the same bytes: no time, no random number, nothing of the machine.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import uuid
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PACKAGE = "src/llmkit"
SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://cyclonedx.org/llmkit")


class BillOfMaterials(BuildHookInterface):  # type: ignore[type-arg] - whatever builder it is
    """Writes `sboms/llmkit.cdx.json` while a wheel is built; `hatchling` reads it from a folder of ours."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the bill to what is built, but for an editable installation, which holds nothing."""
        if version == "editable":
            return
        core = self.metadata.core
        bill = document(
            {"name": core.name, "version": self.metadata.version, "license": core.license_expression, "says": core.description},
            requirements(core.dependencies, core.optional_dependencies),
            list(data(Path(self.root))),
        )
        self._folder = tempfile.TemporaryDirectory()
        place = Path(self._folder.name, f"{core.name}.cdx.json")
        place.write_bytes(json.dumps(bill, indent=2).encode() + b"\n")
        build_data["sbom_files"].append(str(place))

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the folder again."""
        if version != "editable":
            self._folder.cleanup()


def requirements(needed: Sequence[str], extras: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    """Return a component for each distribution that is asked for, always or by an extra; a version is chosen at installation."""
    asked: dict[str, dict[str, list[str]]] = {}
    by_extra = [("", needed), *sorted(extras.items())]
    for extra, words in by_extra:
        for requirement in map(Requirement, words):
            found = asked.setdefault(canonicalize_name(requirement.name), {"extras": [], "specifiers": []})
            found["extras"].append(extra)
            found["specifiers"].append(str(requirement.specifier))
    asked.pop("llmkit", None)  # `all` names our own extras
    return [_requirement(name, **found) for name, found in sorted(asked.items())]


def _requirement(name: str, extras: list[str], specifiers: list[str]) -> dict[str, Any]:
    properties = [{"name": "llmkit:versions", "value": words} for words in sorted(set(specifiers))]
    properties += [{"name": "llmkit:extra", "value": extra} for extra in extras if extra]
    purl = f"pkg:pypi/{name}"
    scope = "required" if "" in extras else "optional"
    return {"type": "library", "bom-ref": purl, "name": name, "scope": scope, "purl": purl, "properties": properties}


def data(root: Path) -> Iterator[dict[str, Any]]:
    """Yield a component for each file of the package that is no source code, with its hash."""
    package = root / PACKAGE
    for path in sorted(package.rglob("*")):
        if path.is_file() and path.suffix not in (".py", ".pyc", ".typed"):
            name = path.relative_to(package.parent).as_posix()
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            yield {"type": "data", "bom-ref": name, "name": name, "hashes": [{"alg": "SHA-256", "content": digest}]}


def document(about: Mapping[str, str], required: list[dict[str, Any]], held: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the whole bill."""
    purl = f"pkg:pypi/{about['name']}@{about['version']}"
    subject = {
        "type": "library",
        "bom-ref": purl,
        "name": about["name"],
        "version": about["version"],
        "description": about["says"],
        "licenses": [{"expression": about["license"]}],
        "purl": purl,
        "components": held,
    }
    always = [part["bom-ref"] for part in required if part["scope"] == "required"]
    inside = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1}
    rest = {
        "metadata": {"lifecycles": [{"phase": "build"}], "component": subject},
        "components": required,
        "dependencies": [{"ref": purl, "dependsOn": always}],
    }
    number = uuid.uuid5(SPACE, json.dumps(rest))
    return {"$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json", **inside, "serialNumber": f"urn:uuid:{number}", **rest}
