"""Guardrails: detectors, and rules about what they find. `Guard` of `llmkit.pipeline.guard` puts them around calls."""

from __future__ import annotations

from collections.abc import Iterable

from llmkit.errors import ConfigurationError, nearest
from llmkit.guardrails.addresses import Addresses
from llmkit.guardrails.canary import Canary
from llmkit.guardrails.engines import Own, kingfisher, phones, presidio
from llmkit.guardrails.fields import fields
from llmkit.guardrails.finding import Detector, Detectors, Finding, found
from llmkit.guardrails.injection import injection, injection_score
from llmkit.guardrails.links import links
from llmkit.guardrails.markup import html, terminal
from llmkit.guardrails.national_ids import STRICT
from llmkit.guardrails.numbers import numbers
from llmkit.guardrails.rules import Rule, allow, anonymise, block, flag, mask
from llmkit.guardrails.secrets import SECRETS, Secrets
from llmkit.guardrails.verdicts import Verdict, verdicts
from llmkit.guardrails.words import topics, words


def secrets(*kinds: str) -> Secrets:
    """Find keys, tokens, private keys, JWTs and connection strings; `kinds` narrows them down (`github_key`, `jwt` ...)."""
    for kind in kinds:
        if kind not in SECRETS:
            raise ConfigurationError(f"Unknown secret {kind!r}.", parameter="kinds", hint=f"Near: {', '.join(nearest(kind, SECRETS, 3))}.")
    return Secrets(frozenset(kinds))


def addresses(*, mail: bool = True, ip: bool = True) -> Addresses:
    """Find mail addresses and IP addresses."""
    return Addresses(mail=mail, ip=ip)


def pii(locales: Iterable[str] = ()) -> Detectors:
    """Find mail and IP addresses, cards, IBANs, telephones and national ids: the sure ones, and those of `locales` ("de", "pl")."""
    kinds = dict.fromkeys((*STRICT, "card", "iban", "phone", *(f"id:{one}" for one in locales)))
    return Detectors([Addresses(), numbers(*kinds)])


__all__ = [
    "SECRETS",
    "Canary",
    "Detector",
    "Detectors",
    "Finding",
    "Own",
    "Rule",
    "Verdict",
    "addresses",
    "allow",
    "anonymise",
    "block",
    "fields",
    "flag",
    "found",
    "html",
    "injection",
    "injection_score",
    "kingfisher",
    "links",
    "mask",
    "numbers",
    "phones",
    "pii",
    "presidio",
    "secrets",
    "terminal",
    "topics",
    "verdicts",
    "words",
]
