"""The page that tells who does what, and what of it is proven by what."""

from __future__ import annotations

from collections import defaultdict

from llmkit.dialects.operations import MODULES
from tests.recordings.run import Key, Result
from tests.rows import ROWS

ORACLES: dict[str, str] = {
    "anthropic_files": "anthropic",
    "gemini_caches": "google-genai",
    "gemini_files": "google-genai",
    "openai_files": "openai",
    "anthropic_batch": "anthropic",
    "aws_transcriptions": "botocore",
    "bedrock_batch": "botocore",
    "bedrock_embeddings": "botocore",
    "bedrock_guardrail": "botocore",
    "bedrock_rerank": "botocore",
    "cohere_embeddings": "cohere",
    "cohere_rerank": "cohere",
    "gemini_batch": "google-genai",
    "gemini_decisions": "google-genai",
    "gemini_embeddings": "google-genai",
    "gemini_images": "google-genai",
    "gemini_realtime": "google-genai",
    "gemini_speech": "google-genai",
    "gemini_videos": "google-genai",
    "mistral_batch": "mistralai",
    "mistral_classify": "mistralai",
    "mistral_moderations": "mistralai",
    "mistral_ocr": "mistralai",
    "mistral_speech": "mistralai",
    "mistral_transcriptions": "mistralai",
    "ollama_embeddings": "ollama",
    "openai_batch": "openai",
    "openai_decisions": "openai",
    "openai_embeddings": "openai, mistralai",
    "openai_images": "openai",
    "openai_moderations": "openai",
    "mistral_listening": "mistralai",
    "mistral_speaking": "mistralai",
    "openai_listening": "openai",
    "openai_realtime": "openai",
    "openai_speech": "openai",
    "openai_transcriptions": "openai, cohere",
    "openai_videos": "openai",
    "polly": "botocore",
    "vertex_batch": "google-genai",
    "vertex_embeddings": "google-genai",
}
"""Formats whose requests the vendor's own package judges or sends alike, and that package's name."""


def document(results: dict[Key, Result]) -> str:
    """Return the page."""
    lines = [
        "# Operations",
        "",
        "What each provider does beside conversations. **R** and a number: that many recorded interactions of this provider are decoded",
        "as an independent reading says. **r**: recordings of the same format at another provider. **S**: the vendor's own package puts",
        "the same request on the wire, or accepts ours. **d**: built by the documentation alone, or by what is remembered of it: the",
        "format's module says which. `-`: the row knows the place, and the format is not spoken yet. Written by",
        "`python -m tests.recordings --write`.",
        "",
    ]
    spoken = {codec: sum(result.decoded["passed"] for key, result in results.items() if key[0] == codec) for codec in MODULES}
    by_operation: dict[str, list[str]] = defaultdict(list)
    for row in sorted(ROWS, key=lambda row: row.name):
        for operation, way in row.operations.items():
            if operation in ("models", "count") or row.ended:
                continue
            own = sum(
                result.decoded["passed"] for key, result in results.items() if key[0] == way.dialect and key[1] in (row.name, *row.aliases)
            )
            by_operation[operation].append(f"| {row.title} | `{row.name}` | {way.dialect} | {_proof(way.dialect, own, spoken)} |")
    for operation in sorted(by_operation):
        lines += [
            f"## {operation.replace('_', ' ')}",
            "",
            "| provider | name | format | proof |",
            "|---|---|---|---|",
            *by_operation[operation],
            "",
        ]
    return "\n".join(lines)


def _proof(codec: str, own: int, spoken: dict[str, int]) -> str:
    if codec not in spoken:
        return "-"
    proofs = [f"R {own}" if own else f"r {spoken[codec]}" if spoken[codec] else "", f"S {ORACLES[codec]}" if codec in ORACLES else ""]
    return ", ".join([proof for proof in proofs if proof]) or "d"
