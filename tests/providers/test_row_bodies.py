"""What is odd about an API, seen in the body that goes out and in the answer that comes back."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from llmkit import LLMKit, Provider
from llmkit.errors import AuthenticationError, LLMKitError, RateLimited, TLSError
from llmkit.providers.provider import FILE, Setting
from llmkit.testing import Answer, FakeProvider
from llmkit.types.http import Headers, HttpRequest, HttpResponse
from tests.auth.test_azure import ANSWER, Body

CLAUDE = {"id": "m", "type": "message", "role": "assistant", "model": "c", "content": [{"type": "text", "text": "hello"}]}
CLAUDE |= {"stop_reason": "end_turn", "usage": {"input_tokens": 1, "output_tokens": 1}}


class Recorder:
    """Keeps what is sent and answers with one body."""

    def __init__(self, answer: Any = ANSWER) -> None:
        self.sent: list[HttpRequest] = []
        self._answer = answer

    async def send(self, request: HttpRequest) -> HttpResponse:
        self.sent.append(request)
        return HttpResponse(status=200, headers=Headers((("Content-Type", "application/json"),)), body=Body(self._answer))

    async def aclose(self) -> None:
        pass


def ask(model: str, recorder: Recorder, settings: dict[str, str] | None = None, **options: Any) -> Any:
    name = model.partition("/")[0]
    keys = {} if settings and "access_token" in settings else {name: "sk-0123"}
    with LLMKit(keys=keys, settings={name: settings or {}}, transport=recorder, retries=0) as kit:
        reply = kit.complete(model, "hi", **options)
    return msgspec.json.decode(recorder.sent[-1].body), reply


@pytest.mark.parametrize(
    ("model", "options", "fields"),
    [
        ("alibaba/qwen3-max", {"reasoning": "none"}, {"enable_thinking": False}),
        ("siliconflow/m", {"reasoning": "none"}, {"enable_thinking": False}),
        ("deepseek/deepseek-chat", {"reasoning": "none"}, {"thinking": {"type": "disabled"}}),
        ("volcengine/doubao", {"reasoning": "low"}, {"thinking": {"type": "enabled"}, "reasoning_effort": "low"}),
        ("moonshotai/kimi-k2", {"reasoning": "none"}, {"thinking": {"type": "disabled"}}),
        ("nvidia/m", {"reasoning": "none"}, {"chat_template_kwargs": {"enable_thinking": False}}),
        ("moonshotai/m", {"temperature": 1.5}, {"temperature": 1.0}),
        ("minimax/m", {"temperature": 0.0}, {"temperature": 0.01}),
        ("zai/glm-4.6", {"temperature": 1.0}, {"temperature": 0.99}),
        ("openai/gpt-4.1", {"max_tokens": 5}, {"max_completion_tokens": 5}),
        ("together/m", {"max_tokens": 5}, {"max_tokens": 5}),
    ],
)
def test_the_body_is_spelled_as_the_api_wants_it(model: str, options: dict[str, Any], fields: dict[str, Any]) -> None:
    body, _ = ask(model, Recorder(), **options)

    assert fields.items() <= body.items()


def test_a_value_that_was_changed_is_told() -> None:
    _, reply = ask("moonshotai/m", Recorder(), temperature=1.5)

    assert [("clamped", "temperature")] == [(warning.kind, warning.parameter) for warning in reply.warnings if warning.kind != "unknown"]


@pytest.mark.parametrize(
    ("choice", "field", "value"),
    [("required", "tool_choice_option", "required"), ("look_up", "tool_choice", {"type": "function", "function": {"name": "look_up"}})],
)
def test_watsonx_has_a_field_of_its_own_for_the_mode_of_tool_use(choice: str, field: str, value: Any) -> None:
    tool = {"type": "function", "function": {"name": "look_up", "description": "Look up.", "parameters": {"type": "object"}}}

    body, _ = ask("watsonx/m", Recorder(), {"access_token": "t", "project_id": "p"}, tools=[tool], tool_choice=choice)

    assert {field: value} == {name: body[name] for name in body if name.startswith("tool_choice")}


def test_a_dated_version_of_azure_has_the_deployment_in_its_path() -> None:
    recorder = Recorder()

    body, _ = ask("azure-deployments/my-deployment", recorder, {"resource": "mine", "api_version": "2025-01-01-preview"})

    assert "/openai/deployments/my-deployment/chat/completions?api-version=2025-01-01-preview" == recorder.sent[0].path
    assert "model" not in body


def test_claude_on_vertex_has_its_version_in_the_body_and_its_model_in_the_path() -> None:
    recorder = Recorder(CLAUDE)

    body, _ = ask("vertex/claude-sonnet-4@20250514", recorder, {"project": "p", "location": "us-east5", "access_token": "t"})

    path = "/v1/projects/p/locations/us-east5/publishers/anthropic/models/claude-sonnet-4@20250514:rawPredict"
    assert ("us-east5-aiplatform.googleapis.com", path) == (recorder.sent[0].origin.host, recorder.sent[0].path)
    assert "vertex-2023-10-16" == body["anthropic_version"]
    assert "model" not in body
    assert "anthropic-version" not in {name.lower() for name, _ in recorder.sent[0].headers}


@pytest.mark.parametrize("model", ["gpt-5.2-pro", "gpt-5.3-codex", "o3-deep-research", "computer-use-preview"])
def test_models_without_chat_completions_take_responses(model: str) -> None:
    with (
        FakeProvider("openai_responses", key="sk-one") as fake,
        LLMKit(keys={"openai": "sk-one"}, base_urls={"openai": fake.base_url}) as kit,
    ):
        fake.always(Answer(text="hello"))

        assert "hello" == kit.complete(f"openai/{model}", "hi").text


@pytest.mark.parametrize(("code", "kind"), [(1004, AuthenticationError), (1002, RateLimited), (9999, LLMKitError)])
def test_an_error_beside_the_answer_is_an_error(code: int, kind: type[LLMKitError]) -> None:
    """MiniMax answers 200 and says in `base_resp` that it failed."""
    with pytest.raises(kind, match="it failed"):
        ask("minimax/m", Recorder({"id": "1", "choices": None, "base_resp": {"status_code": code, "status_msg": "it failed"}}))


def test_no_error_beside_the_answer_is_none() -> None:
    _, reply = ask("minimax/m", Recorder({**ANSWER, "base_resp": {"status_code": 0, "status_msg": ""}}))

    assert "hello" == reply.text


@pytest.mark.parametrize("name", ["minimax", "sambanova", "portkey"])
def test_thinking_in_the_text_is_split_off(name: str) -> None:
    message = {"role": "assistant", "content": "<think>so and so</think>the answer"}
    answer = {"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}

    _, reply = ask(f"{name}/m", Recorder(answer))

    assert ("the answer", "so and so") == (reply.text.strip(), reply.reasoning.strip())


def test_an_own_certificate_authority_is_trusted_for_this_provider_alone() -> None:
    """GigaChat's certificates come from an authority that nobody else knows."""
    with FakeProvider("openai_chat", tls=True) as fake:
        fake.always(Answer(text="hello"))
        setting = Setting(name="ca_file", optional=True, pattern=FILE)
        rows = [
            Provider(name="own", title="Own", base_url=fake.base_url, settings=(setting,), ca_file="ca_file"),
            Provider(name="other", title="Other", base_url=fake.base_url),
        ]
        keys = {"own": fake.key, "other": fake.key}
        with LLMKit(providers=rows, keys=keys, settings={"own": {"ca_file": str(fake.ca_file)}}, retries=0) as kit:
            assert "hello" == kit.complete("own/m", "hi").text
            with pytest.raises(TLSError):
                kit.complete("other/m", "hi")
