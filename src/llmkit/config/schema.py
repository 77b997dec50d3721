"""The JSON Schema of the configuration file, out of the tables that read it."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.config.guards import Detecting
from llmkit.config.routes import route_definition
from llmkit.config.top import top_table
from llmkit.types.profile import Profile


def json_schema() -> dict[str, Any]:
    """Return the schema, draft 2020-12. Bounds that only a layer itself checks are not in it."""
    _, components = msgspec.json.schema_components([Profile], ref_template="#/$defs/{name}")
    components["Profile"]["additionalProperties"] = False
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "LLMKit configuration (llmkit/config.toml)",
        **top_table().schema(),
        "$defs": {**components, "detector": Detecting().definition(), "route": route_definition()},
    }
