"""Clients' generateContent bodies into requests, and back into the same bodies."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.dialects import anthropic, gemini
from llmkit.errors import InvalidRequest
from llmkit.serving.gemini import parse_request
from llmkit.types.messages import Message
from llmkit.types.parts import (
    Image,
    Provenance,
    ToolCall,
    ToolResult,
)
from llmkit.types.requests import CompletionRequest, OutputFormat, ReasoningOptions
from llmkit.types.tools import ServerTool, Tool, ToolChoice
from tests.serving.gemini_normal_form import normal_form
from tests.serving.gemini_round_trip import PATH, TARGET, sent_again
from tests.strategies import completion_requests, images, texts, words

SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}}
OPENAPI = {"type": "OBJECT", "properties": {"type": {"type": "STRING", "nullable": True}}}


def parsed(**fields: Any) -> CompletionRequest:
    """Return the request in a body with `fields`."""
    return parse_request({"contents": [{"role": "user", "parts": [{"text": "Hi"}]}], **fields}, path=PATH)


BODIES: list[dict[str, Any]] = [
    {"contents": [{"role": "user", "parts": [{"text": "a"}]}]},
    {"contents": [{"parts": [{"text": "a"}]}]},
    {"contents": [{"role": "function", "parts": [{"functionResponse": {"name": "f", "response": {}}}]}]},
    {"contents": [{"role": "user", "parts": []}, {"role": "user"}]},
    {
        "contents": [{"role": "user", "parts": [{"text": "a"}], "x": 1}],
        "systemInstruction": {"role": "user", "parts": [{"text": "S"}, {"text": "T"}]},
    },
    {
        "contents": [
            {"role": "user", "parts": [{"text": "a"}]},
            {"role": "model", "parts": [{"functionCall": {"name": "f", "args": {}}}, {"functionCall": {"name": "g", "args": {}}}]},
            {"role": "user", "parts": [{"functionResponse": {"name": "f", "response": {"output": "1"}}}]},
            {"role": "user", "parts": [{"functionResponse": {"name": "g", "response": {"output": "2"}}}]},
            {"role": "user", "parts": [{"functionResponse": {"name": "g", "response": {"output": "2"}}}, {"text": "mixed"}]},
        ]
    },
    {
        "generationConfig": {
            "candidateCount": 2,
            "seed": 0,
            "temperature": 0,
            "topP": 0.1,
            "topK": 4,
            "maxOutputTokens": 3,
            "stopSequences": ["a"],
            "presencePenalty": 0.1,
            "frequencyPenalty": 0.2,
            "responseLogprobs": True,
            "logprobs": 2,
            "responseModalities": ["TEXT", "IMAGE"],
            "speechConfig": {"languageCode": "de"},
            "imageConfig": {"aspectRatio": "1:1"},
            "mediaResolution": "LOW",
            "thinkingConfig": {"includeThoughts": True, "thinkingBudget": -1},
        },
        "safetySettings": [{"category": 1, "threshold": 2}],
        "cachedContent": "c",
        "labels": {"a_b": "c"},
        "serviceTier": "flex",
        "store": False,
        "brandNew": {"x": 1},
    },
    {"generationConfig": {"stopSequences": [], "responseModalities": ["text"], "topK": 40.0}},
    *(
        {"generationConfig": {"thinkingConfig": config}}
        for config in (
            {},
            {"thinkingLevel": "low"},
            {"thinkingLevel": "HIGH", "includeThoughts": False},
            {"thinkingLevel": "NEW"},
            {"thinkingBudget": 1, "thinkingLevel": "low", "x": 2},
        )
    ),
    *({"generationConfig": {"responseMimeType": kind}} for kind in ("application/json", "text/plain", "text/x.enum")),
    {"generationConfig": {"responseMimeType": "application/json", "responseJsonSchema": SCHEMA}},
    {"generationConfig": {"responseMimeType": "application/json", "responseSchema": SCHEMA}},
    {"generationConfig": {"responseMimeType": "application/json", "responseSchema": OPENAPI}},
    {"generationConfig": {"responseMimeType": "text/x.enum", "responseSchema": {"type": "STRING", "enum": ["a"]}}},
    {"generationConfig": {"responseSchema": OPENAPI}},
    {
        "tools": [
            {
                "functionDeclarations": [
                    {"name": "f", "description": "", "parameters": SCHEMA, "response": {"type": "STRING"}},
                    {"name": "g"},
                ]
            }
        ]
    },
    {
        "tools": [
            {
                "functionDeclarations": [
                    {"name": "f", "parameters": OPENAPI},
                    {"name": "g", "parameters": {}},
                    {"name": "h", "parametersJsonSchema": {}},
                ]
            }
        ]
    },
    {"tools": [{"functionDeclarations": [{"name": "f", "parameters": OPENAPI, "parametersJsonSchema": SCHEMA}]}]},
    {
        "tools": [
            {"functionDeclarations": [{"name": "f"}], "googleSearch": {}, "mcpServers": [{"name": "m"}]},
            {"urlContext": {}},
            {"brandNew": {"a": 1}},
        ]
    },
    *(
        {"toolConfig": {"functionCallingConfig": config}}
        for config in (
            {"mode": "AUTO"},
            {"mode": "ANY"},
            {"mode": "NONE"},
            {"mode": "VALIDATED"},
            {"mode": "any", "allowedFunctionNames": ["f"]},
            {"mode": "NEW"},
            {"mode": "ANY", "allowedFunctionNames": ["f", "g"]},
            {"mode": "AUTO", "allowedFunctionNames": ["f"]},
            {"mode": "VALIDATED", "allowedFunctionNames": ["f"]},
            {"mode": "ANY", "allowedFunctionNames": []},
            {"allowedFunctionNames": ["f"]},
            {"mode": "AUTO", "streamFunctionCallArguments": True},
        )
    ),
    {"toolConfig": {"retrievalConfig": {"latLng": {"latitude": 1.5}}, "includeServerSideToolInvocations": True}},
]


@pytest.mark.parametrize("body", BODIES, ids=lambda body: str(body)[:60])
def test_a_body_goes_out_as_it_came(body: dict[str, Any]) -> None:
    whole = {"contents": [{"role": "user", "parts": [{"text": "Hi"}]}], **body}

    assert normal_form(whole) == normal_form(sent_again(whole))


def test_both_spellings_nulls_and_single_objects_say_the_same() -> None:
    snake = {
        "system_instruction": {"parts": {"text": "S"}},
        "contents": {
            "parts": [
                {"inline_data": {"mime_type": "image/png", "data": "YQ=="}, "text": None},
                {"function_call": {"name": "f", "args": {"a_b": None}}},
            ]
        },
        "tools": {"function_declarations": [{"name": "f", "parameters_json_schema": SCHEMA}], "code_execution": None},
        "tool_config": {"function_calling_config": {"mode": "ANY", "allowed_function_names": ["f"]}},
        "generation_config": {"max_output_tokens": 3, "thinking_config": {"thinking_budget": 1}, "response_schema": None},
        "safety_settings": None,
        "model": "models/gemini-x",
    }
    camel = {
        "systemInstruction": {"parts": [{"text": "S"}]},
        "contents": [
            {"parts": [{"inlineData": {"mimeType": "image/png", "data": "YQ=="}}, {"functionCall": {"name": "f", "args": {"a_b": None}}}]}
        ],
        "tools": [{"functionDeclarations": [{"name": "f", "parametersJsonSchema": SCHEMA}]}],
        "toolConfig": {"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["f"]}},
        "generationConfig": {"maxOutputTokens": 3, "thinkingConfig": {"thinkingBudget": 1}},
    }

    assert parse_request(camel, path=PATH) == parse_request(snake)
    assert camel == sent_again(snake)


def test_settings_and_tools_have_their_types() -> None:
    """What is typed can be sent to another format; an option could not."""
    request = parsed(
        systemInstruction={"parts": [{"text": "S"}]},
        tools=[{"functionDeclarations": [{"name": "f", "parameters": OPENAPI}]}, {"googleSearch": {}}],
        toolConfig={"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["f"]}},
        generationConfig={
            "maxOutputTokens": 3,
            "topK": 40.0,
            "stopSequences": ["x"],
            "responseMimeType": "application/json",
            "responseSchema": OPENAPI,
            "thinkingConfig": {"thinkingLevel": "HIGH", "includeThoughts": True},
            "responseModalities": ["TEXT"],
        },
    )
    schema = {"type": "object", "properties": {"type": {"type": ["string", "null"]}}}

    assert (Message.system("S"), ("text",)) == (request.messages[0], request.modalities)
    assert [("f", schema), "web_search"] == [
        (tool.name, tool.parameters) if isinstance(tool, Tool) else tool.name for tool in request.tools
    ]
    assert ToolChoice(mode="required", names=("f",)) == request.tool_choice
    assert (3, 40, ("x",)) == (request.max_tokens, request.top_k, request.stop)
    assert OutputFormat(schema=schema) == request.output
    assert ReasoningOptions(effort="high", visible=True) == request.reasoning


SCHEMAS = [
    ({"type": "ARRAY", "items": {"type": "INTEGER"}}, {"type": "array", "items": {"type": "integer"}}),
    ({"anyOf": [{"type": "STRING"}], "nullable": True}, {"anyOf": [{"type": "string"}, {"type": "null"}]}),
    ({"enum": ["A"], "type": "STRING", "nullable": False}, {"enum": ["A"], "type": "string"}),
    (
        {"type": "object", "properties": {"nullable": {"type": "BOOLEAN"}, "items": {"type": "STRING"}}},
        {"type": "object", "properties": {"nullable": {"type": "boolean"}, "items": {"type": "string"}}},
    ),
    (SCHEMA, SCHEMA),
]


@pytest.mark.parametrize(("older", "schema"), SCHEMAS)
def test_older_schemas_become_json_schema(older: dict[str, Any], schema: dict[str, Any]) -> None:
    output = parsed(generationConfig={"responseMimeType": "application/json", "responseSchema": older}).output

    assert output is not None
    assert schema == output.schema


def test_results_find_their_calls_without_ids() -> None:
    call, result = {"functionCall": {"name": "f", "args": {}}}, {"functionResponse": {"name": "f", "response": {"output": "1"}}}
    contents = [{"role": "model", "parts": [call, call]}, {"role": "user", "parts": [result, result]}]

    asked, told = parse_request({"contents": [*contents, *contents]}).messages[2:]

    assert [part.id for part in asked.content if isinstance(part, ToolCall)] == [
        part.id for part in told.content if isinstance(part, ToolResult)
    ]
    assert ("assistant", "tool") == (asked.role, told.role)


def test_a_conversation_can_go_to_another_format() -> None:
    """Signatures and thoughts are marked as this format's, so that the other leaves them out."""
    request = parse_request(
        {
            "contents": [
                {"role": "user", "parts": [{"text": "Hi"}]},
                {
                    "role": "model",
                    "parts": [{"text": "t", "thought": True}, {"functionCall": {"name": "f", "args": {}}, "thoughtSignature": "s"}],
                },
                {"role": "user", "parts": [{"functionResponse": {"name": "f", "response": {"n": 1}}}]},
            ]
        }
    )

    encoded = anthropic.encode(
        request, model="m", target=Provenance(provider="p", dialect="anthropic"), profile=anthropic.PROFILE, stream=False
    )

    sent = msgspec.json.encode(encoded.body)
    assert b"tool_use" in sent
    assert b'{\\"n\\":1}' in sent
    assert not any(word in sent for word in (b'"t"', b'"s"'))


MODELS = [
    ("/v1beta/models/gemini-x:streamGenerateContent?alt=sse", "gemini-x"),
    ("models/gemini-x:generateContent", "gemini-x"),
    ("https://h/v1/projects/p/locations/l/publishers/google/models/gemini-x:generateContent", "gemini-x"),
    ("/v1beta/tunedModels/mine:generateContent", "tunedModels/mine"),
    ("/v1beta/models/vendor%2Fname:generateContent", "vendor/name"),
    ("", ""),
]


@pytest.mark.parametrize(("path", "model"), MODELS)
def test_the_model_stands_in_the_path(path: str, model: str) -> None:
    assert model == parse_request({"contents": [{"parts": [{"text": "a"}]}]}, path=path).model


MALFORMED: list[tuple[Any, str]] = [
    ([], "The body"),
    ({}, "contents"),
    ({"contents": []}, "contents"),
    ({"contents": "hi"}, "contents"),
    ({"contents": [3]}, "contents[0]"),
    ({"contents": [{"parts": "x"}]}, "contents[0].parts"),
    ({"contents": [{"parts": ["x"]}]}, "contents[0].parts[0]"),
    ({"contents": [{"parts": [{"text": 3}]}]}, "contents[0].parts[0].text"),
    ({"contents": [{"role": 3, "parts": []}]}, "contents[0].role"),
    ({"contents": [{"parts": [{"functionCall": {"args": {}}}]}]}, "contents[0].parts[0].functionCall.name"),
    ({"contents": [{"parts": [{"functionCall": {"name": "f", "args": []}}]}]}, "contents[0].parts[0].functionCall.args"),
    ({"contents": [{"parts": [{"inlineData": {"mimeType": "image/png", "data": "?"}}]}]}, "contents[0].parts[0].inlineData.data"),
    ({"contents": [{"parts": [{"fileData": {"mimeType": "image/png"}}]}]}, "contents[0].parts[0].fileData.fileUri"),
    ({"contents": [{"parts": [{"codeExecutionResult": 3}]}]}, "contents[0].parts[0].codeExecutionResult"),
    ({"tools": 3}, "tools"),
    ({"tools": [3]}, "tools[0]"),
    ({"tools": [{"functionDeclarations": [{}]}]}, "tools[0].functionDeclarations[0].name"),
    ({"toolConfig": []}, "toolConfig"),
    ({"toolConfig": {"functionCallingConfig": {"mode": 1}}}, "toolConfig.functionCallingConfig.mode"),
    ({"generationConfig": 3}, "generationConfig"),
    ({"generationConfig": {"temperature": "hot"}}, "generationConfig.temperature"),
    ({"generationConfig": {"topK": 1.5}}, "generationConfig.topK"),
    ({"generationConfig": {"seed": True}}, "generationConfig.seed"),
    ({"generationConfig": {"stopSequences": "a"}}, "generationConfig.stopSequences"),
    ({"generationConfig": {"thinkingConfig": 1}}, "generationConfig.thinkingConfig"),
    ({"systemInstruction": "S"}, "systemInstruction"),
]


@pytest.mark.parametrize(("body", "path"), MALFORMED)
def test_a_malformed_body_is_refused_by_the_name_of_the_field(body: Any, path: str) -> None:
    whole = body if not isinstance(body, dict) or "contents" in body or not body else {"contents": [{"parts": [{"text": "a"}]}], **body}

    with pytest.raises(InvalidRequest) as caught:
        parse_request(whole)

    assert path == (caught.value.parameter or "")


REQUESTS = completion_requests(
    parts=st.one_of(texts, images),
    temperature=st.none() | st.floats(0, 2),
    top_k=st.none() | st.integers(1, 99),
    stop=st.lists(words, max_size=3).map(tuple),
    reasoning=st.none() | st.builds(ReasoningOptions, budget=st.integers(-1, 9999), visible=st.none() | st.booleans()),
)


@settings(max_examples=30)
@given(REQUESTS)
def test_what_is_encoded_parses_to_the_same_request(request: CompletionRequest) -> None:
    request = request.replace(tools=tuple(tool.replace(strict=None) if isinstance(tool, Tool) else tool for tool in request.tools))
    encoded = gemini.encode(request, model="m", target=TARGET, profile=gemini.PROFILE, stream=False)

    found = parse_request(msgspec.json.decode(msgspec.json.encode(encoded.body)), path=encoded.path)

    assert _told(request).replace(model="m") == found


def _told(request: CompletionRequest) -> CompletionRequest:
    """Return `request` with what the wire adds: the media types of addresses, and in results the names of the functions."""
    names: dict[str, str] = {}
    messages: list[Message] = []
    for message in request.messages:
        names |= {part.id: part.name for part in message.content if isinstance(part, ToolCall)}
        content = [
            part.replace(name=names[part.id])
            if isinstance(part, ToolResult)
            else part.replace(media_type="image/png")
            if isinstance(part, Image) and part.url
            else part
            for part in message.content
        ]
        messages.append(message.replace(content=tuple(content)))
    return request.replace(messages=tuple(messages))


def test_server_tools_keep_their_settings() -> None:
    assert (ServerTool(name="file_search", config={"fileSearchStoreNames": ["s"]}),) == parsed(
        tools=[{"file_search": {"file_search_store_names": ["s"]}}]
    ).tools
