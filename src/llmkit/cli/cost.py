"""`llmkit cost`: what a prompt, a file, an amount of tokens or a log would cost on several models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from llmkit.cli.suggestions import suggest_abilities, suggest_models, suggest_providers, suggest_services

if TYPE_CHECKING:
    from llmkit.cli.cost_lines import CostLine
    from llmkit.client import LLMKit
    from llmkit.types.usage import Usage

__all__ = ["cost"]

_WISHES = ("can", "provider", "min_context", "open_weights", "with_key", "all_providers")
_LARGEST = 256 * 1024 * 1024


def _count(context: click.Context, parameter: click.Parameter, text: str | None) -> int | None:
    from llmkit.cli.amounts import read_count

    try:
        return None if text is None else read_count(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is no whole number such as 500, 10k or 1e6.") from None


def _pair(context: click.Context, parameter: click.Parameter, text: str | None) -> tuple[int, int] | None:
    from llmkit.cli.amounts import read_count

    if text is None:
        return None
    put, comma, got = text.partition(",")
    try:
        return read_count(put), read_count(got) if comma else 0
    except ValueError:
        raise click.BadParameter(f"{text!r} is not INPUT,OUTPUT such as 2000,500 or 100k,2k.") from None


@click.command(epilog="Prices are listed ones; nothing is sent. What a price is not known for is listed with the reason.")
@click.argument("prompt", nargs=-1)
@click.option("-m", "--model", "models", metavar="ID", multiple=True, shell_complete=suggest_models, help="On this model. Repeatable.")
@click.option("-f", "--file", metavar="FILE", type=click.Path(), help="The text of this file as prompt.")
@click.option("--tokens", metavar="IN,OUT", callback=_pair, help="So many tokens instead of a prompt.")
@click.option("--log", metavar="FILE", type=click.Path(allow_dash=True), help="The answers in this file, one JSON object a line.")
@click.option("--output-tokens", metavar="N", callback=_count, help="The length of the answer; without it the input alone is reckoned.")
@click.option("--cached", metavar="N", callback=_count, help="So many of the tokens of --tokens are read from a cache.")
@click.option("--calls", metavar="N", callback=_count, default="1", help="So many such calls, as 10k or 1e6.")
@click.option("--service", metavar="NAME", default="", shell_complete=suggest_services, help="How it is served: batch, flex, priority ...")
@click.option("--top", metavar="N", type=click.IntRange(1, 1000), help="On the N cheapest models, of which the flags below leave some out.")
@click.option("--can", metavar="ABILITY", multiple=True, shell_complete=suggest_abilities, help="With --top: tools, vision, reasoning ...")
@click.option("-p", "--provider", metavar="NAME", multiple=True, shell_complete=suggest_providers, help="With --top: only this provider's.")
@click.option("--min-context", metavar="TOKENS", callback=_count, help="With --top: context window of at least.")
@click.option("--open-weights", is_flag=True, help="With --top: its weights are open.")
@click.option("--with-key", is_flag=True, help="With --top: only of providers whose key is set.")
@click.option("--all-providers", is_flag=True, help="With --top: also of those that cannot be called from here.")
@click.option("--plot", is_flag=True, help="Draw bars into a pipe, too.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def cost(prompt: tuple[str, ...], models: tuple[str, ...], **options: Any) -> None:
    """Show what a prompt, a file, an amount of tokens or a log costs on several models.

    \b
    Examples:
      llmkit cost "Why is the sky blue?" -m openai/gpt-5.4-mini --output-tokens 300
      llmkit cost --file report.txt --output-tokens 1k --top 10
      llmkit cost --tokens 20k,500 --cached 18k --calls 1e6 -m google/gemini-3.5-flash
      llmkit cost --tokens 2000,500 --top 20 --can tools --min-context 200k
      llmkit cost --log answers.jsonl             (what it did cost, by model)
      llmkit cost --log answers.jsonl -m openai/gpt-5.4-mini     (there instead)
    """
    from llmkit.client import LLMKit

    _require_one(prompt, options)
    _require_known(options["service"])
    with LLMKit() as kit:
        if options["log"]:
            _log(kit, models, options)
        else:
            _show(_lines(kit, " ".join(prompt), models, options), options)


def _require_one(prompt: tuple[str, ...], options: dict[str, Any]) -> None:
    kinds = {"a PROMPT": prompt, **{f"--{name}": options[name] for name in ("file", "tokens", "log")}}
    given = [name for name, value in kinds.items() if value]
    if not given:
        raise click.UsageError("Give a PROMPT, --file, --tokens or --log.")
    if len(given) > 1:
        raise click.UsageError(f"{' and '.join(given)} exclude each other.")
    if options["cached"] and not options["tokens"]:
        raise click.UsageError("--cached goes with --tokens.")
    if options["output_tokens"] is not None and (options["tokens"] or options["log"]):
        raise click.UsageError("--output-tokens goes with a PROMPT or --file.")
    if options["top"] is None and any(options[name] for name in _WISHES):
        raise click.UsageError("--can, --provider and the other filters go with --top.")


def _require_known(service: str) -> None:
    from typing import get_args

    from llmkit.types.price import Service

    if service and service not in get_args(Service):
        raise click.BadParameter(f"there are {', '.join(get_args(Service))}.", param_hint="--service")


def _lines(kit: LLMKit, prompt: str, models: tuple[str, ...], options: dict[str, Any]) -> list[CostLine]:
    from llmkit.cli.cost_lines import in_order, of_text, of_usage

    if not models and not options["top"]:
        raise click.UsageError("Name models with -m, or ask for the cheapest with --top 10.")
    service, top = options["service"], options["top"]
    if options["tokens"]:
        usage = _usage(options["tokens"], options["cached"] or 0)
        names = [*models, *(_cheapest(kit, top, options, usage) if top else ())]
        return in_order([of_usage(kit, model, usage, service) for model in dict.fromkeys(names)])
    text, length = prompt or _text(options["file"]), options["output_tokens"]
    lines = [of_text(kit, model, text, length, service) for model in dict.fromkeys(models)]
    return in_order([*lines, *(_top_of_text(kit, text, options) if top else ())])


def _top_of_text(kit: LLMKit, text: str, options: dict[str, Any]) -> list[CostLine]:
    """Return the cheapest models for a text: families count its tokens differently, so more are looked at than are shown."""
    from llmkit.cli.cost_lines import in_order, of_text
    from llmkit.types.usage import Usage

    top, length, service = options["top"], options["output_tokens"], options["service"]
    first = _cheapest(kit, 1, options, Usage(uncached=1, output_text=length or 0))
    if not first:
        return []
    usage = of_text(kit, first[0], text, length, service).usage
    found = _cheapest(kit, top * 2 + 10, options, usage)
    return in_order([of_text(kit, model, text, length, service) for model in found])[:top]


def _cheapest(kit: LLMKit, top: int, options: dict[str, Any], usage: Usage) -> list[str]:
    from llmkit.cli.cost_lines import cheapest

    wishes = {name: options[name] for name in _WISHES if options[name]}
    return [info.model for info in cheapest(kit, top, wishes, usage, options["service"])]


def _usage(tokens: tuple[int, int], cached: int) -> Usage:
    from llmkit.types.usage import Usage

    put, got = tokens
    if cached > put:
        raise click.BadParameter(f"of {put:,} tokens of input {cached:,} cannot be cached.", param_hint="--cached")
    return Usage(uncached=put - cached, cache_read=cached, output_text=got)


def _text(name: str) -> str:
    from pathlib import Path

    from llmkit.errors import InvalidRequest

    path = Path(name)
    try:
        if path.stat().st_size > _LARGEST:
            raise InvalidRequest(f"The file {name} is larger than {_LARGEST // 1024 // 1024} MiB.", parameter="file")
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InvalidRequest(f"The file {name} cannot be read: {error.strerror or error}.", parameter="file") from None
    except UnicodeDecodeError:
        raise InvalidRequest(f"The file {name} is not UTF-8 text.", parameter="file") from None
    if not text:
        raise InvalidRequest(f"The file {name} is empty.", parameter="file")
    return text


def _show(lines: list[CostLine], options: dict[str, Any]) -> None:
    from llmkit.cli.cost_report import print_costs, report
    from llmkit.cli.notices import note

    if options["as_json"]:
        from llmkit.cli.model_listing import as_json

        print(as_json({"calls": options["calls"], "models": report(lines, options["calls"])}))
        return
    if not lines:
        note("no model fits")
        return
    print_costs(lines, calls=options["calls"], chart=_chart(options))
    if errors := [line.error for line in lines if line.error]:
        note(f"~ is estimated, in most cases within {max(errors):.0%}")
    if not options["tokens"] and options["output_tokens"] is None:
        note("the input alone; --output-tokens N reckons an answer too")


def _chart(options: dict[str, Any]) -> bool:
    from llmkit.cli.screen import is_terminal

    return bool(options["plot"]) or is_terminal()


def _log(kit: LLMKit, models: tuple[str, ...], options: dict[str, Any]) -> None:
    from llmkit.cli.cost_lines import in_order
    from llmkit.cli.cost_report import print_costs, print_faults, report
    from llmkit.cli.log_costs import costs_of_log

    if options["top"]:
        raise click.UsageError("--log goes with -m, not with --top.")
    found = costs_of_log(kit, options["log"], models, options["service"])
    lines = in_order(found.lines)
    if options["as_json"]:
        from llmkit.cli.model_listing import as_json

        skipped = [{"line": fault.line, "reason": fault.reason} for fault in found.faults]
        whole = {"answers": found.read, "skipped": found.faulty, "skipped_lines": skipped}
        print(as_json({"calls": options["calls"], **whole, "models": report(lines, options["calls"])}))
        return
    print_costs(lines, calls=options["calls"], chart=_chart(options), of_log=True)
    print_faults(found.faulty, found.faults, found.read)
