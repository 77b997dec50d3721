"""`llmkit health`: which deployments can be called, and with `--check` which of them answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from llmkit.cli.suggestions import suggest_models

if TYPE_CHECKING:
    from llmkit.client import LLMKit
    from llmkit.health import HealthReport

__all__ = ["health"]


@click.command(epilog="Exit code 1: something is down. What a running program measured, only that program knows: `kit.health()`.")
@click.argument("models", nargs=-1, metavar="[MODEL]...", shell_complete=suggest_models)
@click.option("--check", is_flag=True, help="Ask: lists of models, which cost nothing, model servers here, stores.")
@click.option("--completion", is_flag=True, help="With --check: ask for a very short answer, which costs a little.")
@click.option("--timeout", type=click.FloatRange(0.1, 600), default=5.0, show_default=True, help="Seconds for each.")
@click.option("--config", "file", metavar="FILE", type=click.Path(), help="Another configuration file.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def health(models: tuple[str, ...], check: bool, completion: bool, timeout: float, file: str | None, as_json: bool) -> int:
    """Show which deployments can be called: MODELs or routes, else those of the configuration file.

    \b
    Examples:
      llmkit health
      llmkit health --check openai/gpt-5.4-mini route/chat
    """
    from llmkit.client import LLMKit
    from llmkit.health import Health
    from llmkit.health.checking import Findings

    # One check decides: nobody runs this command twice to be sure.
    watch = Health((), every=None, by="completion" if completion else "models", failures=1, successes=1, timeout=timeout)
    with LLMKit(config=file) as kit:
        watch.join(kit._core)
        for name in models or _usual(kit):
            watch.add(kit._core, name)
        kit._core.findings = Findings(watch)
        report = kit.check_health() if check else kit.health()
    if as_json:
        import json

        print(json.dumps({**report.to_dict(), "well": report.well}, indent=2))
    else:
        _print(report)
    return 0 if report.well else 1


def _usual(kit: LLMKit) -> list[str]:
    """Return what the configuration file speaks of: its routes and its model; else a cheap model of each provider with a key."""
    core = kit._core
    named = [*core.routes, *([core.config.default_model] if core.config.default_model else [])]
    if named:
        return named
    rows = [row for row in kit.providers.values() if row.starter and row.env and not row.ended and not row.of]
    return [f"{row.name}/{row.starter}" for row in rows if _configured(kit, row.name)]


def _configured(kit: LLMKit, provider: str) -> bool:
    from llmkit.errors import ConfigurationError

    try:
        return kit.configured(provider)
    except ConfigurationError:
        return True  # something is there, and `health` says what is wrong with it


def _print(report: HealthReport) -> None:
    from llmkit.cli.notices import note
    from llmkit.cli.tables import print_table
    from llmkit.health.report import figures

    rows = [[one.deployment, one.state, figures(one)] for one in report.deployments]
    rows += [[f"{one.store} of {one.layer}", "healthy" if one.reachable else "down", one.reason] for one in report.stores]
    rows += [[one.name, "healthy", f"{one.base_url}, {one.models} models"] for one in report.servers]
    if not rows:
        note("no model is named, and no provider has a key: see `llmkit providers`")
        return
    print_table(["DEPLOYMENT", "STATE", "WHY"], rows, flexible={2: 20}, keep=2)
