"""What importing LLMKit touches: all of its modules, in an interpreter of their own that listens."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

PROBE = """
import json, os, sys, sysconfig, time
import llmkit
package = os.path.dirname(llmkit.__file__) + os.sep
paths = sysconfig.get_paths()
ours = (package, sys.prefix, sys.base_prefix, paths["stdlib"], os.path.dirname(paths["purelib"]), "<frozen")
acts, files, variables = [], [], []
names = "socket. subprocess os.system os.exec os.fork os.posix_spawn os.spawn urllib ctypes.dlopen os.putenv sqlite3.connect"
banned = tuple(names.split())

def inside():
    frame = sys._getframe(2)
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(package):
            return name.removeprefix(package)
        if not name.startswith(ours[1:]):
            return None
        if not name.startswith("<frozen importlib") and "os.py" not in name and "_collections_abc" not in name:
            return None
        frame = frame.f_back

def hook(event, args):
    if event == "open" and isinstance(args[0], str):
        if not os.path.abspath(args[0]).startswith(ours[:-1]):
            files.append(args[0])
    elif event.startswith(banned):
        acts.append(event)

class Watched(dict):
    pass

real = type(os.environ).__getitem__

def read(self, key):
    if (who := inside()) is not None:
        variables.append(f"{key} by {who}")
    return real(self, key)

type(os.environ).__getitem__ = read
import _thread, threading
started = []
start = _thread.start_new_thread
def begin(*args, **kwargs):
    started.append(inside() or "others")
    return start(*args, **kwargs)
_thread.start_new_thread = threading._start_new_thread = begin
sys.addaudithook(hook)
EXTRA
import importlib, pathlib
root = pathlib.Path(package)
missing, count = [], 0
for path in sorted(root.glob("WANTED")):
    name = ".".join(["llmkit", *path.relative_to(root).with_suffix("").parts]).removesuffix(".__init__")
    if name == "llmkit.__main__":
        continue
    try:
        importlib.import_module(name)
        count += 1
    except ImportError as error:
        missing.append(name + ": " + str(error))
found = {"acts": acts, "files": files, "variables": sorted(set(variables)), "threads": started, "missing": missing, "count": count}
print(json.dumps(found))
"""
VARIABLES: frozenset[str] = frozenset()
"""Variables that a module of ours may read when it is imported."""


def touched(extra: str = "", wanted: str = "**/*.py") -> dict[str, Any]:
    """Import modules, all or those `wanted`, in an interpreter of their own; `extra` is run first. Return what was touched."""
    found: dict[str, Any] = json.loads(_run(PROBE.replace("EXTRA", extra).replace("WANTED", wanted)).splitlines()[-1])
    return found


def wrong(found: dict[str, Any]) -> list[str]:
    """Return what importing should not have touched."""
    read = [each for each in found["variables"] if each.partition(" by ")[0] not in VARIABLES]
    told = (("opens", found["files"]), ("reads", read), ("starts a thread by", found["threads"]))
    return [*found["acts"], *(f"{verb} {what}" for verb, each in told for what in each)]


def seconds(tries: int = 7) -> float:
    """Return the least time that `import llmkit` takes."""
    return min(
        float(_run("import time; begun = time.perf_counter(); import llmkit; print(time.perf_counter() - begun)")) for _ in range(tries)
    )


def _run(code: str) -> str:
    return subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True).stdout
