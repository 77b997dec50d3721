"""`import llmkit` must cost next to nothing and touch nothing."""

from __future__ import annotations

import json
import subprocess
import sys

PROBE = """
import json, sys
opened, others = [], []
def hook(event, args):
    if event == "open" and isinstance(args[0], str):
        opened.append(args[0])
    elif event.startswith(("socket", "subprocess", "os.system", "os.exec", "os.fork", "urllib", "ctypes", "_thread")):
        others.append(event)
import _thread, threading
def started(*args, **kwargs):  # 3.11 has no audit event for threads
    others.append("thread")
_thread.start_new_thread = threading._start_new_thread = started
before = set(sys.modules)
sys.addaudithook(hook)
import llmkit
print(json.dumps({"opened": opened, "others": others, "modules": sorted(set(sys.modules) - before), "file": llmkit.__file__}))
"""


def probe() -> dict:
    done = subprocess.run([sys.executable, "-I", "-c", PROBE], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_import_opens_no_socket_starts_nothing_and_reads_only_the_package() -> None:
    seen = probe()
    package = seen["file"].rpartition("/")[0]

    assert [] == seen["others"]
    assert [] == [path for path in seen["opened"] if not path.startswith(package)]


def test_import_loads_only_the_packages_front_door() -> None:
    modules = [name for name in probe()["modules"] if not name.startswith("__editable__")]

    assert ["llmkit", "llmkit.version"] == modules


def test_every_public_name_can_be_imported() -> None:
    import llmkit

    for name in llmkit.__all__:
        assert getattr(llmkit, name) is not None
