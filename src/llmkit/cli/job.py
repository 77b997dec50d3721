"""`llmkit job`: how a job stands, waiting for it, ending it."""

from __future__ import annotations

import click

__all__ = ["job"]


@click.command(epilog="Exit code 1: the job is over and made nothing.")
@click.argument("id", metavar="ID")
@click.option("--wait", "waits", is_flag=True, help="Wait until it is over, and save what it made.")
@click.option("--cancel", is_flag=True, help="End it early, where the provider can.")
@click.option("-o", "--output", metavar="PATH", type=click.Path(), help="With --wait: a file, or a folder for several.")
@click.option("--timeout", type=click.FloatRange(0.1), metavar="SECONDS", help="With --wait: no longer than this. The job goes on.")
@click.option("--config", "file", metavar="FILE", type=click.Path(), help="Another configuration file.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def job(id: str, waits: bool, cancel: bool, output: str | None, timeout: float | None, file: str | None, as_json: bool) -> int:
    """Show how the job ID stands, as `llmkit video --start` or `job.id` named it.

    \b
    Examples:
      llmkit job video:openai/sora-2:video_123
      llmkit job video:openai/sora-2:video_123 --wait -o cat.mp4
    """
    from llmkit.cli.waiting import keep, wait
    from llmkit.client import LLMKit

    if waits and cancel:
        raise click.UsageError("--wait and --cancel exclude each other.")
    with LLMKit(config=file) as kit:
        found = kit.job(id)
        if waits:
            keep(kit, wait(found, timeout), output, as_json)
            return 0
        state = (found.cancel() if cancel else found.refresh())._core.state
    why = state.failure.message if state.failure is not None else ""
    if as_json:
        import json

        print(json.dumps({"id": id, "status": state.status, "progress": state.progress, "failure": why or None}))
    else:
        from llmkit.cli.terminal_text import one_line

        told = "" if state.progress is None or state.over else f" {state.progress:.0%}"
        print(one_line(f"{state.status}{told}{f': {why}' if why else ''}"))
    return 1 if state.status in ("failed", "expired") else 0
