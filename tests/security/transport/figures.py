"""Measure where bytes go."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.rows import ROWS
from tests.security.claim import Figure

Found = tuple[int, list[str]]


def told(number: int, faults: Sequence[str], what: str, wanted: int, notes: Sequence[str] = ()) -> Figure:
    """Return the figure of `number` cases with these faults; fewer cases than `wanted` prove nothing."""
    return Figure(
        met=not faults and number >= wanted,
        measured=f"{len(faults)} of {number:,} {what}",
        wanted=f"0 of {wanted:,} or more",
        notes=(*faults[:5], *notes),
    )


def tls() -> Figure:
    """Play every fault of a TLS server against every engine."""
    from tests.security.transport.tls_playing import WAYS, accepted, faults_found, reused

    number, faults, impossible = faults_found()
    faults += [f"{way.name} refuses a server with nothing wrong" for way in WAYS if not accepted(way)]
    faults += [f"{way.name}: {fault}" for way in WAYS if not way.socket and (fault := reused(way))]
    notes = [f"OpenSSL on this machine cannot play a server with {', '.join(impossible)}."] if impossible else []
    notes.append(f"{number // len(WAYS)} faults, {len(WAYS)} ways to call; a server's wish to renegotiate is ignored and not played.")
    return told(number, faults, "calls to faulty TLS servers sent a byte or ended wrong", 400, notes)


def redirects() -> Figure:
    """Answer every row with every redirect."""
    from tests.security.transport.calls import calls
    from tests.security.transport.redirects import rows_found, sockets_found, tokens_found

    rows = [row for row in ROWS if row.name in calls()]
    found = [rows_found(rows), tokens_found(rows), sockets_found()]
    rest = [row.name for row in ROWS if row.name not in calls() and not row.ended]
    ended = sum(bool(row.ended) for row in ROWS)
    notes = [f"{len(rows)} of {len(ROWS)} rows; {ended} ended and are not called; {', '.join(rest)} has no server."]
    notes.append(f"Of these, {found[1][0]} redirects of token endpoints and {found[2][0]} of WebSockets.")
    return summed(found, "redirects were followed", 6000, notes)


def addresses() -> Figure:
    """Give every spelling of an address in every way."""
    from tests.security.transport.addresses import WAYS, addresses_found
    from tests.security.transport.url_table import ACCEPTED, REFUSED

    number, faults = addresses_found()
    notes = [f"{len(ACCEPTED) + len(REFUSED)} spellings, given by {', '.join(WAYS)}."]
    return told(number, faults, "addresses led elsewhere than they say", 900, notes)


def fetch() -> Figure:
    """Give links into private networks to everything that follows links, with every connection of the process heard."""
    from tests.security.transport.links import EVERY, hops_found, links_found, network, rebinding_found
    from tests.security.transport.network import Audit, on
    from tests.security.transport.pointers import answers_found
    from tests.security.transport.services import mcp_found, models_found, services_found
    from tests.security.transport.sites import uncovered

    measured: list[Callable[..., Found]] = [
        links_found,
        hops_found,
        rebinding_found,
        answers_found,
        models_found,
        mcp_found,
        services_found,
    ]
    net = network()
    audit = Audit(net)
    with on(net):
        found = [measure(net) for measure in measured]
    faults = [f"connected to {where}" for where in audit.forbidden] + [f"{name}: addresses without a cover" for name in uncovered()]
    kinds = ("links", "hops", "changing names", "answers", "models", "tools", "services of the machine")
    counts = ", ".join(f"{number:,} {kind}" for (number, _), kind in zip(found, kinds, strict=True))
    notes = [f"{len(EVERY)} spellings; {counts}.", f"The audit hook heard {audit.seen:,} connections, all to the test's own servers."]
    return summed([*found, (0, faults)], "links were followed into a private network", 5000, notes if not audit.forbidden else notes[:1])


def origin() -> Figure:
    """Try to move keys by fields, variables, files, answers and failures, with every connection and every opened file heard."""
    from tests.security.transport.network import Audit, Network
    from tests.security.transport.overrides import CALLS, PARAMETERS, overrides_found
    from tests.security.transport.pairs import pairs_found
    from tests.security.transport.sayings import answers_found
    from tests.security.transport.surroundings import FILES, HOSTILE, VARIABLES, environment_found, folder_found

    audit = Audit(Network(), HOSTILE)
    found = [measure() for measure in (overrides_found, environment_found, folder_found, answers_found, pairs_found)]
    faults = [f"connected to {where}" for where in audit.away] + [f"opened {path} of the folder" for path in audit.opened]
    kinds = ("parameters", "calls among variables", "calls among files", "answers", "pairs of providers")
    counts = ", ".join(f"{number:,} {kind}" for (number, _), kind in zip(found, kinds, strict=True))
    notes = [
        f"{counts}.",
        f"{len(PARAMETERS)} names in {len(CALLS)} calls, {len(VARIABLES)} variables, {len(FILES)} files, none of them opened.",
        f"The audit hook heard {audit.seen:,} connections, none of them beyond this machine.",
    ]
    return summed([*found, (0, faults)], "tries moved a key or a connection", 8000, notes if not faults else notes[:1])


def injection() -> Figure:
    """Put what could split a head into every text, and hostile ids into every path."""
    from tests.security.transport.hostile_ids import hostile
    from tests.security.transport.identifiers import SPOTS, ids_found
    from tests.security.transport.strings import METHODS, strings_found, texts, uncovered

    number, faults, arrived = strings_found()
    ids, astray, mute = ids_found(hostile(130))
    faults = [*faults, *astray, *(f"{name}: a public call that nobody tries" for name in uncovered())]
    notes = [
        f"{number:,} texts in {len(METHODS)} calls with {sum(1 for name in METHODS for _ in texts(name)):,} shapes of parameters; "
        f"{arrived:,} requests arrived, the rest was refused.",
        f"{ids:,} ids at {len(SPOTS) - len(mute)} places of paths; at {len(mute)} others the id stands in the body alone.",
    ]
    return told(number + ids, faults, "texts and ids split a head, left their place, or ended in an error of another kind", 20_000, notes)


def summed(found: Sequence[Found], what: str, wanted: int, notes: Sequence[str]) -> Figure:
    """Return the figure of several measurements together."""
    return told(sum(number for number, _ in found), [fault for _, faults in found for fault in faults], what, wanted, notes)
