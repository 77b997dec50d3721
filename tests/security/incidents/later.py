"""Incidents of LiteLLM, which has the most: where each is played, or why it comes with the gateway."""

from __future__ import annotations

DATA, PLACES, MONEY, SECRETS = (f"test_{name}" for name in ("data_stays_data", "destinations", "money_and_tenants", "secrets"))

PLAYED: dict[str, str] = {
    "CVE-2024-2952": DATA,
    "CVE-2024-4264": DATA,
    "CVE-2024-4888": DATA,
    "CVE-2024-4890": MONEY,
    "CVE-2024-5225": MONEY,
    "CVE-2024-5751": DATA,
    "CVE-2024-6587": PLACES,
    "CVE-2024-6825": DATA,
    "CVE-2024-9606": SECRETS,
    "CVE-2025-0330": SECRETS,
    "CVE-2026-35029": MONEY,
    "CVE-2026-35030": MONEY,
    "CVE-2026-42203": DATA,
    "CVE-2026-42208": MONEY,
    "CVE-2026-59819": DATA,
    "CVE-2026-59820": DATA,
}
"""By its number, the module in which what went wrong there is tried here."""

_ROUTES = "it needs routes with roles: there are none before the gateway"
LATER: dict[str, str] = {
    "CVE-2024-5710": f"missing checks of who belongs to a team; {_ROUTES}",
    "CVE-2024-8984": "a form that takes for ever to read, before anybody is known; a library reads no forms",
    "CVE-2024-10188": "a request that is evaluated before anybody is known; a library takes no requests",
    "CVE-2025-0628": f"a viewer got the key of an administrator; {_ROUTES}",
    "CVE-2026-40217": "code of guardrails in a sandbox within the process; neither the library nor the gateway will run code of users",
    "CVE-2026-42271": "a route that starts a program to try it; there are no routes, and programs only the user names (`bans.events`)",
    "CVE-2026-47101": f"a key with rights that its maker did not have; {_ROUTES}",
    "CVE-2026-47102": f"a user who gave himself a role; {_ROUTES}",
    "CVE-2026-49468": f"a way around the check by the name of the host; {_ROUTES}",
    "CVE-2026-59821": "code of guardrails again",
    "CVE-2026-59822": f"an empty identity after a failed check; {_ROUTES}",
}
"""Those of a gateway alone: they come with it, with the reason why they cannot be played before."""
