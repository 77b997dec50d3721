"""The models of a Bedrock region, and the profiles that spread them over regions.

Both stand at the control plane, another host than the conversations' (ListFoundationModels, ListInferenceProfiles; botocore 1.44). A
model without on-demand service is reached by its profiles only.
"""

from __future__ import annotations

from urllib.parse import quote

from llmkit.dialects.listing import Object, abilities, day, inner, kinds, listed, text, words
from llmkit.types.dialect import ModelPage
from llmkit.types.model_info import ModelInfo

PATH = "/foundation-models"
PROFILES = "/inference-profiles?maxResults=1000"
_FIRST = "profiles"
_MODES = {"text": "chat", "image": "image", "video": "video", "embedding": "embedding", "audio": "tts"}
_STATES = {"ACTIVE": "active", "LEGACY": "deprecated"}


def list_path(page: str | None = None, /) -> str:
    """Return the path of the models; the pages behind are those of the profiles."""
    if page is None:
        return PATH
    token = page.removeprefix(f"{_FIRST}:")
    return PROFILES if page == _FIRST else f"{PROFILES}&nextToken={quote(token, safe='')}"


def decode_models(body: bytes, /, *, provider: str) -> ModelPage:
    """Return the models that `provider` lists in `body`. Raises `ProtocolError` for other bytes."""
    head, entries = listed(body, "modelSummaries", "inferenceProfileSummaries")
    if "modelSummaries" in head:
        return ModelPage(models=tuple([_model(entry, provider) for entry in entries if text(entry, "modelId")]), next=_FIRST)
    token = text(head, "nextToken")
    models = tuple([_profile(entry, provider) for entry in entries if text(entry, "inferenceProfileId")])
    return ModelPage(models=models, next=f"{_FIRST}:{token}" if token else None)


def _model(entry: Object, provider: str) -> ModelInfo:
    life = inner(entry, "modelLifecycle")
    inputs, outputs = kinds(entry.get("inputModalities")), kinds(entry.get("outputModalities"))
    can, cannot = abilities(
        [
            ("streaming", entry.get("responseStreamingSupported")),
            ("prompt_cache", inner(entry, "explicitPromptCaching").get("isSupported")),
            ("fine_tuning", True if "FINE_TUNING" in words(entry.get("customizationsSupported")) else None),
        ]
    )
    return ModelInfo(
        provider=provider,
        id=text(entry, "modelId"),
        mode=_MODES.get(outputs[0], "") if len(outputs) == 1 else "",
        name=text(entry, "modelName"),
        status=_STATES.get(text(life, "status"), "active"),
        inputs=inputs,
        outputs=outputs,
        can=can,
        cannot=cannot,
        release_date=day(life.get("startOfLifeTime")),
        deprecation_date=day(life.get("endOfLifeTime")),
    )


def _profile(entry: Object, provider: str) -> ModelInfo:
    """Return a profile as a model: its id is one that a request may name. What its models can do is told with them."""
    own = text(entry, "type") == "APPLICATION"
    return ModelInfo(
        provider=provider,
        id=text(entry, "inferenceProfileArn") if own else text(entry, "inferenceProfileId"),
        mode="",
        name=text(entry, "inferenceProfileName"),
    )
