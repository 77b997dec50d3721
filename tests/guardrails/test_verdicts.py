"""What providers' own guardrails say, in one form, read from the answers as they come."""

from __future__ import annotations

import json
from typing import Any

import pytest

from llmkit.dialects import anthropic, bedrock_converse, gemini, openai_chat, openai_responses
from llmkit.errors import BadRequest, ContentFiltered
from llmkit.guardrails import Verdict, verdicts
from llmkit.types.parts import Provenance

ORIGIN = Provenance(provider="p", dialect="d", model="m")
CHAT = {"id": "c", "model": "m", "object": "chat.completion", "created": 1}
CHOICE = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "hi"}}


def said(where: Any, category: str, action: Any, score: float | None = None) -> Verdict:
    return Verdict(where=where, category=category, action=action, score=score)


@pytest.mark.parametrize(
    ("dialect", "body", "expected"),
    [
        pytest.param(
            openai_chat,
            CHAT
            | {
                "prompt_filter_results": [
                    {
                        "prompt_index": 0,
                        "content_filter_results": {
                            "hate": {"filtered": False, "severity": "safe"},
                            "violence": {"filtered": False, "severity": "low"},
                            "jailbreak": {"filtered": False, "detected": True},
                        },
                    }
                ],
                "choices": [
                    CHOICE
                    | {
                        "finish_reason": "content_filter",
                        "content_filter_results": {
                            "sexual": {"filtered": True, "severity": "high"},
                            "protected_material_text": {"filtered": False, "detected": False},
                        },
                    }
                ],
            },
            [said("input", "violence", "flag", 0.3), said("input", "jailbreak", "flag", 1.0), said("output", "sexual", "block", 0.9)],
            id="content filter",
        ),
        pytest.param(
            bedrock_converse,
            {
                "output": {"message": {"role": "assistant", "content": [{"text": "Blocked."}]}},
                "stopReason": "guardrail_intervened",
                "usage": {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2},
                "metrics": {"latencyMs": 1},
                "trace": {
                    "guardrail": {
                        "inputAssessment": {
                            "g1": {
                                "topicPolicy": {"topics": [{"name": "Legal Advice", "type": "DENY", "action": "BLOCKED"}]},
                                "wordPolicy": {"customWords": [{"match": "rosebud", "action": "BLOCKED"}]},
                            }
                        },
                        "outputAssessments": {
                            "g1": [
                                {
                                    "contentPolicy": {
                                        "filters": [
                                            {"type": "VIOLENCE", "confidence": "MEDIUM", "action": "NONE", "detected": True},
                                            {"type": "HATE", "confidence": "NONE", "action": "NONE", "detected": False},
                                        ]
                                    },
                                    "sensitiveInformationPolicy": {
                                        "piiEntities": [{"match": "jane@example.org", "type": "EMAIL", "action": "ANONYMIZED"}]
                                    },
                                    "contextualGroundingPolicy": {
                                        "filters": [{"type": "GROUNDING", "threshold": 0.7, "score": 0.2, "action": "BLOCKED"}]
                                    },
                                }
                            ]
                        },
                    }
                },
            },
            [
                said("input", "topic:legal_advice", "block"),
                said("input", "word", "block"),
                said("output", "content:violence", "flag", 0.6),
                said("output", "pii:email", "mask"),
                said("output", "grounding:grounding", "block", 0.2),
            ],
            id="trace",
        ),
        pytest.param(
            gemini,
            {
                "candidates": [
                    {
                        "content": {"role": "model", "parts": [{"text": "hi"}]},
                        "finishReason": "SAFETY",
                        "safetyRatings": [
                            {"category": "HARM_CATEGORY_HARASSMENT", "probability": "HIGH", "blocked": True},
                            {"category": "HARM_CATEGORY_HATE_SPEECH", "probability": "NEGLIGIBLE"},
                            {"category": "HARM_CATEGORY_DANGEROUS_CONTENT", "probability": "LOW"},
                        ],
                    }
                ],
            },
            [said("output", "harassment", "block", 0.9), said("output", "dangerous_content", "flag", 0.3)],
            id="ratings",
        ),
        pytest.param(gemini, {"promptFeedback": {"blockReason": "SAFETY"}}, [said("input", "safety", "block")], id="prompt feedback"),
        pytest.param(
            openai_chat,
            CHAT
            | {
                "choices": [CHOICE],
                "moderation": {
                    "input": {"type": "moderation_results", "model": "m", "results": []},
                    "output": {
                        "type": "moderation_results",
                        "model": "m",
                        "results": [
                            {
                                "type": "moderation_result",
                                "flagged": True,
                                "categories": {"violence": True, "hate": False},
                                "category_scores": {"violence": 0.91, "hate": 0.01},
                            }
                        ],
                    },
                },
            },
            [said("output", "violence", "flag", 0.91)],
            id="moderation in chat",
        ),
        pytest.param(
            openai_responses,
            {
                "id": "r",
                "object": "response",
                "status": "completed",
                "model": "m",
                "output": [],
                "moderation": {
                    "input": {"type": "moderation_result", "flagged": True, "categories": {"hate": True}, "category_scores": {"hate": 0.7}},
                    "output": {"type": "error", "code": "x", "message": "y"},
                },
            },
            [said("input", "hate", "flag", 0.7)],
            id="moderation in responses",
        ),
        pytest.param(
            openai_chat,
            CHAT | {"choices": [CHOICE | {"finish_reason": "content_filter"}]},
            [said("output", "content_filter", "block")],
            id="only a reason",
        ),
        pytest.param(openai_chat, CHAT | {"choices": [CHOICE]}, [], id="nothing"),
        pytest.param(
            anthropic,
            {"id": "m", "type": "message", "role": "assistant", "model": "m", "content": [], "stop_reason": "end_turn", "usage": {}},
            [],
            id="nothing to say",
        ),
    ],
)
def test_each_provider_s_words_become_the_same_verdicts(dialect: Any, body: dict[str, Any], expected: list[Verdict]) -> None:
    """Where, what, what was done: never the words that were found."""
    answer = dialect.decode(json.dumps(body).encode(), origin=ORIGIN)

    told = verdicts(answer)

    assert expected == list(told)
    assert "jane@example.org" not in str(told) and "rosebud" not in str(told)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (
            ContentFiltered(
                "no",
                code="content_filter",
                body=json.dumps(
                    {"error": {"innererror": {"content_filter_result": {"hate": {"filtered": True, "severity": "medium"}}}}},
                ),
            ),
            [said("input", "hate", "block", 0.6)],
        ),
        (ContentFiltered("no", code="Content Policy", body="{cut"), [said("input", "content_policy", "block")]),
        (ContentFiltered("no"), [said("input", "content_filter", "block")]),
        (BadRequest("other", body="[1]"), []),
    ],
)
def test_a_refused_request_has_verdicts_too(error: Any, expected: list[Verdict]) -> None:
    """The error tells as much as the provider does, and it may be cut."""
    assert expected == list(verdicts(error))
