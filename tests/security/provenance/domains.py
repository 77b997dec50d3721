"""All domains."""

from __future__ import annotations

from tests.security.provenance.domain import Domain
from tests.security.provenance.money import BANKING, TRAVEL
from tests.security.provenance.office import CHAT, WORKSPACE

DOMAINS: tuple[Domain, ...] = (WORKSPACE, BANKING, TRAVEL, CHAT)
