"""Faults of answers that are none: statuses, other bodies, errors in the wrong place."""

from __future__ import annotations

from collections.abc import Callable

from llmkit.testing.wire import Failure
from tests.faults.chaos import Damage
from tests.faults.connections import BAD, first_words
from tests.faults.material import Material, chunk
from tests.faults.row import Outcomes, Row, Way
from tests.transport.servers import Peer

PAGE = "<!DOCTYPE html><html><title>Sign in</title><p>{key}</html>"


def status(line: str, *headers: str, body: bytes | None = None) -> Damage:
    """Return the damage that answers with a status and an error in the format's own words."""
    return lambda m, peer: peer.send(m.sized(b"{}" if body is None else body, *headers, status=line, kind="application/json"))


def bare(line: str, *headers: str) -> Damage:
    """Return the damage that answers with a head only."""
    return lambda m, peer: peer.send(m.head(line, *headers, framing="Content-Length: 0" if not line.startswith(("204", "304")) else ""))


def redirect(line: str) -> Damage:
    """Return the damage that points elsewhere, to an address with a secret in it."""
    return bare(line, "Location: https://evil.example/?key=s3cret")


def page(line: str) -> Damage:
    """Return the damage that answers with a web page which repeats the key."""
    return lambda m, peer: peer.send(m.sized(PAGE.format(key=m.wire.KEY).encode(), status=line, kind="text/html; charset=utf-8"))


def page_as_answer(m: Material, peer: Peer) -> None:
    """The same under the media type that was asked for."""
    peer.send(m.sized(PAGE.format(key="").encode()))


def empty(kind: str | None = None, framing: str = "Content-Length: 0") -> Damage:
    """Return the damage that answers 200 and says nothing."""
    return lambda m, peer: peer.send(m.head(framing=framing, kind=kind) + (b"0\r\n\r\n" if "chunked" in framing else b""))


def error_in_200(m: Material, peer: Peer) -> None:
    peer.send(m.sized(m.failure("rate_limited"), kind="application/json"))


def error_as_event(m: Material, peer: Peer) -> None:
    """A stream whose first event is an error."""
    peer.send(m.chunked(m.wire.failure_event(Failure(kind="rate_limited"))))


def error_in_the_middle(m: Material, peer: Peer) -> None:
    first_words(m, peer)
    peer.send(chunk(m.wire.failure_event(Failure(kind="overloaded"))) + b"0\r\n\r\n")


def own_error(kind: str, *headers: str) -> Damage:
    """Return the damage that answers with the format's own error `kind`."""

    def damage(m: Material, peer: Peer) -> None:
        code, _ = m.wire.failure(Failure(kind=kind))
        peer.send(m.sized(m.failure(kind), *headers, status=f"{code} Error", kind="application/json"))

    return damage


PLAIN = ("cohere", "ollama")
"""Formats whose errors are words and no more: what they are about, only the status tells."""
JOBS = ("predictions",)
WITH_QUOTA = ("anthropic", "bedrock_converse", "cohere", "gemini", "mistral", "ollama", "openai_chat", "openai_responses", "completions")
WAITS = ("2", "Mon, 23 Nov 2020 10:00:00 GMT", "soon")
FAILED, BUSY, REFUSED, LIMITED = "ServerError*", "Overloaded*", "BadRequest", "RateLimited*"
GOOGLE = dict.fromkeys(("gemini", "gemini_interactions"), (FAILED, FAILED))
"""499 is Google's own status for a call that was cancelled."""


def alike(
    *made: tuple[str, str, str], damage: Callable[[str], Damage] = status, by: dict[str, dict[str, Outcomes]] | None = None
) -> tuple[Way, ...]:
    """Return ways with a status line each, and what comes of it for a plain call and a stream."""
    return tuple(Way(line, damage(line), whole, stream, by=(by or {}).get(line, {})) for line, whole, stream in made)


ROWS = (
    Row(
        35,
        "a web page with status 200",
        (Way("text/html", page("200 OK"), BAD, BAD), Way("under the right media type", page_as_answer, BAD, BAD)),
    ),
    Row(
        36,
        "an empty answer with status 200",
        (
            Way("no bytes", empty(), BAD, BAD),
            Way("no chunks", empty(framing="Transfer-Encoding: chunked"), BAD, BAD),
            Way("no bytes of JSON", empty("application/json"), BAD, BAD),
            Way("no media type", empty("", "Connection: close"), BAD, BAD),
        ),
    ),
    Row(
        37,
        "an error with status 200",
        (
            Way("body", error_in_200, LIMITED, LIMITED, by={**dict.fromkeys(PLAIN, (FAILED, FAILED)), "predictions": (BAD, BAD)}),
            Way("first event", error_as_event, None, LIMITED, by=dict.fromkeys((*PLAIN, *JOBS), (None, FAILED))),
        ),
    ),
    Row(
        38,
        "an error in the middle of a stream",
        (Way("overloaded", error_in_the_middle, None, f"cut ({BUSY})", by=dict.fromkeys((*PLAIN, *JOBS), (None, f"cut ({FAILED})"))),),
    ),
    Row(
        39,
        "web pages of gateways",
        alike(
            ("500 Oops", FAILED, FAILED), ("502 Bad", FAILED, FAILED), ("503 Busy", BUSY, BUSY), ("504 Late", FAILED, FAILED), damage=page
        ),
    ),
    Row(
        40,
        "odd statuses",
        alike(
            ("529 Overloaded", BUSY, BUSY),
            ("499 Closed", REFUSED, REFUSED),
            ("600 What", FAILED, FAILED),
            ("999 No", FAILED, FAILED),
            by={"529 Overloaded": {"bedrock_converse": (FAILED, FAILED)}, "499 Closed": GOOGLE},
        ),
    ),
    Row(
        41,
        "429 that says when to come back",
        tuple(Way(f"Retry-After: {wait}", own_error("rate_limited", f"Retry-After: {wait}"), LIMITED, LIMITED) for wait in WAITS),
        (
            "tests/pipeline::test_the_wait_is_read_however_it_is_written",
            "tests/pipeline::test_a_wait_beyond_patience_or_deadline_goes_elsewhere_at_once",
            "tests/pipeline::test_a_moment_that_has_gone_by_is_no_leave_to_ask_at_once_again_and_again",
        ),
    ),
    Row(
        42,
        "429 whose quota is used up",
        (Way("its own words", own_error("quota"), "QuotaExhausted", "QuotaExhausted", only=WITH_QUOTA),),
        ("tests/pipeline::test_a_quota_that_is_used_up_is_not_asked_again",),
    ),
    Row(
        43,
        "401",
        (Way("its own words", own_error("unauthorized"), "AuthenticationError", "AuthenticationError"),),
        (
            "tests/auth::test_a_refused_token_is_fetched_anew_once",
            "tests/pipeline::test_a_refused_key_is_followed_by_the_next",
        ),
    ),
    Row(
        44,
        "statuses that may pass",
        alike(
            ("408 Timeout", "ServerError*", "ServerError*"),
            ("409 Conflict", "Conflict*", "Conflict*"),
            ("425 Early", "BadRequest*", "BadRequest*"),
            by={
                "408 Timeout": dict.fromkeys(
                    ("anthropic", "bedrock_converse", "gemini", "gemini_interactions"), ("BadRequest*", "BadRequest*")
                )
            },
        ),
        ("tests/pipeline::test_every_failure_is_met_as_its_class_says",),
    ),
    Row(45, "statuses that stay", alike(("413 Too Large", "ContentTooLarge", "ContentTooLarge"), ("422 No", REFUSED, REFUSED))),
    Row(47, "redirects", alike(*((line, BAD, BAD) for line in ("302 A", "307 B", "308 C")), damage=redirect)),
    Row(
        48,
        "statuses without an answer",
        alike(*((line, BAD, BAD) for line in ("204 None", "206 Part", "304 Same")), damage=bare),
    ),
)
