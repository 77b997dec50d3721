"""The frames of a traceback: without our own, in which the key stands of course, and with what the others hold."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

_HERE = str(Path(__file__).parent)
_PLANTED = str(Path(__file__).parent / "planted" / "library.py")
_DEEPEST = 4


def ours(frame: FrameType) -> bool:
    """Tell whether a frame is of the harness; the library that is made to leak counts as one of others."""
    name = frame.f_code.co_filename
    return name.startswith(_HERE) and name != _PLANTED


def trimmed(error: BaseException) -> BaseException:
    """Return the error, and all that led to it, without the frames of this harness."""
    for each in chain(error):
        each.__traceback__ = _without_ours(each.__traceback__)
    return error


def _without_ours(trace: TracebackType | None) -> TracebackType | None:
    if trace is None:
        return None
    rest = _without_ours(trace.tb_next)
    if ours(trace.tb_frame):
        return rest
    return TracebackType(rest, trace.tb_frame, trace.tb_lasti, trace.tb_lineno)


def chain(error: BaseException | None, seen: set[int] | None = None) -> Iterator[BaseException]:
    """Yield an error, those that led to it, hidden ones too, and the members of groups."""
    seen = set() if seen is None else seen
    if error is None or id(error) in seen:
        return
    seen.add(id(error))
    yield error
    for other in (error.__cause__, error.__context__, *(error.exceptions if isinstance(error, BaseExceptionGroup) else ())):
        yield from chain(other, seen)


def frames(error: BaseException) -> Iterator[FrameType]:
    """Yield the frames of an error and of those that led to it."""
    for each in chain(error):
        trace = each.__traceback__
        while trace is not None:
            yield trace.tb_frame
            trace = trace.tb_next


def held(frame: FrameType) -> Iterator[str]:
    """Yield what the frame's variables show, containers opened, as crash reporters write it."""
    for name, value in frame.f_locals.items():
        yield f"{frame.f_code.co_name}: {name} = {shown(value)}"


def shown(value: Any, depth: int = 0) -> str:
    """Return a value as text; dicts and lists are opened to a depth."""
    if depth < _DEEPEST and type(value) is dict:
        return "{" + ", ".join(f"{shown(name, depth + 1)}: {shown(item, depth + 1)}" for name, item in list(value.items())) + "}"
    if depth < _DEEPEST and type(value) in (list, tuple, set):
        return "[" + ", ".join(shown(item, depth + 1) for item in list(value)) + "]"
    try:
        return repr(value)
    except Exception as error:
        return f"<{type(error).__name__}>"
