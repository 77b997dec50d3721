"""Write the optional file of benchmark scores from gathered ones: `python -m tools.registry.benchmarks SCORES.json OUT.json`.

Kept are scores whose source may be quoted (models.dev: MIT, with the address of each figure; aider: Apache-2.0) and whose model is an
id of its maker, spelled just so. Left out are the tables of a firm that sells them (also where others show them) and tables whose
licence is not told.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

# Its terms of use want attribution and forbid copies of its tables; the gateway shows figures of the same origin (read 2026-11-22).
_NOT_OURS = ("artificialanalysis.ai", "openrouter.ai")
_LICENCES = ("MIT", "Apache-2.0")
_VARIANT = re.compile(r"^(?P<id>[^ ()]+)(?: \((?P<variant>[^()]*)\))?$")
_NAMES = {"aider-polyglot": "Aider Polyglot", "SWE Bench Pro": "SWE-Bench Pro", "Terminal Bench 2.1": "Terminal-Bench 2.1"}
_NAMES["Terminal Bench 2.0"] = "Terminal-Bench 2.0"


def scores_file(gathered: Iterable[Mapping[str, Any]], makers: Mapping[str, str]) -> str:
    """Return the file's text; `makers` gives the maker of an id that only one maker has. The same scores give the same text."""
    sources: dict[str, int] = {}
    models: dict[str, set[tuple[str, float, str, int, str, str, str]]] = {}
    for row in sorted(gathered, key=lambda row: json.dumps(row, sort_keys=True)):
        model, variant = _model(str(row["model"]), makers)
        source = str(row["source"])
        if model is None or not str(row["license"]).startswith(_LICENCES) or urlsplit(source).netloc.endswith(_NOT_OURS):
            continue
        if not source.startswith("https://"):
            continue
        bench = _NAMES.get(row["bench"], row["bench"])
        place = sources.setdefault(source, len(sources))
        extras = [str(row.get(name) or "") for name in ("metric", "dataset")]
        models.setdefault(model, set()).add((bench, row["score"], row.get("date") or "", place, variant, *extras))
    tables = {model: [_short(row) for row in sorted(rows)] for model, rows in sorted(models.items())}
    return json.dumps({"sources": list(sources), "scores": tables}, ensure_ascii=False, separators=(",", ":")) + "\n"


def _model(name: str, makers: Mapping[str, str]) -> tuple[str | None, str]:
    """Return `maker/id` and how the model was set; None where the name is no id."""
    found = _VARIANT.match(name)
    if found is None:
        return None, ""
    if "/" in found["id"]:
        return found["id"], found["variant"] or ""
    maker = makers.get(found["id"])
    return None if maker is None else f"{maker}/{found['id']}", found["variant"] or ""


def _short(row: tuple[Any, ...]) -> list[Any]:
    fields = list(row)
    while fields[-1] == "":
        fields.pop()
    return fields


def makers_of_ids() -> dict[str, str]:
    """Return the maker of each id that only one maker of the packaged registry has."""
    from llmkit.models.registry import Registry

    registry = Registry()
    owners: dict[str, set[str]] = {}
    for maker in registry.providers():
        for model in registry.ids(maker) if registry.is_maker(maker) else ():
            owners.setdefault(model, set()).add(maker)
    return {model: next(iter(names)) for model, names in owners.items() if len(names) == 1}


if __name__ == "__main__":
    gathered = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    Path(sys.argv[2]).write_text(scores_file(gathered, makers_of_ids()), encoding="utf-8")
