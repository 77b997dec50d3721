"""What web search looks like on the wire: for each engine all that it can be asked, and an answer."""

from __future__ import annotations

from typing import Any, NamedTuple

ALL: dict[str, Any] = {
    "count": 2,
    "domains": ["a.org", "b.org"],
    "without": ["c.com"],
    "since": "2026-11-01",
    "until": "2026-11-20",
    "country": "de",
    "language": "en",
    "topic": "news",
    "text": True,
    "answer": True,
    "depth": "advanced",
}
SITES = "llamas (site:a.org OR site:b.org) -site:c.com"


class Case(NamedTuple):
    place: str
    asked: dict[str, Any]
    """The body, or the query of a GET."""
    answer: Any
    dropped: set[str] = set()
    options: dict[str, Any] = ALL
    result: dict[str, Any] = {}
    """What of the first result must be read."""
    reply: dict[str, Any] = {}
    headers: dict[str, str] = {}


READ = {"url": "https://a.org/1", "title": "T", "snippet": "S"}
CASES: dict[str, Case] = {
    "brave": Case(
        "GET /web/search",
        {"q": SITES, "count": "2", "freshness": "2026-11-01to2026-11-20", "country": "DE", "search_lang": "en"},
        {"web": {"results": [{"url": "https://a.org/1", "title": "T", "description": "S", "page_age": "2026-11-02T00:00:00"}]}},
        {"topic", "text", "answer", "depth"},
        result={**READ, "published": "2026-11-02T00:00:00"},
    ),
    "duckduckgo": Case(
        "GET /",
        {"q": SITES, "format": "json", "no_html": "1", "skip_disambig": "1", "no_redirect": "1"},
        {
            "AbstractURL": "https://a.org/1",
            "Heading": "T",
            "AbstractText": "S",
            "Answer": "",
            "RelatedTopics": [
                {"FirstURL": "https://a.org/2", "Text": "Two - second"},
                {"Name": "more", "Topics": [{"FirstURL": "https://a.org/3"}]},
            ],
        },
        {"since", "until", "country", "language", "topic", "text", "depth"},
        result=READ,
        reply={"answer": "S"},
    ),
    "exa": Case(
        "POST /search",
        {
            "query": "llamas",
            "type": "advanced",
            "numResults": 2,
            "includeDomains": ["a.org", "b.org"],
            "excludeDomains": ["c.com"],
            "startPublishedDate": "2026-11-01",
            "endPublishedDate": "2026-11-20",
            "userLocation": "DE",
            "category": "news",
            "contents": {"highlights": True, "text": True},
        },
        {
            "requestId": "e1",
            "results": [
                {
                    "url": "https://a.org/1",
                    "title": "T",
                    "highlights": ["S", "more"],
                    "text": "whole",
                    "publishedDate": "2026-11-02",
                    "score": 0.5,
                    "author": "A",
                    "favicon": "https://a.org/f.ico",
                }
            ],
            "costDollars": {"total": 0.005},
        },
        {"language", "answer"},
        result={
            **READ,
            "snippet": "S\nmore",
            "text": "whole",
            "published": "2026-11-02",
            "score": 0.5,
            "author": "A",
            "extra": {"favicon": "https://a.org/f.ico"},
        },
        reply={"id": "e1", "cost": 0.005},
    ),
    "firecrawl": Case(
        "POST /search",
        {
            "query": "llamas",
            "limit": 2,
            "sources": ["news"],
            "includeDomains": ["a.org", "b.org"],
            "excludeDomains": ["c.com"],
            "tbs": "cdr:1,cd_min:11/01/2026,cd_max:11/20/2026",
            "country": "DE",
            "scrapeOptions": {"formats": ["markdown"]},
        },
        {
            "success": True,
            "data": {"news": [{"url": "https://a.org/1", "title": "T", "snippet": "S", "markdown": "whole", "date": "2 days ago"}]},
            "creditsUsed": 3,
        },
        {"language", "answer", "depth"},
        result={**READ, "text": "whole", "published": "2 days ago"},
        reply={"units": {"credit": 3.0}},
    ),
    "jina": Case(
        "POST /",
        {"q": "llamas", "num": 2, "gl": "de", "hl": "en", "type": "news"},
        {
            "code": 200,
            "data": [{"url": "https://a.org/1", "title": "T", "description": "S", "content": "whole", "date": "Nov 2, 2026"}],
            "meta": {"usage": {"tokens": 10000}},
        },
        {"without", "since", "until", "answer", "depth"},
        result={**READ, "text": "whole", "published": "Nov 2, 2026"},
        reply={"usage": 10000, "units": {}},
        headers={"x-site": "a.org, b.org", "accept": "application/json"},
    ),
    "linkup": Case(
        "POST /search",
        {
            "q": "llamas",
            "depth": "advanced",
            "outputType": "sourcedAnswer",
            "maxResults": 2,
            "includeDomains": ["a.org", "b.org"],
            "excludeDomains": ["c.com"],
            "fromDate": "2026-11-01",
            "toDate": "2026-11-20",
        },
        {"answer": "They spit.", "sources": [{"url": "https://a.org/1", "name": "T", "snippet": "S"}]},
        {"country", "language", "topic", "text"},
        result=READ,
        reply={"answer": "They spit."},
    ),
    "parallel": Case(
        "POST /v1/search",
        {
            "objective": "llamas",
            "search_queries": ["llamas"],
            "mode": "advanced",
            "advanced_settings": {
                "max_results": 2,
                "source_policy": {"include_domains": ["a.org", "b.org"], "exclude_domains": ["c.com"], "after_date": "2026-11-01"},
                "location": "de",
            },
        },
        {"search_id": "p1", "results": [{"url": "https://a.org/1", "title": "T", "excerpts": ["S"], "publish_date": "2026-11-02"}]},
        {"until", "language", "topic", "text", "answer"},
        result={**READ, "published": "2026-11-02"},
        reply={"id": "p1"},
    ),
    "perplexity": Case(
        "POST /search",
        {
            "query": "llamas",
            "max_results": 2,
            "search_domain_filter": ["a.org", "b.org"],
            "search_after_date_filter": "11/01/2026",
            "search_before_date_filter": "11/20/2026",
            "country": "DE",
            "search_language_filter": ["en"],
        },
        {"id": "x1", "results": [{"url": "https://a.org/1", "title": "T", "snippet": "S", "date": "2026-11-02", "last_updated": None}]},
        {"topic", "text", "answer", "depth"},
        {name: value for name, value in ALL.items() if name != "without"},
        result={**READ, "published": "2026-11-02"},
        reply={"id": "x1"},
    ),
    "searchapi": Case(
        "GET /search",
        {
            "engine": "google_news",
            "q": SITES,
            "num": "2",
            "time_period_min": "11/01/2026",
            "time_period_max": "11/20/2026",
            "gl": "de",
            "hl": "en",
        },
        {
            "search_metadata": {"id": "s1"},
            "organic_results": [{"link": "https://a.org/1", "title": "T", "snippet": "S", "iso_date": "2026-11-02T00:00:00Z"}],
            "answer_box": {"answer": "They spit."},
        },
        {"text", "answer", "depth"},
        result={**READ, "published": "2026-11-02T00:00:00Z"},
        reply={"id": "s1", "answer": "They spit."},
    ),
    "searxng": Case(
        "GET /search",
        {"q": SITES, "format": "json", "categories": "news", "language": "en", "time_range": "month"},
        {
            "results": [{"url": "https://a.org/1", "title": "T", "content": "S", "publishedDate": "2026-11-02", "score": 1.5}],
            "answers": [{"answer": "They spit."}],
        },
        {"until", "country", "text", "answer", "depth"},
        result={**READ, "published": "2026-11-02", "score": 1.5},
        reply={"answer": "They spit."},
    ),
    "serper": Case(
        "POST /news",
        {"q": SITES, "num": 2, "gl": "de", "hl": "en", "tbs": "cdr:1,cd_min:11/01/2026,cd_max:11/20/2026"},
        {"news": [{"link": "https://a.org/1", "title": "T", "snippet": "S", "date": "2 days ago"}], "credits": 1},
        {"text", "answer", "depth"},
        result={**READ, "published": "2 days ago"},
        reply={"units": {"query": 1.0}},
    ),
    "tavily": Case(
        "POST /search",
        {
            "query": "llamas",
            "max_results": 2,
            "search_depth": "advanced",
            "topic": "news",
            "include_domains": ["a.org", "b.org"],
            "exclude_domains": ["c.com"],
            "start_date": "2026-11-01",
            "end_date": "2026-11-20",
            "country": "de",
            "include_raw_content": "markdown",
            "include_answer": True,
            "include_usage": True,
        },
        {
            "request_id": "t1",
            "answer": "They spit.",
            "results": [
                {
                    "url": "https://a.org/1",
                    "title": "T",
                    "content": "S",
                    "raw_content": "whole",
                    "score": 0.9,
                    "published_date": "2026-11-02",
                }
            ],
            "usage": {"credits": 2},
        },
        {"language"},
        result={**READ, "text": "whole", "score": 0.9, "published": "2026-11-02"},
        reply={"id": "t1", "answer": "They spit.", "units": {"query": 2.0}, "cost": 0.016},
    ),
    "you": Case(
        "POST /v1/search",
        {
            "query": "llamas",
            "count": 2,
            "freshness": "2026-11-01to2026-11-20",
            "country": "DE",
            "language": "EN",
            "include_domains": ["a.org", "b.org"],
            "exclude_domains": ["c.com"],
            "livecrawl": "news",
            "livecrawl_formats": ["markdown"],
        },
        {
            "results": {
                "web": [],
                "news": [
                    {
                        "url": "https://a.org/1",
                        "title": "T",
                        "description": "S",
                        "page_age": "2026-11-02",
                        "contents": {"markdown": "whole"},
                    }
                ],
            },
            "metadata": {"search_uuid": "y1"},
        },
        {"answer", "depth"},
        result={**READ, "text": "whole", "published": "2026-11-02"},
        reply={"id": "y1"},
    ),
}
