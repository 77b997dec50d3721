"""Make the mutants of an area in a copy of the tree, and let the tests meet them."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.security.mutation.areas import PROSE, ROOT, Area

_COPIED = ("src", "tests", "docs", "packages", "benchmarks", "make.py", "pyproject.toml", "README.md", "SECURITY.md", "CHANGELOG.md")
_KILLED = (1, 3, -24, 24, 36, 152, 255)
"""A test failed, or the mutant never came to an end. 33 is a mutant that no test meets, 0 one that none notices."""


@dataclass(frozen=True)
class Score:
    """What became of the mutants of one module or area. `survivors` are their names, `modules` the scores of an area's modules."""

    mutants: int
    killed: int
    survivors: tuple[str, ...] = ()
    modules: Mapping[str, Score] = field(default_factory=dict)

    @property
    def share(self) -> float:
        """Percent."""
        return 100 * self.killed / self.mutants if self.mutants else 100.0


def played(area: Area, sample: int | None = None, processes: int = 1, keep: Path | None = None) -> Score:
    """Return what became of an area's mutants, or of a random `sample` of them. `keep` is a folder to work in and to leave."""
    with _folder(keep) as folder:
        _lay(folder, area)
        chosen = [] if sample is None else _sample(folder, sample)
        _run(folder, "--max-children", str(processes), *chosen)
        return _score(folder, set(chosen))


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep
        return
    with tempfile.TemporaryDirectory(prefix="mutants-") as name:
        yield Path(name)


def _lay(folder: Path, area: Area) -> None:
    for name in _COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.is_file():
            shutil.copy2(source, folder / name)
    settings = {
        "source_paths": ["src/llmkit"],
        "only_mutate": area.modules(),
        "also_copy": [name for name in _COPIED if name != "src"],
        "pytest_add_cli_args_test_selection": list(area.tests),
        "pytest_add_cli_args": ["-p", "no:cacheprovider", "-p", "no:randomly", "--assert=plain", *_deselected(area)],
        "do_not_mutate_patterns": list(PROSE),
    }
    lines = [f"{name} = {json.dumps(value)}\n" for name, value in settings.items()]
    with (folder / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write("\n[tool.mutmut]\n" + "".join(lines))


def _deselected(area: Area) -> list[str]:
    return [f"--deselect={name}" for name in area.without]


def _run(folder: Path, *words: str) -> None:
    program = Path(sys.executable).parent / "mutmut"
    done = subprocess.run([program, "run", *words], cwd=folder, capture_output=True, text=True, check=False)
    if not list((folder / "mutants").rglob("*.meta")):
        raise RuntimeError(f"no mutant was made: {done.stdout[-2000:]}{done.stderr[-2000:]}")


def _sample(folder: Path, size: int) -> list[str]:
    """Make the mutants, play none but one, and return the names of some, chosen anew each time."""
    _run(folder, "no such mutant")
    names = sorted(_ended(folder))
    return random.SystemRandom().sample(names, min(size, len(names)))


def _ended(folder: Path) -> dict[str, int | None]:
    found: dict[str, int | None] = {}
    for path in sorted((folder / "mutants").rglob("*.meta")):
        found |= json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]
    return found


def _score(folder: Path, chosen: set[str]) -> Score:
    ended = {name: code for name, code in _ended(folder).items() if not chosen or name in chosen}
    if any(code is None for code in ended.values()):
        raise RuntimeError("not all mutants were played: a test fails without any, or the run was stopped")
    modules: dict[str, dict[str, int | None]] = {}
    for name, code in ended.items():
        modules.setdefault(name.rpartition(".")[0], {})[name] = code
    whole = score_of(ended)
    return replace(whole, modules={module: score_of(codes) for module, codes in modules.items()})


def score_of(ended: Mapping[str, int | None]) -> Score:
    """Return the score of mutants by how the tests ended on each."""
    left = tuple(name for name, code in ended.items() if code not in _KILLED)
    return Score(mutants=len(ended), killed=len(ended) - len(left), survivors=left)
