"""Rules against running what came as data: code, programs, and objects that bring code with them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.architecture.source import calls, imported, named
from tests.security.bans.rule import Rule

_CODE_CALLS = frozenset({"eval", "exec", "compile", "__import__", "builtins.eval", "builtins.exec", "builtins.compile", "breakpoint"})
_CODE_MODULES = frozenset({"code", "codeop", "runpy", "imp", "xmlrpc", "pdb"})
_REVIVING = frozenset({"pickle", "_pickle", "cPickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "jsonpickle", "copyreg"})
_NATIVE = frozenset({"ctypes", "_ctypes", "cffi", "_cffi_backend", "numpy.ctypeslib"})
_PROGRAMS = frozenset({"subprocess", "_posixsubprocess", "pty", "multiprocessing", "concurrent.futures.process", "popen2", "commands"})
_STARTS = ("system", "popen", "fork", "forkpty", "startfile", "posix_spawn", "posix_spawnp", "exec", "spawn")
_ARCHIVES = frozenset({"tarfile", "zipfile", "zipimport"})


def code_run(tree: ast.Module) -> Iterator[str]:
    """Give calls that run text as code."""
    yield from (ast.unparse(call.func) for name, call in calls(tree) if name in _CODE_CALLS)
    yield from _modules(tree, _CODE_MODULES)
    yield from (name for name in named(tree) if name.startswith("builtins.") and name in _CODE_CALLS)


def objects_revived(tree: ast.Module) -> Iterator[str]:
    """Give formats whose data can name a class to be made."""
    yield from _modules(tree, _REVIVING)
    for name, call in calls(tree):
        if name.startswith("yaml.") and name.rpartition(".")[2] in ("load", "load_all", "unsafe_load", "full_load", "unsafe_load_all"):
            yield name
        if any(word.arg == "allow_pickle" and not _is(word.value, False) for word in call.keywords):
            yield "allow_pickle"


def native_code(tree: ast.Module) -> Iterator[str]:
    """Give doors to memory and foreign functions."""
    yield from _modules(tree, _NATIVE)


def programs(tree: ast.Module) -> Iterator[str]:
    """Give what starts another program, or another process."""
    yield from _modules(tree, _PROGRAMS)
    for name in named(tree):
        module, _, function = name.rpartition(".")
        if module in ("os", "posix", "nt") and function.startswith(_STARTS) and not function.startswith("fork_"):
            yield name
        if (module.startswith("asyncio") and function.startswith("create_subprocess")) or function in ("stdio_client", "subprocess_exec"):
            yield name
    yield from ("shell=True" for _, call in calls(tree) for word in call.keywords if word.arg == "shell" and not _is(word.value, False))


def archives(tree: ast.Module) -> Iterator[str]:
    """Give what unpacks archives, whose names lead where they like."""
    yield from _modules(tree, _ARCHIVES)
    yield from (name for name, _ in calls(tree) if name == "shutil.unpack_archive" or name.endswith(".extractall"))


def _modules(tree: ast.Module, banned: frozenset[str]) -> Iterator[str]:
    for name in imported(tree):
        if name in banned or name.partition(".")[0] in banned:
            yield name.partition(".")[0] if name.partition(".")[0] in banned else name


def _is(node: ast.expr, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


RULES = (
    Rule(
        name="code",
        says="No text is run as code.",
        find=code_run,
        planted=(
            "eval('1')",
            "def f(x):\n    exec(x)",
            "compile(x, '', 'eval')",
            "__import__(name)",
            "import runpy",
            "import builtins\nrun = builtins.eval",
            "from builtins import exec as run\nrun(x)",
        ),
        innocent=("import re\nre.compile('exec')", "self.eval(1)", '"""eval(x)"""'),
    ),
    Rule(
        name="revival",
        says="No format is read whose data names a class to be made.",
        find=objects_revived,
        planted=(
            "import pickle",
            "from marshal import loads",
            "def f():\n    import shelve",
            "import yaml\nyaml.load(x)",
            "from yaml import unsafe_load\nunsafe_load(x)",
            "import numpy\nnumpy.load(x, allow_pickle=True)",
            "import dill as json",
        ),
        innocent=("import yaml\nyaml.safe_load(x)", "import numpy\nnumpy.load(x, allow_pickle=False)"),
    ),
    Rule(
        name="native",
        says="No foreign function is called and no memory is read past the interpreter.",
        find=native_code,
        planted=("import ctypes", "from ctypes.util import find_library", "from cffi import FFI"),
    ),
    Rule(
        name="programs",
        says="No program is started.",
        find=programs,
        planted=(
            "import subprocess",
            "import os\nos.system('ls')",
            "from os import popen\npopen('ls')",
            "import os\nos.execvp(a, b)",
            "import os as o\nrun = o.spawnl",
            "import os\nos.fork()",
            "import pty",
            "run(x, shell=True)",
            "import asyncio\nasyncio.create_subprocess_shell(x)",
            "from mcp import stdio_client\nstdio_client(x)",
            "from concurrent.futures.process import ProcessPoolExecutor",
        ),
        innocent=("import os\nos.path.exists(x)\nos.register_at_fork(after_in_child=f)", "run(x, shell=False)"),
        allowed={
            (
                "auth/aws_process.py",
                "subprocess",
            ): "the program that the user's AWS profile names for keys, where the client's settings allow it",
            (
                "tools/mcp_targets.py",
                "mcp.stdio_client",
            ): "a tool server that the program itself names, as a list of words, without a shell",
        },
    ),
    Rule(
        name="archives",
        says="No archive is unpacked.",
        find=archives,
        planted=("import tarfile", "from zipfile import ZipFile", "archive.extractall(x)", "import shutil\nshutil.unpack_archive(x)"),
    ),
)
