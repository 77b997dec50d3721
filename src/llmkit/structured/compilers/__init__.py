"""From a full JSON Schema to what one API takes: rules as values, one compiler, a report of what was lost."""

from __future__ import annotations

from llmkit.structured.compilers.compiler import Compiled, compile_schema
from llmkit.structured.compilers.rewriting import TooComplex
from llmkit.structured.compilers.rules import RULES, Rules, rules_for

__all__ = ["RULES", "Compiled", "Rules", "TooComplex", "compile_schema", "rules_for"]
