"""What the interpreter is asked to do is heard: by a function of ours, and not by an import, a test or an annotation."""

from __future__ import annotations

import subprocess
import sys

from tests.security.bans.importing import touched, wrong
from tests.security.bans.sweep import forbidden

OURS = """
import sys
from tests.security.bans import hearing
heard = hearing.Hearing()
sys.addaudithook(heard)
namespace = {"__builtins__": __builtins__}
code = compile(%r, hearing.PACKAGE + "planted.py", "exec")
exec(code, namespace)
namespace["f"]()
print(sorted(heard.banned), heard.annotations)
"""
PLANTED = {
    "def f():\n    eval('1 + 1')": "exec by planted.py:f",
    "def f():\n    import subprocess\n    subprocess.run(['true'])": "subprocess.Popen by planted.py:f",
    "def f():\n    import os\n    os.system('true')": "os.system by planted.py:f",
    "def f():\n    import pickle, datetime\n    pickle.loads(pickle.dumps(datetime.date))": "pickle.find_class by planted.py:f",
    "def f():\n    import marshal\n    marshal.loads(marshal.dumps(1))": "marshal.loads by planted.py:f",
    "def f():\n    import ctypes\n    ctypes.CDLL(None)": "ctypes.dlopen by planted.py:f",
    "def f():\n    import os\n    os.waitpid(os.fork() or os._exit(0), 0)": "os.fork by planted.py:f",
}
_CARELESS = "import os, socket; socket.socket(); os.system('')"
INNOCENT = ("def f():\n    import msgspec", "def f():\n    import typing\n    class A:\n        x: 'int'\n    typing.get_type_hints(A)")


def told(code: str) -> str:
    return subprocess.run([sys.executable, "-c", OURS % code], capture_output=True, text=True, check=True).stdout


def test_what_a_function_of_ours_does_is_heard() -> None:
    """All in one process: each is a function of its own."""
    names = [f"f{number}" for number in range(len(PLANTED))]
    whole = "\n".join(code.replace("def f()", f"def {name}()") for name, code in zip(names, PLANTED, strict=True))
    calls = "".join(f"\n    {name}()" for name in names)
    wanted = [what.replace(":f", f":{name}") for name, what in zip(names, PLANTED.values(), strict=True)]

    said = told(f"{whole}\ndef f():{calls}")

    assert [] == [what for what in wanted if what not in said]


def test_imports_and_annotations_are_not() -> None:
    whole = "\n".join(code.replace("def f()", f"def f{number}()") for number, code in enumerate(INNOCENT))

    assert told(f"{whole}\ndef f():\n    f0()\n    f1()").startswith("[] ")


def test_a_program_that_nobody_permitted_is_reported() -> None:
    found = {"banned": {"subprocess.Popen by cli/chat.py:run": 2, "subprocess.Popen by tools/mcp_targets.py:client_of": 1}}

    assert ["subprocess.Popen by cli/chat.py:run (2 times)"] == forbidden(found)


def test_no_import_touches_anything() -> None:
    """A part of the modules; `security check bans.importing` imports all."""
    found = touched(wanted="config/*.py")

    assert [] == wrong(found)
    assert found["count"] > 10


def test_an_import_that_touches_something_is_found_out() -> None:
    assert ["socket.__new__", "os.system"] == [
        each for each in wrong(touched(_CARELESS, "version.py")) if each.startswith(("socket.__", "os."))
    ]
