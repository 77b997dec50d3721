"""A plugin of pytest that hears what the interpreter is asked to do while tests run, and by whom: code, programs, foreign functions."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any

import llmkit

PACKAGE = os.path.dirname(llmkit.__file__) + os.sep
TESTS = str(Path(__file__).resolve().parents[2]) + os.sep
BANNED = (
    "exec",
    "compile",
    "pickle.find_class",
    "marshal.loads",
    "marshal.load",
    "ctypes.",
    "os.system",
    "os.exec",
    "os.fork",
    "os.forkpty",
    "os.posix_spawn",
    "os.spawn",
    "os.startfile",
    "pty.spawn",
    "subprocess.Popen",
    "code.__new__",
    "shutil.unpack_archive",
)
MACHINERY = (
    "typing.py",
    "msgspec/_utils.py",
    "dataclasses.py",
    "collections/__init__.py",
    "inspect.py",
    "functools.py",
    "enum.py",
    "ast.py",
)
"""Modules that evaluate the annotations of a class or a function: text of the program that defines it, and never data."""
PLACE = "LLMKIT_HEARD"
"""The variable that names the file into which the plugin writes what it heard."""


class Hearing:
    """Counts banned events by the function of ours that led to them, and all events that our functions led to."""

    def __init__(self) -> None:
        self.banned: Counter[str] = Counter()
        self.annotations = self.others = 0
        self._hears = False

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Take one event of the interpreter."""
        if self._hears or not event.startswith(BANNED):
            return
        self._hears = True
        try:
            who = author(sys._getframe(1))
            if who is None:
                self.others += 1
            elif event in ("compile", "exec") and evaluates_annotations(sys._getframe(1)):
                self.annotations += 1
            else:
                self.banned[f"{event} by {who}"] += 1
        finally:
            self._hears = False


def evaluates_annotations(frame: FrameType | None) -> bool:
    """Tell whether the machinery of types asked, on behalf of whoever asked it."""
    while frame is not None and not frame.f_code.co_filename.startswith("<string>"):
        return frame.f_code.co_filename.replace(os.sep, "/").endswith(MACHINERY)
    return frame is not None and evaluates_annotations(frame.f_back)


def author(frame: FrameType | None) -> str | None:
    """Return the function of the package that asked for something; None where an import, a test or a user's function did."""
    while frame is not None:
        code = frame.f_code
        if code.co_filename.startswith("<frozen importlib"):
            return None
        if code.co_filename.startswith(PACKAGE):
            if code.co_name == "<module>":
                return None
            return f"{code.co_filename.removeprefix(PACKAGE)}:{code.co_qualname.replace('.<locals>', '')}"
        if code.co_filename.startswith(TESTS) and "site-packages" not in code.co_filename:
            return None
        frame = frame.f_back
    return None


if PLACE in os.environ:
    _hearing = Hearing()
    sys.addaudithook(_hearing)

    def pytest_sessionfinish(session: Any) -> None:
        """Write down what was heard."""
        told = {
            "banned": _hearing.banned,
            "annotations": _hearing.annotations,
            "others": _hearing.others,
            "tests": session.testscollected,
            "failed": session.testsfailed,
        }
        Path(os.environ[PLACE]).write_text(json.dumps(told), encoding="utf-8")
