"""LLMKit: one API for every large-language-model provider.

Names are imported when first used, so that `import llmkit` costs next to nothing.
"""

from llmkit.version import VERSION as __version__

TYPE_CHECKING = False  # what `typing.TYPE_CHECKING` is, without the cost of importing `typing`

if TYPE_CHECKING:
    from llmkit.attachments import attach as attach
    from llmkit.auth.secret import Secret as Secret
    from llmkit.client import AsyncLLMKit as AsyncLLMKit
    from llmkit.client import LLMKit as LLMKit
    from llmkit.errors import LLMKitError as LLMKitError
    from llmkit.limits.limit import Limit as Limit
    from llmkit.logs import CallLog as CallLog
    from llmkit.metering.budget import Budget as Budget
    from llmkit.operations.jobs import AsyncJob as AsyncJob
    from llmkit.operations.jobs import Job as Job
    from llmkit.otel import Telemetry as Telemetry
    from llmkit.pipeline.breaker import Breaker as Breaker
    from llmkit.pipeline.budget import Budgets as Budgets
    from llmkit.pipeline.cache import Cache as Cache
    from llmkit.pipeline.circuit import BreakerRules as BreakerRules
    from llmkit.pipeline.concurrency import AdaptiveLimit as AdaptiveLimit
    from llmkit.pipeline.concurrency import Concurrency as Concurrency
    from llmkit.pipeline.guard import Guard as Guard
    from llmkit.pipeline.hedge import Hedge as Hedge
    from llmkit.pipeline.hooks import Hooks as Hooks
    from llmkit.pipeline.meter import Meter as Meter
    from llmkit.pipeline.ratelimit import RateLimit as RateLimit
    from llmkit.pipeline.singleflight import SingleFlight as SingleFlight
    from llmkit.prompts import Prompt as Prompt
    from llmkit.prompts import Prompts as Prompts
    from llmkit.providers.provider import Provider as Provider
    from llmkit.routing.router import Router as Router
    from llmkit.structured.parsed import Parsed as Parsed
    from llmkit.tools.builder import ToolBuilder as ToolBuilder
    from llmkit.tools.context import ToolContext as ToolContext
    from llmkit.tools.failures import ToolError as ToolError
    from llmkit.tools.function import FunctionTool as FunctionTool
    from llmkit.tools.function import tool as tool
    from llmkit.tools.mcp import McpServer as McpServer
    from llmkit.tools.outcome import RunResult as RunResult
    from llmkit.tools.policy import ToolPolicy as ToolPolicy
    from llmkit.tracing.trace import Trace as Trace
    from llmkit.types.batch import BatchResult as BatchResult
    from llmkit.types.batch import BatchState as BatchState
    from llmkit.types.caches import StoredPrompt as StoredPrompt
    from llmkit.types.classification import ClassificationResponse as ClassificationResponse
    from llmkit.types.embedding import EmbeddingResponse as EmbeddingResponse
    from llmkit.types.files import StoredFile as StoredFile
    from llmkit.types.http import Timeouts as Timeouts
    from llmkit.types.image import ImageResponse as ImageResponse
    from llmkit.types.messages import Message as Message
    from llmkit.types.moderation import ModerationResponse as ModerationResponse
    from llmkit.types.ocr import OcrResponse as OcrResponse
    from llmkit.types.parts import Audio as Audio
    from llmkit.types.parts import CacheMark as CacheMark
    from llmkit.types.parts import Document as Document
    from llmkit.types.parts import Image as Image
    from llmkit.types.parts import Text as Text
    from llmkit.types.parts import ToolResult as ToolResult
    from llmkit.types.parts import Video as Video
    from llmkit.types.requests import CompletionRequest as CompletionRequest
    from llmkit.types.requests import OutputFormat as OutputFormat
    from llmkit.types.requests import ReasoningOptions as ReasoningOptions
    from llmkit.types.rerank import RerankResponse as RerankResponse
    from llmkit.types.responses import CompletionResponse as CompletionResponse
    from llmkit.types.search import SearchResponse as SearchResponse
    from llmkit.types.speech import SpeechResponse as SpeechResponse
    from llmkit.types.speech import Voice as Voice
    from llmkit.types.tools import ServerTool as ServerTool
    from llmkit.types.tools import Tool as Tool
    from llmkit.types.tools import ToolChoice as ToolChoice
    from llmkit.types.transcription import TranscriptionResponse as TranscriptionResponse
    from llmkit.types.vectors import Vectors as Vectors
    from llmkit.types.vectors import nearest as nearest
    from llmkit.types.vectors import similarity as similarity
    from llmkit.types.video import VideoResponse as VideoResponse

_HOME = {
    "AdaptiveLimit": "llmkit.pipeline.concurrency",
    "Breaker": "llmkit.pipeline.breaker",
    "BreakerRules": "llmkit.pipeline.circuit",
    "Budget": "llmkit.metering.budget",
    "Budgets": "llmkit.pipeline.budget",
    "Cache": "llmkit.pipeline.cache",
    "CallLog": "llmkit.logs",
    "Concurrency": "llmkit.pipeline.concurrency",
    "Guard": "llmkit.pipeline.guard",
    "Hedge": "llmkit.pipeline.hedge",
    "Hooks": "llmkit.pipeline.hooks",
    "Limit": "llmkit.limits.limit",
    "Meter": "llmkit.pipeline.meter",
    "Prompt": "llmkit.prompts",
    "Prompts": "llmkit.prompts",
    "RateLimit": "llmkit.pipeline.ratelimit",
    "Router": "llmkit.routing.router",
    "SingleFlight": "llmkit.pipeline.singleflight",
    "Telemetry": "llmkit.otel",
    "Trace": "llmkit.tracing.trace",
    "attach": "llmkit.attachments",
    "Secret": "llmkit.auth.secret",
    "AsyncLLMKit": "llmkit.client",
    "LLMKit": "llmkit.client",
    "LLMKitError": "llmkit.errors",
    "Provider": "llmkit.providers.provider",
    "Parsed": "llmkit.structured.parsed",
    "ToolBuilder": "llmkit.tools.builder",
    "ToolContext": "llmkit.tools.context",
    "ToolError": "llmkit.tools.failures",
    "FunctionTool": "llmkit.tools.function",
    "tool": "llmkit.tools.function",
    "McpServer": "llmkit.tools.mcp",
    "RunResult": "llmkit.tools.outcome",
    "ToolPolicy": "llmkit.tools.policy",
    "Timeouts": "llmkit.types.http",
    "Message": "llmkit.types.messages",
    "Audio": "llmkit.types.parts",
    "CacheMark": "llmkit.types.parts",
    "Document": "llmkit.types.parts",
    "Image": "llmkit.types.parts",
    "Text": "llmkit.types.parts",
    "ToolResult": "llmkit.types.parts",
    "Video": "llmkit.types.parts",
    "CompletionRequest": "llmkit.types.requests",
    "OutputFormat": "llmkit.types.requests",
    "ReasoningOptions": "llmkit.types.requests",
    "CompletionResponse": "llmkit.types.responses",
    "EmbeddingResponse": "llmkit.types.embedding",
    "ImageResponse": "llmkit.types.image",
    "SpeechResponse": "llmkit.types.speech",
    "TranscriptionResponse": "llmkit.types.transcription",
    "Voice": "llmkit.types.speech",
    "Vectors": "llmkit.types.vectors",
    "nearest": "llmkit.types.vectors",
    "similarity": "llmkit.types.vectors",
    "BatchResult": "llmkit.types.batch",
    "BatchState": "llmkit.types.batch",
    "RerankResponse": "llmkit.types.rerank",
    "ModerationResponse": "llmkit.types.moderation",
    "ClassificationResponse": "llmkit.types.classification",
    "SearchResponse": "llmkit.types.search",
    "OcrResponse": "llmkit.types.ocr",
    "VideoResponse": "llmkit.types.video",
    "StoredFile": "llmkit.types.files",
    "StoredPrompt": "llmkit.types.caches",
    "Job": "llmkit.operations.jobs",
    "AsyncJob": "llmkit.operations.jobs",
    "ServerTool": "llmkit.types.tools",
    "Tool": "llmkit.types.tools",
    "ToolChoice": "llmkit.types.tools",
}
__all__ = ["__version__", *_HOME]  # noqa: PLE0604 - they are strings


def __getattr__(name: str) -> object:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'llmkit' has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> "list[str]":
    return sorted(__all__)
