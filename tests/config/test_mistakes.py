"""A wrong file says where, what, and what may have been meant: all of it to `check`, the first to a client."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmkit import LLMKit
from llmkit.config.reading import Reading, read_file
from llmkit.errors import ConfigurationError
from llmkit.providers.registry import Providers

KNOWN = Providers().rows
TWO_LIMITS = "[layers.ratelimit]\nwait = true\n\n[[layers.ratelimit.limits]]\nrequests = 3\n\n[[layers.ratelimit.limits]]\nrequests = 3\n"

# text of the file, path of the mistake, its line, a part of what is told
MISTAKES = [
    ("defualt_model = 'x'", "defualt_model", 1, "Did you mean default_model?"),
    ("retries = 101", "retries", 1, "from 0 to 100"),
    ("retries = true", "retries", 1, "a whole number"),
    ("timeout = 0", "timeout", 1, "more than 0 seconds"),
    ("timeout = '5 fortnights'", "timeout", 1, '"5 min"'),
    ("\n[timeout]\ntotl = 3", "timeout.totl", 3, "Did you mean total?"),
    ("proxy = 'http://me:hunter2@proxy.example.com'", "proxy", 1, "env:NAME"),
    ("proxy = 'env:NOT_SET'", "proxy", 1, "NOT_SET is not set"),
    ("default_model = 'opnai/gpt'", "default_model", 1, "Did you mean openai?"),
    ("[providers.new]\nkey = 'env:X'", "providers.new", 1, "needs a base_url"),
    ("[providers.new]\nbase_url = 'https://x'\nkey = 'sk-hunter2'", "providers.new.key", 3, "Keys do not stand in the file"),
    ("[providers.openai]\nkey = ['env:A', 'env:A']", "providers.openai.key", 2, "twice"),
    ("[providers.openai]\ndialect = 'openai_chatt'", "providers.openai.dialect", 2, "Did you mean openai_chat?"),
    ("[providers.openai]\nprofile = { samplng = true }", "providers.openai.profile.samplng", 2, "Did you mean sampling?"),
    ("[layers]\nrate_limit = true", "layers.rate_limit", 2, "Did you mean ratelimit?"),
    ("[layers]\nretyr = true", "layers.retyr", 2, "Did you mean retry?"),
    ("[layers]\nhooks = true", "layers.hooks", 2, "functions cannot be named"),
    ("[layers.breaker]\non_change = 'print'", "layers.breaker.on_change", 2, "a function cannot be named"),
    ("[layers.breaker]\nvolume = 0", "layers.breaker.volume", 2, "must be at least 1"),
    ("[layers.breaker]\npause = 9\nlongest_pause = 5", "layers.breaker.longest_pause", 3, "at least pause"),
    ("[layers.retry]\nbudget = { evry = 3 }", "layers.retry.budget.evry", 2, "Did you mean every?"),
    (TWO_LIMITS + "per = 'weekly'", "layers.ratelimit.limits[1].per", 9, "a number of seconds"),
    (TWO_LIMITS + "by = ['tenat']", "layers.ratelimit.limits[1].by", 9, "Did you mean tenant?"),
    (TWO_LIMITS + "burst = 1.5", "layers.ratelimit.limits[1].burst", 9, "a whole number"),
    ("[layers.ratelimit]\nlearn = false", "layers.ratelimit", 1, "does nothing"),
    ("[layers.ratelimit]\nstore = 'redis://me:hunter2@host'", "layers.ratelimit.store", 2, "holds a password"),
    ("[layers.ratelimit]\nstore = 'sqlite:x.db'", "layers.ratelimit.store", 2, "not 'sqlite'"),
    ("[layers.cache]\nstore = { url = 'sqlite:x.db', entires = 3 }", "layers.cache.store.entires", 2, "Did you mean entries?"),
    ("[layers.cache]\nshared_by = 'usr'", "layers.cache.shared_by", 2, "Did you mean user?"),
    ("[layers.cache]\nttl = 0", "layers.cache.ttl", 2, "seconds"),
    ("[layers]\nmeter = true", "layers.meter", 2, "needs sink"),
    ("[layers.meter]\nsink = 'memory'", "layers.meter.sink", 2, "jsonl:PATH"),
    ("[layers.budgets]\nbudgets = []", "layers.budgets.budgets", 2, "must not be empty"),
    ("[layers.budgets]\nbudgets = [{ usd = 3, per = 'dayly' }]", "layers.budgets.budgets[0].per", 2, "Did you mean day?"),
    ("[layers.guard]", "layers.guard", 1, "no rules"),
    ("[layers.guard]\ninput = [{ action = 'mask', detectors = ['pi'] }]", "layers.guard.input[0].detectors[0]", 2, "Did you mean pii?"),
    ("[layers.guard]\ninput = [{ action = 'mask', detectors = ['Own'] }]", "layers.guard.input[0].detectors[0]", 2, "a function of yours"),
    ("[layers.guard]\noutput = [{ action = 'anonymise', detectors = ['pii'] }]", "layers.guard.output", 2, "cannot be anonymised"),
    ("[layers.concurrency]\nlimit = { decrease = 2.0 }", "layers.concurrency.limit.decrease", 2, "between 0 and 1"),
    ("retries = 0\n[layers]\nretry = true", "layers.retry", 3, "never tries again"),
    ("[layers]\nrouter = true", "layers.router", 2, "there are none"),
    ("[routes]\na = []", "routes.a", 2, "must not be empty"),
    ("[routes]\na = { fallback = ['openai/x'], balance = ['openai/y'] }", "routes.a", 2, "two things at once"),
    ("[routes]\na = { balance = ['openai/x'], by = 'cots' }", "routes.a.by", 2, "Did you mean cost?"),
    ("[routes]\na = ['openai/x', { model = 'openai/y', wieght = 1 }]", "routes.a[1].wieght", 2, "Did you mean weight?"),
    ("[routes]\na = ['opnai/x']", "routes.a[0]", 2, "Did you mean openai?"),
    ("[layers.health]\nchecks = ['openai/x', { model = 'opnai/x' }]", "layers.health.checks[1]", 2, "Did you mean openai?"),
    ("[mcp.x]\nargs = []", "mcp.x", 1, "needs a command or a url"),
    ("[mcp.x]\ncommand = 'x'\nurl = 'https://x'", "mcp.x", 1, "not both"),
]


def reading(tmp_path: Path, text: str) -> Reading:
    file = tmp_path / "c.toml"
    file.write_text(text)
    return read_file(file, KNOWN, {})


@pytest.mark.parametrize(("text", "path", "line", "told"), MISTAKES, ids=[f"{path}-{told[:20]}" for _, path, _, told in MISTAKES])
def test_a_mistake_has_its_full_path_its_line_and_a_way_out(tmp_path: Path, text: str, path: str, line: int, told: str) -> None:
    mistakes = reading(tmp_path, text).mistakes

    assert [(path, line)] == [(mistake.path, mistake.line) for mistake in mistakes]
    assert told in str(mistakes[0])


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    """A user who corrects one after the other gives up at the third."""
    alone = [(text, path) for text, path, _, _ in MISTAKES if text.startswith("[layers.")][:12]
    seen: dict[str, str] = {}
    for text, path in alone:
        seen.setdefault(text.partition("\n")[0], f"{text}|{path}")
    text = "\n".join([item.rpartition("|")[0] for item in seen.values()])

    mistakes = reading(tmp_path, text).mistakes

    assert [item.rpartition("|")[2] for item in seen.values()] == [mistake.path for mistake in mistakes]


def test_what_the_class_refuses_is_told_beside_what_is_of_the_wrong_type(tmp_path: Path) -> None:
    text = "[layers.breaker]\nvolume = 0\nbuckets = 0\nprobes = 'many'\nfailure_rate = 3\n"

    mistakes = reading(tmp_path, text).mistakes

    assert ["volume", "buckets", "probes", "failure_rate"] == [mistake.path.rpartition(".")[2] for mistake in mistakes]


def test_a_client_is_refused_with_the_first_and_told_how_many_more(tmp_path: Path) -> None:
    file = tmp_path / "c.toml"
    file.write_text("retries = 3\n\n[layers.retry]\nbase = 'x'\nlimit = 'y'\n")

    with pytest.raises(ConfigurationError) as caught:
        LLMKit(config=file)

    assert "layers.retry.base" == caught.value.parameter
    assert f"{file}:4: layers.retry.base" in str(caught.value)
    assert "1 more" in str(caught.value)


@pytest.mark.parametrize("text", [text for text, *_ in MISTAKES if "hunter2" in text])
def test_no_message_holds_a_secret(tmp_path: Path, text: str) -> None:
    told = "".join([str(mistake) for mistake in reading(tmp_path, text).mistakes])

    assert told
    assert "hunter2" not in told


@pytest.mark.parametrize(("data", "told"), [(b"a = 1\nb = x\n", "line 2"), (b"\xff", "UTF-8"), (b"a = 1\na = 2\n", "overwrite")])
def test_what_is_no_toml_is_one_mistake(tmp_path: Path, data: bytes, told: str) -> None:
    file = tmp_path / "c.toml"
    file.write_bytes(data)

    mistakes = read_file(file, KNOWN, {}).mistakes

    assert 1 == len(mistakes)
    assert told in str(mistakes[0])
