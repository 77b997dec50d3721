"""Which place lies in which: countries, the European Union, and the clouds' own names of regions."""

from __future__ import annotations

import re

__all__ = ["GEOGRAPHIES", "holds"]

# A model id that begins so is served from anywhere in that geography, whatever region it is called in: cross-region inference profiles
# (docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html, as of 2026).
GEOGRAPHIES = frozenset({"apac", "au", "ca", "eu", "global", "jp", "us", "us-gov"})
_EUROPEAN_UNION = frozenset(re.findall("..", "atbebgcyczdedkeeesfifrgrhrhuieitltlulvmtnlplptrosesisk"))
# Regions whose names say a continent: the countries are from the clouds' own lists of regions. `eu-` is not always the Union.
_COUNTRIES: dict[str, str] = {
    **dict.fromkeys(("eu-central-1", "europe-west3", "europe-west10", "eu-de", "eu-frankfurt-1"), "de"),
    **dict.fromkeys(("eu-west-2", "europe-west2", "eu-gb", "uk-london-1", "uk-cardiff-1"), "gb"),
    **dict.fromkeys(("eu-central-2", "europe-west6", "eu-zurich-1"), "ch"),
    **dict.fromkeys(("eu-west-3", "europe-west9", "eu-paris-1", "eu-marseille-1"), "fr"),
    **dict.fromkeys(("eu-north-1", "europe-north2", "eu-stockholm-1"), "se"),
    **dict.fromkeys(("eu-south-1", "europe-west8", "europe-west12", "eu-milan-1"), "it"),
    **dict.fromkeys(("eu-south-2", "europe-southwest1", "eu-es", "eu-madrid-1"), "es"),
    **dict.fromkeys(("europe-west4", "eu-amsterdam-1"), "nl"),
    "eu-west-1": "ie",
    "europe-west1": "be",
    "europe-north1": "fi",
    "europe-central2": "pl",
}


def holds(allowed: str, place: str) -> bool:
    """Tell whether `place` surely lies in `allowed`: `eu` holds `de`, `de-1` and `eu-west-1`, but not `eu-west-2`, which is London."""
    if place == allowed or (place.startswith(f"{allowed}-") and place not in _COUNTRIES):
        return True
    country = _COUNTRIES.get(place) or place.partition("-")[0]
    return country == allowed or (allowed == "eu" and country in _EUROPEAN_UNION)
