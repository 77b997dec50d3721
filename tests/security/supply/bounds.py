"""The versions that LLMKit's own requirements accept, and those they must not."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.security.policy import ROOT
from tests.security.supply.pins import Pin

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
# The first versions that no advisory of the Python advisory database is about (snapshot of 2026-07-23, read 2026-11-23;
# `security check supply.floors` matches each against the snapshot it finds).
FLOORS: dict[str, str] = {
    "aiohttp": "3.14.1",
    "brotli": "1.2.0",
    "click": "8.3.3",
    "cryptography": "46.0.7",
    "h11": "0.16.0",
    "h2": "4.3.0",
    "jinja2": "3.1.6",
    "mcp": "1.28.1",
    "orjson": "3.11.5",
    "pillow": "12.3.0",
    "pip": "26.1.2",
    "pyjwt": "2.13.0",
    "python-dotenv": "1.2.2",
    "python-multipart": "0.0.31",
    "requests": "2.33.0",
    "starlette": "1.3.1",
    "urllib3": "2.7.0",
}


def accepted() -> Iterator[Requirement]:
    """Yield every requirement of the package, its extras and its build."""
    project = PROJECT["project"]
    extras = project["optional-dependencies"].values()
    for words in (*project["dependencies"], *(words for extra in extras for words in extra), *PROJECT["build-system"]["requires"]):
        requirement = Requirement(words)
        if requirement.name != project["name"]:
            yield requirement


def needed() -> list[str]:
    """Return the names of what the core needs."""
    return sorted(canonicalize_name(Requirement(words).name) for words in PROJECT["project"]["dependencies"])


def brought() -> list[str]:
    """Return the names of all that an installation of the core holds, as the metadata of what is installed here has it."""
    found, waiting = {canonicalize_name(PROJECT["project"]["name"])}, needed()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            more = map(Requirement, distribution(name).requires or ())
            waiting += [canonicalize_name(one.name) for one in more if not one.marker or one.marker.evaluate({"extra": ""})]
    return sorted(found)


def cooldown() -> int:
    """Return how many days old a pin must be before it is raised to."""
    words = str(PROJECT.get("tool", {}).get("uv", {}).get("exclude-newer", ""))
    count, _, unit = words.partition(" ")
    return int(count) if count.isdigit() and unit in ("day", "days") else 0


def lowest(requirement: Requirement) -> Version | None:
    """Return the lowest version that a requirement names."""
    named = [Version(part.version) for part in requirement.specifier if part.operator in (">=", "==", "~=")]
    return min(named, default=None)


def too_low(requirements: Iterable[Requirement], pins: Iterable[Pin]) -> list[str]:
    """Return the requirements and pins that lie below the floor of their distribution, and requirements without a lower bound."""
    found = []
    for requirement in requirements:
        low = lowest(requirement)
        floor = FLOORS.get(canonicalize_name(requirement.name))
        if low is None or (floor and low < Version(floor)):
            found.append(str(requirement))
    floored = [(pin, FLOORS[pin.name]) for pin in pins if pin.name in FLOORS]
    return found + [f"{pin.name}=={pin.version}" for pin, floor in floored if Version(pin.version) < Version(floor)]
