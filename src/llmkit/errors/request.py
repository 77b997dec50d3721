"""What is refused before anything is sent: the request, its settings, or the security policy."""

from __future__ import annotations

from collections.abc import Sequence

from llmkit.errors.root import LLMKitError, nearest


class InvalidRequest(LLMKitError):
    """Refused before anything was sent. `parameter` names the argument at fault."""

    def __init__(self, message: str, *, parameter: str | None = None, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.parameter = parameter


class _Unknown(InvalidRequest):
    """A name that is not known, with the nearest known ones."""

    noun = "name"

    def __init__(self, name: str, known: Sequence[str] = (), *, hint: str | None = None) -> None:
        near = nearest(name, known, 3)
        guess = f" Did you mean {' or '.join(near)}?" if near else ""
        super().__init__(f"Unknown {self.noun} {name!r}.{guess}", parameter="model", hint=hint)
        self.name = name
        self.near = tuple(near)


class UnknownProvider(_Unknown):
    """No provider has this name."""

    noun = "provider"


class UnknownModel(_Unknown):
    """This model id cannot be resolved to a provider."""

    noun = "model"


_CAPABLE = {
    "tools": "openai/gpt-5.4-mini, anthropic/claude-haiku-4-5, google/gemini-3.5-flash",
    "image": "openai/gpt-5.4-mini, anthropic/claude-haiku-4-5, google/gemini-3.5-flash",
    "document": "openai/gpt-5.4-mini, anthropic/claude-haiku-4-5, google/gemini-3.5-flash",
    "audio": "google/gemini-3.5-flash, openai/gpt-audio",
    "video": "google/gemini-3.5-flash",
    "output": "openai/gpt-5.4-mini, anthropic/claude-haiku-4-5, google/gemini-3.5-flash",
    "JSON output": "openai/gpt-5.4-mini, google/gemini-3.5-flash",
}
"""Models that have a feature, by how its name begins."""


class UnsupportedFeature(InvalidRequest):
    """The model or its API cannot do what was asked; nothing was sent."""

    def __init__(self, feature: str, *, where: str, hint: str | None = None) -> None:
        models = next((models for name, models in _CAPABLE.items() if feature.startswith(name)), None)
        if hint is None and models is not None:
            hint = f"Models that have it: {models}."
        super().__init__(f"{where} does not support {feature}.", parameter=feature, hint=hint)
        self.feature = feature


class ConfigurationError(InvalidRequest):
    """A configuration file or a client argument is wrong."""


class PromptInvalid(InvalidRequest):
    """A prompt template, or a value given for it, is wrong. `path` and `line` say where (line 0: the file as a whole)."""

    def __init__(self, message: str, *, path: str = "", line: int = 0, parameter: str | None = None, hint: str | None = None) -> None:
        where = f"{path}:{line}: " if path and line else f"{path}: " if path else ""
        super().__init__(f"{where}{message}", parameter=parameter, hint=hint)
        self.path = path
        self.line = line


class SecurityError(InvalidRequest):
    """Refused by the security policy."""


class ServiceEnded(InvalidRequest):
    """The provider's service has ended; `since` is the date (ISO 8601)."""

    def __init__(self, provider: str, *, since: str, hint: str | None = None) -> None:
        super().__init__(f"{provider} ended its service on {since}.", parameter="model", hint=hint)
        self.since = since


class MissingKey(LLMKitError):
    """No key for this provider."""

    def __init__(self, provider: str, *, env: Sequence[str] = ()) -> None:
        names = " or ".join(env)
        way = f"Set {names} or pass" if names else "Pass"
        super().__init__(f"No key for {provider}.", hint=f"{way} keys={{{provider!r}: ...}}.")
        self.provider = provider
        self.env = tuple(env)
