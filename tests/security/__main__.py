"""`check` measures every claim and prints one table; `list` prints the claims; `figure ID` measures one; `peers` compares."""

from __future__ import annotations

import argparse
import sys
import time

from tests.security.claims import claims
from tests.security.measuring import figure_of, written
from tests.security.policy import PAGE, page
from tests.security.table import Table


def main(words: list[str]) -> int:
    """Run a command; return 0 where every claim that was measured holds."""
    parser = argparse.ArgumentParser(prog="security", description="Measure what the security policy claims.")
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="measure every claim, or those named, and print a table")
    check.add_argument("ids", nargs="*", metavar="CLAIM", help="an id, or the beginning of some: keys, transport.tls")
    commands.add_parser("list", help="print the claims and the tests that hold them")
    commands.add_parser("write", help="write the claims into SECURITY.md anew")
    others = commands.add_parser("peers", help="measure the same of other libraries, and print the comparison")
    others.add_argument("--write", action="store_true", help="write docs/security-peers.md anew")
    one = commands.add_parser("figure", help="measure one claim in this process")
    one.add_argument("id", choices=sorted(claims()), metavar="CLAIM")
    options = parser.parse_args(words)
    if options.command == "figure":
        print(written(figure_of(claims()[options.id])))
        return 0
    if options.command == "write":
        PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
        return 0
    if options.command == "list":
        for claim in claims().values():
            print(f"{claim.id:24} {claim.says}", *claim.tests, sep="\n    ")
        return 0
    if options.command == "peers":
        return _peers(write=options.write)
    return _check(options.ids)


def _peers(*, write: bool) -> int:
    from tests.security.canary.peers import page as comparing

    return comparing.main(write=write)


def _check(beginnings: list[str]) -> int:
    wanted = [claim for claim in claims().values() if not beginnings or claim.id.startswith(tuple(beginnings))]
    if not wanted:
        sys.exit(f"No claim begins with {' or '.join(beginnings)}; `list` prints them all.")
    begun = time.monotonic()
    table = Table(wanted)
    table.fill()
    table.show(time.monotonic() - begun)
    return 0 if table.holds else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
