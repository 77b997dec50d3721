"""Prompt templates in files: typed variables, partials, examples; values are inserted and never read as template."""

from llmkit.prompts.prompt import Prompt
from llmkit.prompts.registry import Prompts
from llmkit.prompts.spotlight import Spotlight
from llmkit.prompts.variables import Variable

__all__ = ["Prompt", "Prompts", "Spotlight", "Variable"]
