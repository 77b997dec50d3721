"""The forms of secrets: what each issuer's keys begin with, and how they go on.

Facts from public secret-scanning rules (`SOURCES`) and from use (`UNPROVEN`), read 2026-11-23. Lengths are often wider than there:
issuers change them. Every pattern is bounded, begins with fixed words and matches no white space, quote or angle bracket. `B` stands for
the 62 letters and digits.
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
    "xai_key": ("xai-" + _U + "{60,120}",),
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
    "elevenlabs_key": ("sk_" + _H + "{48}",),
    "together_key": ("tgp_v1_" + _U + "{43}",),
    "voyage_key": ("pa-" + _U + "{43}",),
    "jina_key": ("jina_" + _B + "{60}",),
    "friendli_key": ("flp_" + _B + "{46}",),
    "firecrawl_key": ("fc-" + _H + "{32}",),
    # clouds and hosting
    "aws_access_key_id": ("(?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9])[A-Z2-7]{16}",),
    "aws_bedrock": ("ABSK[A-Za-z0-9+/]{109,269}={0,2}", "bedrock-api-key-[A-Za-z0-9+/]{40,1600}={0,2}"),
    "azure_storage": ("AccountKey=[A-Za-z0-9+/]{86}==",),
    "azure_sas": ("SharedAccessKey=[A-Za-z0-9+/]{43}=",),
    "azure_client_secret": ("[A-Za-z0-9_~.]{3}[0-9]Q~[A-Za-z0-9_.~-]{31,34}",),
    "digitalocean_key": ("do[opr]_v1_" + _H + "{64}",),
    "alibaba_key": ("LTAI" + _B + "{16,21}",),
    "tencent_key": ("AKID" + _B + "{32}",),
    "flyio": ("fo1_" + _U + "{43}", "fm[12][ar]?_[A-Za-z0-9+/]{100,512}={0,2}"),
    "heroku_key": ("HRKU-" + _U + "{36,60}",),
    "scaleway_key": ("SCW[A-Z0-9]{17}",),
    "netlify": ("nfp_" + _B + "{36}",),
    "cloudflare_origin": ("v1[.]0-" + _H + "{24}-" + _H + "{146}",),
    "doppler": ("dp[.](?:pt|st|sa|ct|scim|audit)[.](?:[a-z0-9_-]{2,35}[.])?" + _B + "{40,44}",),
    "vault": ("hv[sbr][.]" + _U + "{24,500}",),
    "terraform": (_B + "{14}[.]atlasv1[.][A-Za-z0-9_=-]{60,70}",),
    "pulumi": ("pul-" + _H + "{40}",),
    "supabase": ("sbp_" + _H + "{40}", "sb_secret_" + _U + "{31,40}"),
    "planetscale": ("pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.=-]{32,64}",),
    "prefect": ("pn[ub]_" + _B + "{36}",),
    "onepassword": ("ops_eyJ[A-Za-z0-9+/_-]{80,2000}={0,2}",),
    "age": ("AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}",),
    # source code and packages
    "github_key": ("gh[pousr]_" + _B + "{36}",),
    "github_fine_grained": ("github_pat_" + _B + "{22}_" + _B + "{59}",),
    "gitlab": ("glpat-" + _U + "{20,300}(?:[.][a-z0-9.]{4,20})?",),
    "gitlab_other": (
        "gl(?:oas|dt|rt|cbt|ptt|ft|imt|agent|soat|ffct)-" + _U + "{20,300}(?:[.][a-z0-9.]{4,20})?",
        "GR1348941" + _U + "{20}",
    ),
    "bitbucket": ("ATBB" + _B + "{24}" + "[0-9A-F]{8}",),
    "atlassian": ("ATATT3[A-Za-z0-9_=-]{180,250}",),
    "npm": ("npm_" + _B + "{36}",),
    "pypi": ("pypi-AgE[A-Za-z0-9_-]{50,1000}",),
    "rubygems": ("rubygems_" + _H + "{48}",),
    "docker": ("dckr_(?:pat|oat)_" + _U + "{27,40}",),
    "clojars": ("CLOJARS_" + _B + "{60}",),
    "crates": ("cio" + _B + "{32}",),
    "sonar": ("sq[upa]_[a-z0-9]{40}",),
    "sourcegraph": ("sgp_(?:[A-Za-z0-9]{16}_)?(?:local_)?[0-9a-fA-F]{40}",),
    "postman": ("PMAK-" + _H + "{24}-" + _H + "{34}",),
    "linear": ("lin_api_" + _B + "{40}",),
    "notion": ("ntn_" + _B + "{40,50}", "secret_" + _B + "{43}"),
    "figma": ("fig[dou]_" + _U + "{36,50}",),
    "airtable": ("pat" + _B + "{14}[.]" + _H + "{64}",),
    "asana": ("1/[0-9]{15,17}:" + _H + "{32}", "2/[0-9]{15,17}:" + _H + "{32}"),
    "buildkite": ("bkua_" + _B + "{40}",),
    "circleci": ("CCIPAT_" + _B + "{22}_" + _B + "{40}",),
    "nuget": ("oy2[a-z0-9]{43}",),
    "artifactory": ("AKC[A-Za-z0-9]{64,74}", "cmVmd" + _B + "{59}"),
    "dropbox": ("sl[.]" + _U + "{130,152}",),
    "readme": ("rdme_[a-z0-9]{70}",),
    "frameio": ("fio-u-" + _U + "{64}",),
    "tailscale": ("tskey-[a-z]{3,10}-" + _U + "{20,64}",),
    "infracost": ("ico-" + _B + "{32}",),
    "mongodb_atlas": ("mdb_sa_sk_" + _U + "{40}",),
    "confluent": ("cflt[A-Za-z0-9+/]{60}",),
    "openshift": ("sha256~" + _U + "{43}",),
    # money and shops
    "stripe": ("(?:sk|rk)_(?:live|test|prod)_" + _B + "{10,128}",),
    "stripe_webhook": ("whsec_[A-Za-z0-9+/]{32,64}={0,2}",),
    "square": ("sq0(?:atp|csp)-" + _U + "{22,60}", "EAAA" + _U + "{60}"),
    "paypal_braintree": ("access_token[$](?:production|sandbox)[$][0-9a-z]{16}[$]" + _H + "{32}",),
    "shopify": ("shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}",),
    "razorpay": ("rzp_(?:live|test)_" + _B + "{14}",),
    "flutterwave": ("FLWSECK(?:_TEST)?-[0-9a-zA-Z]{12,32}-X", "FLWSECK_TEST-[0-9a-zA-Z]{12}"),
    "plaid": ("access-(?:sandbox|development|production)-" + _H + "{8}-" + _H + "{4}-" + _H + "{4}-" + _H + "{4}-" + _H + "{12}",),
    "easypost": ("EZ[AT]K" + _B + "{54}",),
    "shippo": ("shippo_(?:live|test)_[0-9a-fA-F]{40}",),
    "duffel": ("duffel_(?:live|test)_" + _U + "{43}",),
    "hubspot": ("pat-[a-z0-9]{2,3}-" + _H + "{8}-" + _H + "{4}-" + _H + "{4}-" + _H + "{4}-" + _H + "{12}",),
    # messages and mail
    "slack": (
        "xox[abeoprs]-[0-9]{8,14}-[A-Za-z0-9-]{10,128}",
        "xapp-[0-9]-[A-Z0-9]{8,14}-[0-9]{8,14}-" + _B + "{32,80}",
        "xoxe[.]xox[bp]-[0-9]-[A-Z0-9]{155,170}",
        "xoxe-[0-9]-[A-Z0-9]{140,150}",
    ),
    "slack_webhook": ("hooks[.]slack[.]com/(?:services|workflows|triggers)/[A-Za-z0-9+/_-]{32,90}",),
    "discord_webhook": ("discord(?:app)?[.]com/api/webhooks/[0-9]{17,20}/" + _U + "{60,72}",),
    "discord_bot": tuple([first + _B + "{23,27}[.]" + _U + "{6}[.]" + _U + "{27,40}" for first in "MNO"]),
    "telegram": ("[0-9]{5,16}:AA" + _U + "{33}",),
    "teams_webhook": (_B + "{1,60}[.]webhook[.]office[.]com/webhookb2/[A-Za-z0-9@/-]{40,220}",),
    "twilio": ("SK[0-9a-fA-F]{32}",),
    "sendgrid": ("SG[.]" + _U + "{22}[.]" + _U + "{43}",),
    "mailgun": ("key-" + _H + "{32}",),
    "mailchimp": (_H + "{32}-us[0-9]{1,2}",),
    "brevo": ("xkeysib-" + _H + "{64}-" + _B + "{16}",),
    "resend": ("re_" + _B + "{8}_" + _B + "{24}",),
    "mapbox": ("sk[.]eyJ" + _U + "{30,125}[.]" + _U + "{20,30}",),
    "facebook": ("EAA[A-Za-z0-9]{90,400}",),
    # watching
    "newrelic": ("NRAK-[A-Z0-9]{27}",),
    "newrelic_insert": ("NRII-" + _U + "{32}",),
    "grafana": ("glsa_" + _B + "{32}_[0-9a-fA-F]{8}", "glc_[A-Za-z0-9+/]{32,400}={0,2}", "eyJrIjoi" + _B + "{60,400}={0,2}"),
    "dynatrace": ("dt0[a-z][0-9]{2}[.][A-Za-z0-9]{24}[.][A-Za-z0-9]{64}",),
    "sentry": ("sntrys_eyJ[A-Za-z0-9+/=_-]{60,400}", "sntryu_" + _H + "{64}"),
    "posthog": ("phx_" + _U + "{43,50}",),
    "honeycomb": ("hc[abix]ik_[a-z0-9]{58,62}",),
    "launchdarkly": ("(?:sdk|api)-" + _H + "{8}-" + _H + "{4}-" + _H + "{4}-" + _H + "{4}-" + _H + "{12}",),
    "contentful": ("CFPAT-" + _U + "{43}",),
    # by form
    "jwt": ("eyJ" + _U + "{13,1000}[.]eyJ" + _U + "{10,2000}[.]" + _U + "{10,800}",),
    "connection_string": (
        "(?:postgres|postgresql|mysql|mariadb|mongodb|redis|rediss|amqp|amqps|ftp|sftp|https?|mssql|clickhouse|kafka|ldap|ldaps|smtp|smtps)"
        "(?:[+][a-z0-9]{2,10})?://[!#-.0-9;=?A-_a-~]{0,100}:[!#-.0-;=?A-_a-~]{3,200}@[A-Za-z0-9.-]{1,253}",
    ),
}
LONGEST = 4096
"""Longer than any of them."""
SHORTEST = 16
"""No longer than the shortest of them."""
BROKEN: dict[str, tuple[str, ...]] = {
    "azure_storage": ("AccountKey=",),
    "azure_sas": ("SharedAccessKey=",),
    "aws_bedrock": ("ABSK",),
    "flyio": ("fm1_", "fm1a_", "fm1r_", "fm2_", "fm2a_", "fm2r_"),
    "onepassword": ("ops_eyJ",),
    "planetscale": ("pscale_",),
    "confluent": ("cflt",),
    "stripe_webhook": ("whsec_",),
    "slack_webhook": ("hooks.slack.com/",),
    "grafana": ("glc_",),
    "sentry": ("sntrys_",),
}
"""Formats in which other characters may stand between the letters and digits everywhere; each has words to look for first."""
LOOSE = {
    "teams_webhook": (".webhook.office.com/", 60),
    "mailchimp": ("-us", 32),
    "azure_client_secret": ("Q~", 4),
    "terraform": (".atlasv1.", 14),
    "telegram": (":AA", 16),
}
"""Formats without fixed words at their beginning: what stands in each of them, and how far from its beginning at most."""
SOURCES = {
    "gitleaks": frozenset(
        """age anthropic_key artifactory atlassian aws_access_key_id azure_client_secret brevo clojars cloudflare_origin databricks_key
        digitalocean_key doppler duffel dynatrace easypost facebook flutterwave flyio frameio github_fine_grained github_key gitlab
        gitlab_other google_api grafana heroku_key huggingface_key huggingface_org infracost jwt linear mailchimp mailgun newrelic
        newrelic_insert notion npm onepassword openai_key openshift perplexity_key plaid planetscale postman prefect pulumi pypi readme
        rubygems sendgrid sentry shippo shopify slack slack_webhook sourcegraph square stripe teams_webhook telegram terraform twilio
        vault""".split()  # noqa: SIM905 - quoted words would be no table
    ),
    "kingfisher": frozenset(
        """alibaba_key asana aws_bedrock buildkite cerebras_key circleci confluent connection_string contentful crates deepseek_key
        discord_bot discord_webhook docker dropbox elevenlabs_key figma firecrawl_key fireworks_key friendli_key google_oauth_access
        google_oauth_client hubspot jina_key langsmith mapbox mongodb_atlas nuget nvidia_key posthog replicate_key sonar supabase tailscale
        tavily_key together_key voyage_key xai_key""".split()  # noqa: SIM905 - quoted words would be no table
    ),
    "trufflehog": frozenset(("airtable", "groq_key")),
    "betterleaks": frozenset(("pinecone",)),
}
"""Whose rules a format was held against (the first of them that has it); some of ours have more forms, or wider ones."""
UNPROVEN = frozenset(
    """azure_sas azure_storage bitbucket google_refresh honeycomb langfuse launchdarkly netlify openrouter_key paypal_braintree razorpay
    resend scaleway_key stripe_webhook tencent_key""".split()  # noqa: SIM905 - quoted words would be no table
)
"""Formats that none of these rules has as we have them."""
