"""Search engines for models: questions in, pages with their words out. A few answer as well.

Addresses, headers and paths: the vendors' documentation and SDKs, read 2026-11-23.
"""

from __future__ import annotations

from llmkit.auth.schemes import BEARER, HeaderAuth, NoAuth
from llmkit.providers.answers import ErrorRule
from llmkit.providers.catalog.shared import PLAIN, X_API_KEY
from llmkit.providers.provider import Provider, Route
from llmkit.providers.serving import Serving

_TAVILY = "docs.tavily.com/documentation/api-reference/endpoint/search, read 2026-11-23"

ROWS = (
    Provider(
        name="brave",
        title="Brave Search",
        base_url="https://api.search.brave.com/res/v1",
        dialect="",
        env=("BRAVE_API_KEY", "BRAVE_SEARCH_API_KEY"),
        docs="https://api-dashboard.search.brave.com/documentation",
        auth=HeaderAuth(name="X-Subscription-Token", prefix=""),
        region="global",
        # Its rate-limit headers hold a list (the second, the month), which no single figure tells.
        operations={"search": Serving(dialect="brave", path="/web/search")},
    ),
    Provider(
        name="duckduckgo",
        title="DuckDuckGo Instant Answers",
        base_url="https://api.duckduckgo.com",
        dialect="",
        docs="https://duckduckgo.com/duckduckgo-help-pages/open-source/instant-answer-api/",
        auth=NoAuth(),
        region="global",
        confidence="medium",  # it gives instant answers, not the pages that a search finds
        operations={"search": Serving(dialect="duckduckgo", path="/")},
    ),
    Provider(
        name="exa",
        title="Exa",
        base_url="https://api.exa.ai",
        env=("EXA_API_KEY",),
        docs="https://docs.exa.ai/reference/search",
        aliases=("exa_ai",),
        region="US",
        profile=PLAIN,
        operations={"search": Serving(dialect="exa", path="/search")},
    ),
    Provider(
        name="firecrawl",
        title="Firecrawl",
        base_url="https://api.firecrawl.dev/v2",
        dialect="",
        env=("FIRECRAWL_API_KEY",),
        docs="https://docs.firecrawl.dev/api-reference/endpoint/search",
        region="US",
        operations={"search": Serving(dialect="firecrawl", path="/search")},
    ),
    Provider(
        name="linkup",
        title="Linkup",
        base_url="https://api.linkup.so/v1",
        dialect="",
        env=("LINKUP_API_KEY",),
        docs="https://docs.linkup.so",
        region="FR",
        operations={"search": Serving(dialect="linkup", path="/search")},
    ),
    Provider(
        name="parallel",
        title="Parallel",
        base_url="https://api.parallel.ai",
        dialect="",
        env=("PARALLEL_API_KEY", "PARALLEL_AI_API_KEY"),
        docs="https://docs.parallel.ai",
        auth=X_API_KEY,
        aliases=("parallel_ai",),
        region="US",
        routes=(
            Route(dialect="openai_chat", models=("*",), auth=BEARER, profile=PLAIN),
            Route(dialect="openai_responses", base_url="https://api.parallel.ai/v1", auth=BEARER),
        ),
        operations={"search": Serving(dialect="parallel", path="/v1/search")},
    ),
    Provider(
        name="searchapi",
        title="SearchApi",
        base_url="https://www.searchapi.io/api/v1",
        dialect="",
        env=("SEARCHAPI_API_KEY",),
        docs="https://www.searchapi.io/docs/google",
        region="global",
        # The key may stand in the address too; here it goes into the header, always.
        operations={"search": Serving(dialect="searchapi", path="/search")},
    ),
    Provider(
        name="searxng",
        title="SearXNG",
        base_url="http://127.0.0.1:8080",
        dialect="",
        docs="https://docs.searxng.org/dev/search_api.html",
        auth=NoAuth(),
        local=True,
        operations={"search": Serving(dialect="searxng", path="/search")},
    ),
    Provider(
        name="serper",
        title="Serper",
        base_url="https://google.serper.dev",
        dialect="",
        env=("SERPER_API_KEY",),
        docs="https://serper.dev",
        auth=HeaderAuth(name="X-API-KEY", prefix=""),
        region="global",
        operations={"search": Serving(dialect="serper", path="/search", options={"news": "/news"})},
    ),
    Provider(
        name="tavily",
        title="Tavily",
        base_url="https://api.tavily.com",
        dialect="",
        env=("TAVILY_API_KEY",),
        docs="https://docs.tavily.com/documentation/api-reference/endpoint/search",
        region="US",
        operations={"search": Serving(dialect="tavily", path="/search")},
        errors=(
            ErrorRule(kind="quota_exhausted", status=432, source=f"the limit of the key or the plan ({_TAVILY})"),
            ErrorRule(kind="quota_exhausted", status=433, source=f"the limit of pay-as-you-go ({_TAVILY})"),
        ),
    ),
    Provider(
        name="you",
        title="You.com",
        base_url="https://ydc-index.io",
        dialect="",
        env=("YDC_API_KEY", "YOUCOM_API_KEY"),
        docs="https://docs.you.com",
        auth=HeaderAuth(name="X-API-Key", prefix=""),
        aliases=("you_com",),
        region="US",
        operations={"search": Serving(dialect="you", path="/v1/search")},
    ),
)
