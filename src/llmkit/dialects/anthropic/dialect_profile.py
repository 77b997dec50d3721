"""The name of the Messages format and what it takes where nothing is known of the model."""

from __future__ import annotations

from llmkit.types.profile import Profile

NAME = "anthropic"
VERSION_HEADER = "anthropic-version"
BETA_HEADER = "anthropic-beta"
DEFAULT_MAX_TOKENS = 4096
"""Sent where the caller gave no limit: the format demands one."""
OLDER_VERSION = "2023-06-01"
NEWER_VERSION = "2026-10-21"
"""From this API version on, sampling parameters are refused for every model (see `api_version`)."""

PROFILE = Profile(
    default_max_tokens=DEFAULT_MAX_TOKENS,
    reasoning="budget",
    min_budget=1024,
    forced_tools_while_thinking=False,  # `tool_choice` other than auto and none is refused then (docs, read 2026-11).
    json_object=False,
    audio=False,
    video=False,
    cache="explicit",
    headers={VERSION_HEADER: OLDER_VERSION},
)
