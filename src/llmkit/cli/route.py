"""`llmkit route explain`: which deployments of a route a prompt would be sent to, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from llmkit.routing import Considered, Router

__all__ = ["route"]


@click.group()
def route() -> None:
    """See what routes do."""


@route.command(epilog="Nothing is sent. What was measured is known only to the program that runs.")
@click.argument("prompt", nargs=-1, required=True)
@click.option("--config", "file", metavar="FILE", type=click.Path(), required=True, help="A TOML file with [routes.NAME] tables.")
@click.option("--route", "name", metavar="NAME", help="The route; needed where the file has several.")
@click.option("--constraint", "constraints", metavar="NAME=VALUE", multiple=True, help="max_cost=0.01, regions=eu,us ... Repeatable.")
@click.option("--tenant", metavar="ID", help="As for this tenant.")
@click.option("--user", metavar="ID", help="As for this user: a split keeps each in one arm.")
@click.option("--tag", "tags", metavar="WORD", multiple=True, help="With this tag. Repeatable.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def explain(prompt: tuple[str, ...], file: str, name: str | None, as_json: bool, **options: Any) -> None:
    """Show which deployments a prompt would be sent to, in order, with scores and reasons.

    \b
    Examples:
      llmkit route explain --config routes.toml "Why is the sky blue?"
      llmkit route explain --config routes.toml --route chat --constraint max_input_price=1 "Hi"
    """
    from llmkit.options import make_request

    router = _router(file)
    wanted = _wanted(router, name)
    given = {key: options[key] for key in ("tenant", "user") if options[key]}
    if options["tags"]:
        given["tags"] = list(options["tags"])
    if options["constraints"]:
        given["route"] = _constraints(options["constraints"])
    _print(router.explain(make_request(wanted, " ".join(prompt), given)), as_json)


def _router(file: str) -> Router:
    import tomllib
    from pathlib import Path

    from llmkit.errors import ConfigurationError
    from llmkit.routing import Router, read_routes

    try:
        content = tomllib.loads(Path(file).read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"The file {file} cannot be read: {error.strerror or error}.", parameter="config") from None
    except (ValueError, RecursionError) as error:  # not UTF-8, no TOML, a number or depth beyond what Python reads
        raise ConfigurationError(f"{file}: {error}", parameter="config") from None
    return Router(read_routes(content.get("routes", {})))


def _wanted(router: Router, name: str | None) -> str:
    from llmkit.errors import UnknownModel

    if name is None:
        if len(router.models) > 1:
            raise click.UsageError(f"Name one with --route: {', '.join(router.models)}.")
        return router.models[0]
    wanted = name if "/" in name else f"route/{name}"
    if wanted not in router.models:
        raise UnknownModel(wanted, router.models)
    return wanted


def _constraints(texts: tuple[str, ...]) -> dict[str, Any]:
    """Return the constraints; words are lists, the rest numbers."""
    found: dict[str, Any] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise click.BadParameter(f"{text!r} is not NAME=VALUE.", param_hint="--constraint")
        if name.startswith("max_"):
            try:
                found[name] = int(value) if name == "max_retention" else float(value)
            except ValueError:
                raise click.BadParameter(f"{value!r} is no number.", param_hint="--constraint") from None
        else:
            found[name] = value.split(",")
    return found


def _print(considered: list[Considered], as_json: bool) -> None:
    from llmkit.cli.tables import print_table

    if as_json:
        import json

        print(json.dumps([one.to_dict() for one in considered], indent=2))
        return
    rows = [[str(one.place or "-"), one.model, one.reason] for one in considered]
    print_table(["#", "DEPLOYMENT", "WHY"], rows, right=(0,), flexible={2: 20}, keep=2)
