"""Configuration files that say something about every table."""

from __future__ import annotations

CLIENT = """
default_model = "openai/gpt-5"
tenant = "acme"
timeout = "2 min"
retries = 4
proxy = "http://proxy.example.com:3128"
models_url = "https://example.com/models.json"

[mcp.files]
command = "files-server"
args = ["--root", "data"]
"""
PROVIDERS = """
[timeout]
total = 30
idle = false

[providers.work]
base_url = "https://llm.example.com/v1"
dialect = "openai_chat"
key = ["env:WORK_KEY", "file:~/.keys/work"]
headers = { x-team = "blue" }
profile = { max_tokens_field = "max_completion_tokens", unsupported = ["seed"] }
auth = { name = "api-key", prefix = "" }
settings = { region = "eu" }

[providers.openai]
key_file = "~/.keys/openai"
env = "MY_OPENAI_KEY"
"""
ROUTES = """
[routes]
chat = ["openai/gpt-5", { model = "anthropic/claude-sonnet-4-5", weight = 2, region = "eu" }]

[routes.smart]
balance = ["openai/gpt-5", "anthropic/claude-sonnet-4-5"]
by = "cost"
ttl = "5 min"

[routes.ruled]
rules = [{ to = "route/chat", tools = true, tenants = ["acme"] }]
default = { learn = ["openai/gpt-5", "openai/gpt-5-mini"], cold = 3 }

[layers.health]
checks = ["openai/gpt-5", { model = "route/chat", by = "completion" }]
every = "1 min"

[layers.router]
tries = 3
half_life = "10 min"
"""
ADMISSION = """
[layers.retry]
base = "200 ms"
limit = 4
budget = { every = 5, floor = 2 }

[layers.breaker]
volume = 20
score = false
pause = "10 s"

[layers.ratelimit]
wait = true
store = "memory"
limits = [{ requests = 60, tokens = 100_000, per = "1 min", by = ["tenant", "model"], where = { model = "openai/*" } }]

[layers.concurrency]
limit = { initial = 4, most = 64 }
patience = 5.5

[layers.hedge]
share = 0.05
"""
KEEPING = """
[layers]
singleflight = true

[layers.cache]
store = { url = "sqlite:answers.db", size = "100 MB" }
ttl = "1 d"
shared_by = "tenant"
semantic = { embed = "local/minilm", vectors = "sqlite:vectors.db", also = ["tools"] }

[layers.budgets]
store = "sqlite:money.db"
unknown = "0.50"
budgets = [{ usd = "20.50", per = "day", by = ["tenant"], warn = 0.8 }, { usd = 100, tenant = "acme", hard = false }]

[layers.meter]
sink = "jsonl:usage.jsonl"
batch = 10
"""
WATCHING = """
[layers.guard]
input = [{ action = "anonymise", detectors = ["pii", { words = ["Bluebird"], kind = "project" }], threshold = 0.5 }]
output = [
  { action = "mask", detectors = "secrets" },
  { action = "block", detectors = { links = ["example.com", ".example.org"], schemes = ["https"] }, category = "link" },
  { action = "block", detectors = { fields = ["name"], values = { status = ["open", 1, true] }, strict = true } },
  { action = "flag", detectors = { topics = { money = ["loan", "credit"] } } },
]

[layers.trace]
path = "calls.jsonl"
largest = "1 MiB"

[layers.log]
level = "debug"
"""
EXAMPLES = {
    "empty": "",
    "client": CLIENT,
    "providers": PROVIDERS,
    "routes": ROUTES,
    "admission": ADMISSION,
    "keeping": KEEPING,
    "watching": WATCHING,
}
