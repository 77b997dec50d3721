"""Every place in the package that writes to the file system: found in the code, so that a new one cannot come unseen."""

from __future__ import annotations

import ast

from tests.architecture.source import calls, modules, nodes

_METHODS = frozenset({"write_text", "write_bytes", "mkdir", "touch", "symlink_to", "hardlink_to", "rename", "replace", "chmod"})
_SYSTEM = frozenset({"mkdir", "makedirs", "link", "symlink", "rename", "replace", "renames", "mkfifo", "mknod", "chmod", "fchmod"})
_TEMPORARY = frozenset({"mkstemp", "mkdtemp", "mktemp", "NamedTemporaryFile", "TemporaryFile", "TemporaryDirectory"})
_READS = frozenset({"get_terminal_size", "rmtree", "which", "disk_usage"})
_FLAGS = ("O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_APPEND")

WRITERS: dict[str, str] = {
    "unfinished.py:UnfinishedFile.__enter__": "whole: all that is saved, fetched and downloaded, and what the commands write with -o",
    "unfinished.py:UnfinishedFile.__exit__": "whole: the finished file takes its place",
    "unfinished.py:claim_name": "whole: the finished file takes a name that is free",
    "folders.py:private_folder": "folder: every folder that is made",
    "cli/private_files.py:write_private": "whole: a talk, a page of usage, the shortened history",
    "cli/private_files.py:append_private": "lines: what was typed before",
    "cli/__init__.py:_prepare_streams": "nothing: the null device, where a standard stream is missing",
    "cli/__init__.py:_end_of_pipe": "nothing: the null device",
    "cli/realtime.py:_sound": "whole: the sound of a session, within an `UnfinishedFile`",
    "metering/sinks.py:JsonLines.write": "lines: records of usage",
    "tracing/rotating_file.py:RotatingFile._open": "lines: traces",
    "tracing/rotating_file.py:RotatingFile._rotate": "lines: traces, the full file under another name",
    "stores/sqlite.py:Database._open": "database: caches, ledgers, limits, circuits",
    "stores/sqlite.py:make_private": "database: made before SQLite opens it",
    "models/update.py:_install": "whole: the registry of models",
    "operations/batch_local_files.py:LocalFiles.writing": "lines: the requests of a batch that runs here",
    "operations/batch_local_files.py:LocalFiles.done": "lines: what a killed process left unfinished is cut off",
    "operations/batch_local_files.py:LocalFiles.adding": "lines: the results of a batch that runs here",
    "operations/batch_local_files.py:LocalFiles.cancel": "lines: the mark of a cancelled batch",
    "operations/batch_local_files.py:LocalFiles.lock": "lines: who works on a batch",
    "operations/batch_file.py:WrittenRequests.__enter__": "scratch: requests on their way to a provider",
    "operations/batch_results.py:OrderedResults.__init__": "scratch: results on their way to the order of the requests",
    "local/listener.py:Listener.__init__": "folder: the socket of the embedded model",
    "tools/mcp_targets.py:_streams": "nothing: the null device",
    "testing/fake.py:FakeProvider.__enter__": "folder: the certificate of a fake provider",
}
"""What each writes, and how: `whole` under another name first, `lines` one write each, a `database`, `scratch` without a lasting name."""

UNHEARD = {
    "cli/realtime.py:_sound": "it gives an open file to the module that writes sound",
    "testing/fake.py:FakeProvider.__enter__": "it needs a certificate, and is a test's own folder",
}
"""Writers that open no file themselves while they are played."""


def writers(trees: dict[str, ast.Module] | None = None) -> dict[str, list[str]]:
    """Return the functions that write, as `path:Class.function`, each with its calls."""
    found: dict[str, list[str]] = {}
    for path, tree in (modules() if trees is None else trees).items():
        writing = [call for name, call in calls(tree) if _writes(name, call)]
        parents = {child: node for node in nodes(tree) for child in ast.iter_child_nodes(node)} if writing else {}
        for call in writing:
            found.setdefault(f"{path}:{_within(call, parents)}", []).append(ast.unparse(call))
    return found


def _writes(name: str, call: ast.Call) -> bool:
    module, _, function = name.rpartition(".")
    told = {
        "os": function in _SYSTEM,
        "tempfile": function in _TEMPORARY,
        "shutil": function not in _READS,
        "sqlite3": function == "connect",
    }
    if told.get(module):
        return True
    if name == "os.open":
        return any(flag in ast.unparse(call) for flag in _FLAGS)
    if function == "open" and module not in ("os", "gzip"):
        return _mode(call, 0 if isinstance(call.func, ast.Attribute) and module not in ("io", "wave", "codecs") else 1)
    if function == "fdopen":
        return False  # what it opened is found where it was opened
    return function in _METHODS and isinstance(call.func, ast.Attribute) and _is_path(call, function)


def _mode(call: ast.Call, place: int) -> bool:
    """Tell whether an `open` may write: a mode that does, or one that is not written out."""
    given = [word.value for word in call.keywords if word.arg == "mode"] or call.args[place : place + 1]
    if not given:
        return False
    if isinstance(given[0], ast.Constant):
        return isinstance(given[0].value, str) and bool(set(given[0].value) & set("wax+"))
    return isinstance(given[0], ast.Name) and given[0].id == "mode"


def _is_path(call: ast.Call, function: str) -> bool:
    """Tell `Path.replace(target)` and `Path.rename` from methods of texts and values, which take two arguments or names."""
    return function not in ("replace", "rename") or (len(call.args) == 1 and not call.keywords)


def _within(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> str:
    names: list[str] = []
    while node in parents:
        node = parents[node]
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.insert(0, node.name)
    return ".".join(names)
