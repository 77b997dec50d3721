"""`llmkit doctor`: what works here and what is missing."""

from __future__ import annotations

import json
import platform
import sys
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from llmkit.client import LLMKit

Report = dict[str, dict[str, Any]]
"""Sections, each with its findings."""


@click.command()
@click.option("--online", is_flag=True, help="Also look for local servers and connect to the providers that have a key (no key is sent).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def doctor(online: bool, as_json: bool) -> None:
    """Check this installation; without --online nothing leaves the machine.

    Keys are reported as set or not: never their value, length or first letters. The exit code is 1 when a problem was found.
    """
    report, problems = _examine(online)
    if as_json:
        print(json.dumps({**report, "problems": problems}, indent=2))
    else:
        _show(report, problems)
    if problems:
        raise click.exceptions.Exit(1)


def _examine(online: bool) -> tuple[Report, list[str]]:
    from llmkit.client import LLMKit
    from llmkit.errors import ConfigurationError

    problems: list[str] = []
    report: Report = {"system": _system(), "extras": _extras(), "configuration": _configuration(problems)}
    try:
        kit = LLMKit()
    except ConfigurationError as error:
        problems.append(error.message)
        return report, problems
    with kit:
        report["keys"] = _keys(kit, problems)
        report["embedded model"] = _embedded(kit)
        report["tls"] = _tls(problems)
        if online:
            report["local servers"] = {
                server.name: {"address": server.base_url, "models": len(server.models)} for server in kit.local_servers()
            }
            report["providers reached"] = _reached(kit, report["keys"], problems)
    return report, problems


def _system() -> dict[str, Any]:
    from llmkit.cli.installation import versions
    from llmkit.version import VERSION

    python = f"{platform.python_version()} ({platform.python_implementation()}, {sys.executable})"
    return {"llmkit": VERSION, "python": python, "platform": platform.platform(), **versions()}


def _extras() -> dict[str, Any]:
    from llmkit.cli.installation import extras

    found: dict[str, Any] = {}
    for extra in extras():
        missing = [name for name, version in extra.packages.items() if version is None]
        found[extra.name] = "installed" if not missing else f"missing {', '.join(missing)}"
    return found or {"unknown": "llmkit is not installed as a package"}


def _configuration(problems: list[str]) -> dict[str, Any]:
    from llmkit.cli.private_files import is_private
    from llmkit.config import default_path

    path = default_path()
    if not path.is_file():
        return {"file": str(path), "found": False}
    private = is_private(path)
    if not private:
        problems.append(f"Others may read or write {path}. Run: chmod 600 {path}")
    return {"file": str(path), "found": True, "private": private}


def _keys(kit: LLMKit, problems: list[str]) -> dict[str, Any]:
    from llmkit.cli.keys_found import key_states

    found: dict[str, Any] = {}
    for state in key_states(kit, kit.providers.values()):
        if state.problem:
            problems.append(state.problem)
        found[state.provider] = f"{state.state} ({state.variable})" if state.variable else state.state
    return found


def _embedded(kit: LLMKit) -> dict[str, Any]:
    from llmkit.local import problem

    missing = problem()
    rows = [row for row in kit.providers.values() if row.engine == "embedded"]
    return {f"{row.name}/{row.starter}": "available" if missing is None else f"not available: {missing}" for row in rows}


def _tls(problems: list[str]) -> dict[str, Any]:
    import ssl

    from llmkit.errors import ConfigurationError
    from llmkit.transport.tls import tls_context
    from llmkit.transport.trust import Trust

    try:
        store = tls_context(Trust()).cert_store_stats()
    except ConfigurationError as error:
        problems.append(error.message)
        store = {}
    # A directory of certificates is read one by one when a peer is checked, so the count says little there.
    directory = ssl.get_default_verify_paths().openssl_capath
    return {"library": ssl.OPENSSL_VERSION, "certificates loaded": store.get("x509_ca", 0), "directory": directory}


def _reached(kit: LLMKit, keys: dict[str, Any], problems: list[str]) -> dict[str, Any]:
    from llmkit.cli.reachability import reach

    rows = [row for row in kit.providers.values() if str(keys[row.name]).startswith("yes")]
    found: dict[str, Any] = {}
    for outcome in reach(rows):
        if outcome.problem:
            problems.append(outcome.problem)
        tried = (
            f"{outcome.host} in {outcome.milliseconds} ms" if outcome.milliseconds is not None else "not tried: its address has settings"
        )
        found[outcome.provider] = outcome.problem or tried
    return found


def _show(report: Report, problems: list[str]) -> None:
    from llmkit.cli.tables import print_facts
    from llmkit.cli.terminal_text import one_line

    for place, (title, findings) in enumerate(report.items()):
        if place:
            print()
        shown = _worth_showing(findings) if title == "keys" else findings
        print_facts(title, [(name, _words(value)) for name, value in shown.items()] or [("none", "")])
    print(f"\n{len(problems)} problem{'' if len(problems) == 1 else 's'} found" if problems else "\nno problem found")
    for problem in problems:
        print(f"  {one_line(problem)}")


def _worth_showing(keys: dict[str, Any]) -> dict[str, Any]:
    """Leave out the many providers without a key; `--json` has them all."""
    missing = [name for name, state in keys.items() if state == "no"]
    local = [name for name, state in keys.items() if state == "not needed"]
    found = {name: state for name, state in keys.items() if state not in ("no", "not needed")}
    return {**found, "not needed": f"{len(local)} providers", "not set": f"{len(missing)} providers (`llmkit providers` lists them)"}


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{name} {item}" for name, item in value.items())
    return "missing" if value is None else str(value)
