"""Every row is sound: sorted, unique, safe, and complete in what it refers to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import get_args

import pytest

from llmkit.auth.schemes import HeaderAuth, OAuthAuth
from llmkit.dialects import NAMES
from llmkit.providers.answers import ErrorKind
from llmkit.providers.catalog import KINDS, rows_of
from llmkit.providers.provider import Provider
from llmkit.providers.settings import resolve, unfilled
from llmkit.transport.policy import parse_url
from llmkit.types.operation import Operation
from llmkit.types.profile import Profile
from tests.contract.values import address, settings_of
from tests.providers import left_out
from tests.providers.original import LEFT_OUT, original_rows
from tests.rows import ROWS

FIRST_SIXTEEN = """
    anthropic cerebras deepseek fireworks google groq llamacpp lmstudio local mistral ollama openai openrouter together vllm
    xai
"""


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_sorted(kind) -> None:
    names = list(rows_of(kind))

    assert sorted(names) == names


def test_no_two_rows_share_a_name_or_an_alias() -> None:
    """A shared alias would send a user's prompt and key to whichever row came last."""
    names = Counter(name.lower() for row in ROWS for name in (row.name, *row.aliases))

    assert {} == {name: count for name, count in names.items() if count > 1}


def test_the_rows_that_were_there_first_keep_their_names() -> None:
    assert set() == set(FIRST_SIXTEEN.split()) - {row.name for row in ROWS}


def test_every_address_is_https_or_this_machine() -> None:
    for row in ROWS:
        others = [place.base_url for place in (*row.routes, *row.operations.values()) if place.base_url]
        for base_url in (row.base_url, *others):
            origin, path = parse_url(address(row, base_url))
            assert origin.scheme == "https" or (row.local and origin.host == "127.0.0.1"), row.name
            assert not path.endswith("/") or path == "/", row.name
            assert "?" not in path, row.name


def test_a_token_goes_over_https_alone() -> None:
    schemes = [(row, auth) for row in ROWS for auth in (row.auth, *(route.auth for route in row.routes)) if isinstance(auth, OAuthAuth)]

    assert schemes
    assert all(auth.token_url.startswith("https://") for _, auth in schemes)


def test_every_row_says_where_its_documentation_and_its_key_are() -> None:
    for row in ROWS:
        assert row.docs.startswith("https://"), row.name
        assert row.local or row.env or not isinstance(row.auth, HeaderAuth), row.name
        assert row.title, row.name


def test_every_template_names_settings_of_its_row() -> None:
    """A name that no setting has would stay in the address as it stands."""
    for row in ROWS:
        known = {setting.name for setting in row.settings} | {"model", "model_path", "uuid", "voice"}
        for template in templates(row):
            assert set(re.findall(r"\{([a-z_]+)\}", template)) <= known, (row.name, template)


def test_settings_refer_to_those_before_them() -> None:
    for row in ROWS:
        values = resolve(row, settings_of(row), {}).values
        assert not [name for name, value in values.items() if unfilled(value)], row.name


def test_every_dialect_is_one_of_ours_and_no_row_has_it_twice_unclaimed() -> None:
    """A second route of the same dialect can only be reached by the models it claims."""
    for row in ROWS:
        ways = [row.dialect, *(route.dialect for route in row.routes)]
        unclaimed = Counter([row.dialect, *(route.dialect for route in row.routes if not route.models)])
        assert set(ways) - {""} <= set(NAMES), row.name
        assert all(count == 1 for count in unclaimed.values()), row.name


def test_every_profile_names_facts_that_exist() -> None:
    known = set(Profile.__struct_fields__)
    for row in ROWS:
        assert set(row.profile) | {name for route in row.routes for name in route.profile} <= known, row.name


def test_every_quirk_has_a_source_and_a_date() -> None:
    for row in ROWS:
        for quirk in (*row.quirks, *(quirk for route in row.routes for quirk in route.quirks)):
            assert re.search(r"\b20\d\d-\d\d", quirk.source), (row.name, quirk)


def test_a_row_without_conversations_says_what_it_does() -> None:
    silent = [row for row in ROWS if not row.dialect]

    assert silent
    assert [] == [row.name for row in silent if not row.operations and not row.ended]


def test_every_operation_has_a_format_and_a_path() -> None:
    for row in ROWS:
        for operation, serving in row.operations.items():
            assert operation in get_args(Operation), (row.name, operation)
            assert re.fullmatch(r"[a-z][a-z_]*", serving.dialect), (row.name, operation)
            assert re.fullmatch(r"(/[^\s?]*)?(\?\S+)?", serving.path), (row.name, operation)


def test_every_error_rule_can_match_and_says_where_it_was_read() -> None:
    for row in ROWS:
        for rule in row.errors:
            assert rule.code or rule.contains or rule.status, row.name
            assert rule.kind in get_args(ErrorKind), (row.name, rule.kind)
            assert re.search(r"\b20\d\d", rule.source), (row.name, rule.source)


def test_no_code_of_an_error_means_two_things() -> None:
    for row in ROWS:
        codes = Counter((rule.status, rule.code) for rule in row.errors if rule.code)
        assert all(count == 1 for count in codes.values()), (row.name, codes)


def test_every_header_of_a_limit_is_in_lower_case_and_says_where_it_was_read() -> None:
    """Headers are looked up in lower case."""
    for limits in {row.limits for row in ROWS if row.limits is not None}:
        names = [limits.requests_limit, limits.requests_left, limits.requests_reset, limits.tokens_limit, limits.tokens_left]
        assert any(names), limits
        assert all(name == name.lower() for name in [*names, limits.tokens_reset]), limits
        assert re.search(r"\b20\d\d", limits.source), limits


def test_every_region_is_a_country_or_global() -> None:
    """EU is a reserved code of ISO 3166: hosts that name no country."""
    assert [] == [(row.name, row.region) for row in ROWS if not re.fullmatch(r"|global|[A-Z]{2}(,[A-Z]{2})*", row.region)]


def test_one_local_server_at_most_has_a_variable_for_its_key_where_several_share_an_address() -> None:
    """That one gives its name to what is found there: it must be the one that people run."""
    found: dict[str, list[str]] = {}
    for row in ROWS:
        if row.local and row.dialect and row.env:
            found.setdefault(row.base_url, []).append(row.name)

    assert {} == {address: names for address, names in found.items() if len(names) > 1}
    assert {"llamacpp", "vllm"} <= {name for names in found.values() for name in names}


def test_what_ended_says_when_and_what_instead() -> None:
    ended = [row for row in ROWS if row.ended]

    assert len(ended) >= 5
    assert all(re.fullmatch(r"20\d\d(-\d\d(-\d\d)?)? \S.+", row.ended) for row in ended)


def test_every_chat_provider_of_the_original_has_a_row_or_a_reason() -> None:
    """The original's catalogue is a promise to its users; what it invented is named in `LEFT_OUT`."""
    rows = {name for row in ROWS for name in (row.name, *row.aliases)}

    assert [] == [name for name in original_rows() if name not in rows and name not in LEFT_OUT]
    assert [] == [name for name in LEFT_OUT if name in rows]


def test_every_provider_of_the_facts_has_a_row_or_a_reason() -> None:
    rows = {name for row in ROWS for name in (row.name, *row.aliases)}
    known = left_out.entries()

    assert [] == [
        entry["id"] for entry in known if rows.isdisjoint([entry["id"], *entry.get("aliases", ())]) and entry["id"] not in left_out.LEFT_OUT
    ]
    assert [] == [name for name in left_out.LEFT_OUT if name in rows]
    assert set() == set(left_out.LEFT_OUT) - {entry["id"] for entry in known}


def test_a_row_is_as_sure_as_its_facts() -> None:
    """A host that one collection alone knows is not told to be certain."""
    rows = {row.name: row for row in ROWS}
    doubtful = [entry["id"] for entry in left_out.entries() if entry["confidence"] == "medium"]

    assert [] == [name for name in doubtful if name in rows and rows[name].confidence == "high" and not rows[name].ended]


def templates(row: Provider) -> Iterator[str]:
    """Return every text of a row in which a setting may stand."""
    yield from (row.base_url, row.path, row.stream_path, *row.headers.values())
    for serving in row.operations.values():
        yield from (serving.base_url, serving.path)
    for route in row.routes:
        yield from (route.base_url, route.path, route.stream_path, *route.headers.values())
    for scheme in (row.auth, *(route.auth for route in row.routes)):
        if isinstance(scheme, OAuthAuth):
            yield from (scheme.token_url, *scheme.grant.values(), *scheme.headers.values())
    yield from (str(setting.default or "") for setting in row.settings)
