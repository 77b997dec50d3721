"""What the policy says of where bytes go."""

from __future__ import annotations

from tests.security.claim import Claim

_HERE = "tests/security/transport"
_FIGURES = "tests.security.transport.figures"

CLAIMS: tuple[Claim, ...] = (
    Claim(
        id="transport.tls",
        says="A server that cannot prove by TLS that it is the one named gets no byte of a request, and the call ends in a typed error.",
        tests=(f"{_HERE}/test_tls_faults.py", "tests/transport/test_tls.py"),
        figure=f"{_FIGURES}:tls",
        seconds=45,
    ),
    Claim(
        id="transport.redirects",
        says="No redirect is followed: a key and a request reach the server that was named, and no second one.",
        tests=(f"{_HERE}/test_redirects.py", "tests/test_client_security.py::test_no_redirect_carries_the_key_anywhere"),
        figure=f"{_FIGURES}:redirects",
        seconds=60,
    ),
    Claim(
        id="transport.addresses",
        says="An address is read by one parser, which refuses every spelling that two programs could read differently; "
        "plain http goes to this machine alone.",
        tests=(f"{_HERE}/test_addresses.py", "tests/transport/test_policy.py"),
        figure=f"{_FIGURES}:addresses",
        seconds=40,
    ),
    Claim(
        id="transport.fetch",
        says="What a link of a stranger, an answer or the environment points to is never fetched from a private network, "
        "however it is spelled, whatever its name resolves to, and at no hop.",
        tests=(f"{_HERE}/test_links.py", "tests/operations/test_fetching_addresses.py"),
        figure=f"{_FIGURES}:fetch",
        seconds=60,
    ),
    Claim(
        id="transport.origin",
        says="A key goes to the address of its own provider alone. Nothing but the caller's arguments and the user's configuration "
        "moves it: no field of a request, no answer, no file of the working directory, no variable of another library, no failover. "
        "The one exception: a service that each customer has at an address of their own (Azure, Databricks, watsonx ...) is also named by "
        "its vendor's variable, for its own key.",
        tests=(f"{_HERE}/test_origin.py", "tests/test_config.py::test_the_working_directory_is_not_looked_at"),
        figure=f"{_FIGURES}:origin",
        seconds=90,
    ),
    Claim(
        id="transport.injection",
        says="No text that a caller passes can end a line of a request's head, begin another request or a part of a form, "
        "or climb out of its place in a path.",
        tests=(f"{_HERE}/test_injection.py", "tests/transport/test_security.py"),
        figure=f"{_FIGURES}:injection",
        seconds=60,
    ),
)
