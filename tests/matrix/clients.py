"""The vendors' SDKs behind one face: ask, and say what a user of the SDK sees."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
KEY = "client-key"


@dataclass
class Ask:
    """What to ask. `before` is an earlier answer with the results of its calls: it makes this the second turn."""

    prompt: str = "Hi"
    system: str | None = None
    tools: dict[str, dict[str, Any]] = field(default_factory=dict)
    schema: dict[str, Any] | None = None
    image: bytes | None = None
    think: bool = False
    before: tuple[Seen, list[str]] | None = None


@dataclass
class Seen:
    """What a user of the SDK sees: usage is (input, output), both whole; `echo` is the SDK's own object for the next turn."""

    text: str
    finish: str
    reasoning: str = ""
    calls: list[tuple[str, str, Any]] = field(default_factory=list)
    usage: tuple[int, int] | None = None
    echo: Any = None
    asked: Any = None


@dataclass
class Failed:
    """The SDK's error: its class's name, the status it saw, its words."""

    kind: str
    status: int | None
    words: str


class Client:
    """One SDK. A subclass asks in its words."""

    name = ""
    sdk = ""
    module = ""

    def __init__(self, origin: str) -> None:
        self.origin = origin

    def ask(self, upstream: str, ask: Ask, *, stream: bool) -> Seen:
        raise NotImplementedError

    def fails(self, upstream: str, *, stream: bool) -> Failed | None:
        """Return the error that a question raises, None where it raises none."""
        try:
            self.ask(upstream, Ask(), stream=stream)
        except Exception as error:  # whatever the SDK has for it
            status = getattr(error, "status_code", None) or getattr(error, "code", None)
            return Failed(type(error).__name__, status if isinstance(status, int) else None, str(error))
        return None


class OpenAIChat(Client):
    name, sdk, module = "openai_chat", "openai (chat completions)", "openai"

    def __init__(self, origin: str) -> None:
        super().__init__(origin)
        self.client = import_module("openai").OpenAI(base_url=f"{origin}/v1", api_key=KEY, max_retries=0)

    def ask(self, upstream: str, ask: Ask, *, stream: bool) -> Seen:
        options = self._options(ask)
        messages = self._messages(ask)
        completions = self.client.chat.completions
        if stream:
            with completions.stream(model=upstream, messages=messages, stream_options={"include_usage": True}, **options) as events:
                reply = events.get_final_completion()
        else:
            reply = completions.create(model=upstream, messages=messages, **options)
        choice, message = reply.choices[0], reply.choices[0].message
        calls = [(call.id, call.function.name, json.loads(call.function.arguments)) for call in message.tool_calls or ()]
        finish = {"stop": "stop", "tool_calls": "tool_calls"}.get(choice.finish_reason, choice.finish_reason)
        usage = None if reply.usage is None else (reply.usage.prompt_tokens, reply.usage.completion_tokens)
        thinking = getattr(message, "reasoning_content", None) or getattr(message, "reasoning", None) or ""
        return Seen(message.content or "", finish, thinking, calls, usage, message.model_dump(exclude_none=True), messages)

    def _options(self, ask: Ask) -> dict[str, Any]:
        options: dict[str, Any] = {"max_completion_tokens": 4000}
        if ask.tools:
            options["tools"] = [
                {"type": "function", "function": {"name": name, "parameters": schema}} for name, schema in ask.tools.items()
            ]
        if ask.schema:
            options["response_format"] = {"type": "json_schema", "json_schema": {"name": "out", "schema": ask.schema, "strict": True}}
        if ask.think:
            options["reasoning_effort"] = "low"
        return options

    def _messages(self, ask: Ask) -> list[Any]:
        if ask.before is not None:
            seen, results = ask.before
            answers = [
                {"role": "tool", "tool_call_id": call[0], "content": result} for call, result in zip(seen.calls, results, strict=True)
            ]
            known = ("role", "content", "tool_calls", "reasoning_content")
            echo = {name: value for name, value in seen.echo.items() if name in known}
            for call in echo.get("tool_calls", ()):
                call.pop("index", None)
                call["function"].pop("parsed_arguments", None)
            return [*seen.asked, echo, *answers]
        content: Any = ask.prompt
        if ask.image is not None:
            address = f"data:image/png;base64,{base64.b64encode(ask.image).decode()}"
            content = [{"type": "text", "text": ask.prompt}, {"type": "image_url", "image_url": {"url": address}}]
        system = [{"role": "system", "content": ask.system}] if ask.system else []
        return [*system, {"role": "user", "content": content}]


class OpenAIResponses(OpenAIChat):
    name, sdk = "openai_responses", "openai (responses)"

    def ask(self, upstream: str, ask: Ask, *, stream: bool) -> Seen:
        options: dict[str, Any] = {"max_output_tokens": 4000}
        if ask.system:
            options["instructions"] = ask.system
        if ask.tools:
            options["tools"] = [
                {"type": "function", "name": name, "parameters": schema, "strict": False} for name, schema in ask.tools.items()
            ]
        if ask.schema:
            options["text"] = {"format": {"type": "json_schema", "name": "out", "schema": ask.schema, "strict": True}}
        if ask.think:
            options["reasoning"] = {"effort": "low", "summary": "auto"}
        asked = self._input(ask)
        if stream:
            with self.client.responses.stream(model=upstream, input=asked, **options) as events:
                reply = events.get_final_response()
        else:
            reply = self.client.responses.create(model=upstream, input=asked, **options)
        calls = [(item.call_id, item.name, json.loads(item.arguments)) for item in reply.output if item.type == "function_call"]
        thinking = "".join(
            piece.text for item in reply.output if item.type == "reasoning" for piece in (item.content or item.summary or ())
        )
        usage = None if reply.usage is None else (reply.usage.input_tokens, reply.usage.output_tokens)
        finish = ("tool_calls" if calls else "stop") if reply.status == "completed" else reply.status
        echo = [item.model_dump(exclude_none=True) for item in reply.output]
        return Seen(reply.output_text, finish, thinking, calls, usage, echo, asked)

    def _input(self, ask: Ask) -> list[Any]:
        if ask.before is not None:
            seen, results = ask.before
            answers = [
                {"type": "function_call_output", "call_id": call[0], "output": result}
                for call, result in zip(seen.calls, results, strict=True)
            ]
            for item in seen.echo:
                item.pop("parsed_arguments", None)
            return [*seen.asked, *seen.echo, *answers]
        content: list[Any] = [{"type": "input_text", "text": ask.prompt}]
        if ask.image is not None:
            address = f"data:image/png;base64,{base64.b64encode(ask.image).decode()}"
            content.append({"type": "input_image", "image_url": address, "detail": "auto"})
        return [{"role": "user", "content": content}]


class Anthropic(Client):
    name, sdk, module = "anthropic", "anthropic (messages)", "anthropic"

    def __init__(self, origin: str) -> None:
        super().__init__(origin)
        self.client = import_module("anthropic").Anthropic(base_url=origin, api_key=KEY, max_retries=0)

    def ask(self, upstream: str, ask: Ask, *, stream: bool) -> Seen:
        options: dict[str, Any] = {"model": upstream, "max_tokens": 4000, "messages": self._messages(ask)}
        if ask.system:
            options["system"] = ask.system
        if ask.tools:
            options["tools"] = [{"name": name, "input_schema": schema} for name, schema in ask.tools.items()]
        if ask.schema:
            options["output_config"] = {"format": {"type": "json_schema", "schema": ask.schema}}
        if ask.think:
            options["thinking"] = {"type": "enabled", "budget_tokens": 1024}
        if stream:
            with self.client.messages.stream(**options) as events:
                reply = events.get_final_message()
        else:
            reply = self.client.messages.create(**options)
        blocks = reply.content
        usage = reply.usage
        sent = usage.input_tokens + (usage.cache_read_input_tokens or 0) + (usage.cache_creation_input_tokens or 0)
        return Seen(
            "".join(block.text for block in blocks if block.type == "text"),
            {"end_turn": "stop", "tool_use": "tool_calls"}.get(reply.stop_reason, reply.stop_reason),
            "".join(block.thinking for block in blocks if block.type == "thinking"),
            [(block.id, block.name, block.input) for block in blocks if block.type == "tool_use"],
            (sent, usage.output_tokens),
            [block.model_dump(exclude_none=True) for block in blocks],
            options["messages"],
        )

    def _messages(self, ask: Ask) -> list[Any]:
        if ask.before is not None:
            seen, results = ask.before
            answers = [
                {"type": "tool_result", "tool_use_id": call[0], "content": result} for call, result in zip(seen.calls, results, strict=True)
            ]
            return [*seen.asked, {"role": "assistant", "content": seen.echo}, {"role": "user", "content": answers}]
        content: Any = ask.prompt
        if ask.image is not None:
            source = {"type": "base64", "media_type": "image/png", "data": base64.b64encode(ask.image).decode()}
            content = [{"type": "image", "source": source}, {"type": "text", "text": ask.prompt}]
        return [{"role": "user", "content": content}]


class Google(Client):
    name, sdk, module = "gemini", "google-genai (generateContent)", "google.genai"

    def __init__(self, origin: str) -> None:
        super().__init__(origin)
        genai = import_module("google.genai")
        self.types = genai.types
        self.client = genai.Client(api_key=KEY, http_options=genai.types.HttpOptions(base_url=origin))

    def ask(self, upstream: str, ask: Ask, *, stream: bool) -> Seen:
        types = self.types
        config: dict[str, Any] = {"max_output_tokens": 4000}
        if ask.system:
            config["system_instruction"] = ask.system
        if ask.tools:
            functions = [types.FunctionDeclaration(name=name, parameters_json_schema=schema) for name, schema in ask.tools.items()]
            config["tools"] = [types.Tool(function_declarations=functions)]
            config["automatic_function_calling"] = types.AutomaticFunctionCallingConfig(disable=True)
        if ask.schema:
            config |= {"response_mime_type": "application/json", "response_json_schema": ask.schema}
        if ask.think:
            config["thinking_config"] = types.ThinkingConfig(include_thoughts=True, thinking_budget=1024)
        contents = self._contents(ask)
        models = self.client.models
        asked = {"model": upstream, "contents": contents, "config": types.GenerateContentConfig(**config)}
        chunks = list(models.generate_content_stream(**asked)) if stream else [models.generate_content(**asked)]
        candidates = [chunk.candidates[0] for chunk in chunks if chunk.candidates]
        parts = [part for candidate in candidates if candidate.content for part in candidate.content.parts or ()]
        last = next(candidate for candidate in reversed(candidates) if candidate.finish_reason)
        usage = next((chunk.usage_metadata for chunk in reversed(chunks) if chunk.usage_metadata), None)
        calls = [(part.function_call.id, part.function_call.name, part.function_call.args) for part in parts if part.function_call]
        finish = {"STOP": "tool_calls" if calls else "stop"}.get(last.finish_reason.value, last.finish_reason.value)
        counted = None
        if usage is not None:
            counted = (usage.prompt_token_count, (usage.candidates_token_count or 0) + (usage.thoughts_token_count or 0))
        return Seen(
            "".join(part.text for part in parts if part.text and not part.thought),
            finish,
            "".join(part.text for part in parts if part.text and part.thought),
            calls,
            counted,
            types.Content(role="model", parts=parts),
            contents,
        )

    def _contents(self, ask: Ask) -> list[Any]:
        types = self.types
        if ask.before is not None:
            seen, results = ask.before
            answers = [
                types.Part.from_function_response(name=call[1], response={"output": result})
                for call, result in zip(seen.calls, results, strict=True)
            ]
            return [*seen.asked, seen.echo, types.Content(role="user", parts=answers)]
        parts = [types.Part.from_text(text=ask.prompt)]
        if ask.image is not None:
            parts.append(types.Part.from_bytes(data=ask.image, mime_type="image/png"))
        return [types.Content(role="user", parts=parts)]


CLIENTS: tuple[type[Client], ...] = (OpenAIChat, OpenAIResponses, Anthropic, Google)
