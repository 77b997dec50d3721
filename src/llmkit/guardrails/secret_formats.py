"""The forms of secrets: what each issuer's keys begin with, and how they go on.

Facts from the issuers' own documentation and from public secret-scanning rules, as known in 2026-11. Every pattern is bounded, begins
with fixed words and matches no white space, quote or angle bracket. `B` stands for the 62 letters and digits.
"""

from __future__ import annotations

_B, _U, _H = "[A-Za-z0-9]", "[A-Za-z0-9_-]", "[0-9a-f]"

FORMATS: dict[str, tuple[str, ...]] = {
    # models and machine learning
    "openai_key": ("sk-(?:proj|svcacct|admin|None)-" + _U + "{20,256}", "sk-" + _B + "{20}T3BlbkFJ" + _B + "{20}", "sk-" + _B + "{48}"),
    "anthropic_key": ("sk-ant-[a-z]{3,8}[0-9]{2}-" + _U + "{32,256}",),
    "openrouter_key": ("sk-or-v1-" + _H + "{64}",),
    "deepseek_key": ("sk-" + _H + "{32}",),
    "google_api": ("AIza" + _U + "{35}",),
    "google_oauth_client": ("GOCSPX-" + _U + "{28}",),
    "google_oauth_access": ("ya29[.]" + _U + "{20,512}",),
    "google_refresh": ("1//0" + _U + "{30,256}",),
    "huggingface_key": ("hf_" + _B + "{30,40}",),
    "huggingface_org": ("api_org_" + _B + "{34}",),
    "groq_key": ("gsk_" + _B + "{40,64}",),
    "xai_key": ("xai-" + _B + "{60,100}",),
    "perplexity_key": ("pplx-" + _B + "{40,64}",),
    "replicate_key": ("r8_" + _B + "{37,40}",),
    "fireworks_key": ("fw_" + _B + "{22,32}",),
    "nvidia_key": ("nvapi-" + _U + "{60,80}",),
    "cerebras_key": ("csk-" + _B + "{40,56}",),
    "langsmith": ("lsv2_(?:pt|sk)_" + _H + "{32}_" + _H + "{10}",),
    "langfuse": ("(?:sk|pk)-lf-" + _H + "{8}-" + _H + "{4}-" + _H + "{4}-" + _H + "{4}-" + _H + "{12}",),
    "pinecone": ("pcsk_" + _B + "{5,6}_" + _B + "{60,70}",),
    "tavily_key": ("tvly-(?:dev-|prod-)?" + _B + "{30,40}",),
    "databricks_key": ("dapi" + _H + "{32}(?:-[0-9])?",),
    # clouds and hosting
    "aws_access_key_id": ("(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}",),
    "aws_bedrock": ("ABSK[A-Za-z0-9+/]{109,269}={0,2}",),
    "azure_storage": ("AccountKey=[A-Za-z0-9+/]{86}==",),
    "azure_sas": ("SharedAccessKey=[A-Za-z0-9+/]{43}=",),
    "azure_client_secret": (_B + "{3}[0-9]Q~[A-Za-z0-9_.~-]{31,34}",),
    "digitalocean_key": ("do[opr]_v1_" + _H + "{64}",),
    "alibaba_key": ("LTAI" + _B + "{20}",),
    "tencent_key": ("AKID" + _B + "{32}",),
    "flyio": ("fo1_" + _U + "{43}", "fm[12][ar]?_[A-Za-z0-9+/]{100,512}={0,2}"),
    "heroku_key": ("HRKU-" + _U + "{36,60}",),
    "scaleway_key": ("SCW[A-Z0-9]{17}",),
    "netlify": ("nfp_" + _B + "{36}",),
    "cloudflare_origin": ("v1[.]0-" + _H + "{24}-" + _H + "{146}",),
    "doppler": ("dp[.](?:pt|st|sa|ct|scim|audit)[.](?:[a-z0-9_-]{2,35}[.])?" + _B + "{40,44}",),
    "vault": ("hv[sbr][.]" + _U + "{24,256}",),
    "terraform": (_B + "{14}[.]atlasv1[.]" + _U + "{60,70}",),
    "pulumi": ("pul-" + _H + "{40}",),
    "supabase": ("sbp_" + _H + "{40}", "sb_secret_" + _U + "{31,40}"),
    "planetscale": ("pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.=-]{32,64}",),
    "prefect": ("pn[ub]_" + _B + "{36}",),
    "onepassword": ("ops_eyJ[A-Za-z0-9+/]{250,2000}={0,2}",),
    "age": ("AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}",),
    # source code and packages
    "github_key": ("gh[pousr]_" + _B + "{36}",),
    "github_fine_grained": ("github_pat_" + _B + "{22}_" + _B + "{59}",),
    "gitlab": ("glpat-" + _U + "{20,64}(?:[.][a-z0-9.]{4,20})?",),
    "gitlab_other": ("gl(?:oas|dt|rt|cbt|ptt|ft|imt|agent|soat|ffct)-" + _U + "{20,64}",),
    "bitbucket": ("ATBB" + _B + "{24}" + "[0-9A-F]{8}",),
    "atlassian": ("ATATT3[A-Za-z0-9_=-]{180,250}",),
    "npm": ("npm_" + _B + "{36}",),
    "pypi": ("pypi-AgE[A-Za-z0-9_-]{50,512}",),
    "rubygems": ("rubygems_" + _H + "{48}",),
    "docker": ("dckr_(?:pat|oat)_" + _U + "{27,40}",),
    "clojars": ("CLOJARS_[a-z0-9]{60}",),
    "crates": ("cio" + _B + "{32}",),
    "sonar": ("sq[upa]_" + _H + "{40}",),
    "sourcegraph": ("sgp_(?:[A-Za-z0-9]{16}_|local_)?" + _H + "{40}",),
    "postman": ("PMAK-" + _H + "{24}-" + _H + "{34}",),
    "linear": ("lin_api_" + _B + "{40}",),
    "notion": ("ntn_" + _B + "{40,50}", "secret_" + _B + "{43}"),
    "figma": ("fig[dou]_" + _U + "{36,50}",),
    "airtable": ("pat" + _B + "{14}[.]" + _H + "{64}",),
    "asana": ("1/[0-9]{15,17}:" + _H + "{32}", "2/[0-9]{15,17}:" + _H + "{32}"),
    # money and shops
    "stripe": ("(?:sk|rk)_(?:live|test|prod)_" + _B + "{10,128}",),
    "stripe_webhook": ("whsec_[A-Za-z0-9+/]{32,64}={0,2}",),
    "square": ("sq0(?:atp|csp)-" + _U + "{22,60}", "EAAA" + _U + "{60}"),
    "paypal_braintree": ("access_token[$](?:production|sandbox)[$][0-9a-z]{16}[$]" + _H + "{32}",),
    "shopify": ("shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}",),
    "razorpay": ("rzp_(?:live|test)_" + _B + "{14}",),
    "flutterwave": ("FLWSECK(?:_TEST)?-[0-9a-zA-Z]{12,32}-X",),
    "plaid": ("access-(?:sandbox|development|production)-" + _H + "{8}-" + _H + "{4}-" + _H + "{4}-" + _H + "{4}-" + _H + "{12}",),
    "easypost": ("EZ[AT]K" + _B + "{54}",),
    # messages and mail
    "slack": ("xox[baprs]-[0-9]{8,14}-[A-Za-z0-9-]{10,128}", "xapp-[0-9]-[A-Z0-9]{8,14}-[0-9]{8,14}-" + _B + "{32,80}"),
    "slack_webhook": ("hooks[.]slack[.]com/(?:services|workflows|triggers)/[A-Za-z0-9/]{32,90}",),
    "discord_webhook": ("discord(?:app)?[.]com/api/webhooks/[0-9]{17,20}/" + _U + "{60,72}",),
    "discord_bot": tuple([first + _B + "{23,27}[.]" + _U + "{6}[.]" + _U + "{27,40}" for first in "MNO"]),
    "telegram": ("[0-9]{8,10}:AA" + _U + "{33}",),
    "teams_webhook": (_B + "{1,60}[.]webhook[.]office[.]com/webhookb2/[A-Za-z0-9@/-]{40,220}",),
    "twilio": ("SK" + _H + "{32}",),
    "sendgrid": ("SG[.]" + _U + "{22}[.]" + _U + "{43}",),
    "mailgun": ("key-" + _H + "{32}",),
    "mailchimp": (_H + "{32}-us[0-9]{1,2}",),
    "brevo": ("xkeysib-" + _H + "{64}-" + _B + "{16}",),
    "resend": ("re_" + _B + "{8}_" + _B + "{24}",),
    "mapbox": ("sk[.]eyJ" + _U + "{60,90}[.]" + _U + "{22}",),
    "facebook": ("EAA[A-Za-z0-9]{90,400}",),
    # watching
    "newrelic": ("NRAK-[A-Z0-9]{27}",),
    "newrelic_insert": ("NRII-" + _U + "{32}",),
    "grafana": ("glsa_" + _B + "{32}_[0-9a-fA-F]{8}", "glc_[A-Za-z0-9+/]{32,400}={0,2}"),
    "dynatrace": ("dt0c01[.][A-Z0-9]{24}[.][A-Z0-9]{64}",),
    "sentry": ("sntrys_eyJ[A-Za-z0-9+/=_-]{60,400}", "sntryu_" + _H + "{64}"),
    "posthog": ("phx_" + _B + "{43,50}",),
    "honeycomb": ("hc[abix]ik_[a-z0-9]{58,62}",),
    "launchdarkly": ("(?:sdk|api)-" + _H + "{8}-" + _H + "{4}-" + _H + "{4}-" + _H + "{4}-" + _H + "{12}",),
    "contentful": ("CFPAT-" + _U + "{43}",),
    "algolia_admin": ("ALGOLIA_" + _B + "{32}",),
    # by form
    "jwt": ("eyJ" + _U + "{10,1000}[.]eyJ" + _U + "{10,2000}[.]" + _U + "{10,800}",),
    "connection_string": (
        "(?:postgres|postgresql|mysql|mariadb|mongodb|redis|rediss|amqp|amqps|ftp|sftp|https?|mssql|clickhouse|kafka|ldap|ldaps|smtp|smtps)"
        "(?:[+][a-z0-9]{2,10})?://[^:@/ ]{0,100}:[^@/ ]{3,200}@[A-Za-z0-9.-]{1,253}",
    ),
}
LONGEST = 4096
"""Longer than any of them."""
SHORTEST = 16
"""No longer than the shortest of them."""
LOOSE = frozenset({"teams_webhook", "mailchimp", "azure_client_secret", "terraform", "telegram", "connection_string"})
"""Formats without fixed words at their beginning; each has its own marker, which is looked for first."""
MARKERS = {
    "teams_webhook": ".webhook.office.com",
    "mailchimp": "-us",
    "azure_client_secret": "Q~",
    "terraform": ".atlasv1.",
    "telegram": ":AA",
    "connection_string": "@",
}
