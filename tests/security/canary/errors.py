"""What an error shows of itself, in every way in which one is printed, kept or passed on."""

from __future__ import annotations

import asyncio
import contextlib
import copy
import faulthandler
import gc
import io
import json
import logging
import pickle
import sys
import tempfile
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator

from tests.security.canary.channel import Channels, NotApplicable, Sink
from tests.security.canary.frames import chain, frames, held
from tests.security.canary.hearing import hearing
from tests.security.canary.stage import FACES, Stage
from tests.security.canary.walking import texts

ERRORS = Channels("errors")


def failures(stage: Stage, faces: tuple[str, ...] = FACES) -> Iterator[tuple[str, BaseException]]:
    """Yield the errors of plain refusals: nothing that the server says holds the key."""
    for face in faces:
        error = stage.refused(face).error
        if error is not None:
            yield face, error


def show(name: str, print_it: Callable[[BaseException], str | bytes], faces: tuple[str, ...] = FACES) -> None:
    """Add a channel that prints the error of each face in one way."""

    def read(stage: Stage) -> Iterator[Sink]:
        for face, error in failures(stage, faces):
            yield f"{name}, {face}", _attempt(print_it, error)

    ERRORS.add(name, read)


def _attempt(print_it: Callable[[BaseException], str | bytes], error: BaseException) -> str | bytes:
    try:
        return print_it(error)
    except NotApplicable:
        raise
    except Exception as refused:
        return f"{type(refused).__name__}: {refused!r}"


def with_locals(error: BaseException) -> str:
    """Return the traceback as `TracebackException` writes it with the values of variables."""
    return "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())


def told(error: BaseException) -> Iterator[Sink]:
    """Yield what an error shows in the ways that need no other program: the short list for the many errors of echoes and bad keys."""
    for each in chain(error):
        yield "str, repr, args and notes", f"{_attempt(str, each)!r} {each!r} {each.args!r} {getattr(each, '__notes__', ())}"
    yield "traceback", "".join(traceback.format_exception(error))
    yield "traceback with variables", with_locals(error)
    for frame in frames(error):
        yield from (("variables", text) for text in held(frame))
    yield from (("attributes" + way, text) for way, text in texts(error))
    yield "pickle", _attempt(pickle.dumps, error)


def _rich(error: BaseException) -> str:
    try:
        from rich.console import Console
        from rich.traceback import Traceback
    except ImportError:
        raise NotApplicable("rich is not installed") from None
    found = Traceback.extract(type(error), error, error.__traceback__, show_locals=True, locals_max_string=None)
    for frame in (frame for stack in found.stacks for frame in stack.frames):
        frame.filename = f"<{frame.filename}>"  # else rich reads and colours all of the source, which takes seconds
    console = Console(file=io.StringIO(), width=240, no_color=True)
    console.print(Traceback(found, show_locals=True, width=240))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def _cgitb(error: BaseException) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import cgitb
    except ImportError:
        raise NotApplicable("Python has no cgitb any more") from None
    return cgitb.text((type(error), error, error.__traceback__)) + cgitb.html((type(error), error, error.__traceback__))


def _diagnosed(error: BaseException) -> str:
    """Write each line with the values of the names in it, and of their attributes, as loguru and better_exceptions do."""
    lines = []
    for frame in frames(error):
        known = {**frame.f_globals, **frame.f_locals}
        for name in frame.f_code.co_names + frame.f_code.co_varnames:
            if name in known:
                lines.append(f"{frame.f_code.co_name} {name} -> {known[name]!r}")
        owner = frame.f_locals.get("self")
        lines += [f"self.{name} -> {getattr(owner, name, None)!r}" for name in frame.f_code.co_names if hasattr(owner, name)]
    return "\n".join(lines)


def _hooked(call: Callable[[BaseException], object]) -> Callable[[BaseException], str]:
    def print_it(error: BaseException) -> str:
        with hearing() as heard:
            call(error)
        return heard.printed

    return print_it


def _unraisable(error: BaseException) -> None:
    class Dying:
        def __del__(self) -> None:
            raise error

    before, sys.unraisablehook = sys.unraisablehook, sys.__unraisablehook__
    try:
        Dying()
        gc.collect(0)
    finally:
        sys.unraisablehook = before


def _in_thread(error: BaseException) -> None:
    threading.__excepthook__(threading.ExceptHookArgs((type(error), error, error.__traceback__, threading.current_thread())))


def _group(error: BaseException) -> str:
    group = BaseExceptionGroup("several", [error, BaseExceptionGroup("more", [error])])
    return f"{group!r} {group} {''.join(traceback.format_exception(group))} {with_locals(group)}"


def _passed_on(error: BaseException) -> str | bytes:
    data = pickle.dumps(error)
    again = pickle.loads(data)  # our own bytes, as multiprocessing passes them on
    return repr(data) + repr(again) + repr(vars(again))


def _copied(error: BaseException) -> str:
    return "".join(f"{each!r} {each} {vars(each)}" for each in (copy.copy(error), copy.deepcopy(error)))


def _logged(error: BaseException) -> str:
    logger = logging.getLogger("canary.application")
    with hearing() as heard:
        logger.error("failed: %s %r", error, error, exc_info=error, stack_info=False, extra={"error": error})
        logger.critical(error)
    return "\n".join([*heard.logged, *heard.records])


def _as_json(error: BaseException) -> str:
    """Write an error as structured loggers do."""
    parts = {"error": error, "args": error.args, **vars(error), "stack": traceback.format_exception(error)}
    return json.dumps(parts, default=str, skipkeys=True) + json.dumps(
        parts, default=lambda thing: getattr(thing, "__dict__", repr(thing)), skipkeys=True
    )


def _faulted(error: BaseException) -> str:
    with tempfile.TemporaryFile("w+b") as file:
        faulthandler.dump_traceback(file, all_threads=True)
        file.seek(0)
        return file.read().decode("latin-1")


show("str(error)", str)
show("repr(error)", repr)
show("error.args", lambda error: repr(error.args))
show("vars(error)", lambda error: repr(vars(error)))
show(
    "the whole chain, hidden errors and notes too",
    lambda error: "".join(f"{each} {each!r} {vars(each)} {getattr(each, '__notes__', '')}" for each in chain(error)),
)
show("traceback.format_exception", lambda error: "".join(traceback.format_exception(error)))
show("TracebackException(capture_locals=True)", with_locals)
show(
    "variables of all frames, as crash reporters send them",
    lambda error: "\n".join(text for frame in frames(error) for text in held(frame)),
)
show("lines with the values in them, as loguru writes them", _diagnosed)
show("rich traceback with variables", _rich, ("async",))  # it is slow, and the frames of this face are the most
show("cgitb", _cgitb, ("async",))
show("sys.excepthook", _hooked(lambda error: sys.__excepthook__(type(error), error, error.__traceback__)))
show("threading.excepthook", _hooked(_in_thread))
show("sys.unraisablehook", _hooked(_unraisable))
show("an exception group", _group)
show("pickle, as multiprocessing passes errors on", _passed_on)
show("copy and deepcopy", _copied)
show("logging with exc_info and extra", _logged)
show("a structured log", _as_json)
show("faulthandler", _faulted)


@ERRORS("all attributes to the depth of four")
def walked(stage: Stage) -> Iterator[Sink]:
    """Read what a debugger shows of an error that is unfolded."""
    for _, error in failures(stage):
        for each in chain(error):
            yield from texts(each)


@ERRORS("asyncio: an error that nobody fetched")
def never_fetched(stage: Stage) -> Iterator[Sink]:
    """Read what the loop logs of a task that failed and was forgotten."""

    async def forget() -> None:
        task = asyncio.ensure_future(stage.subject.ask_async(stage.key, stage.server.url, "Say hello."))
        await asyncio.wait([task])
        del task
        gc.collect()

    stage.refused("async")
    with hearing() as heard, contextlib.suppress(Exception):
        asyncio.run(forget())
    yield from (("log", line) for line in heard.logged if 'File "' not in line)
    yield "printed", heard.printed


@ERRORS("asyncio: slow steps in debug mode")
def slow_steps(stage: Stage) -> Iterator[Sink]:
    """Read what the loop logs of every step when each counts as slow."""

    async def slowly() -> None:
        asyncio.get_running_loop().slow_callback_duration = 0.0
        await stage.subject.ask_async(stage.key, stage.server.url, "Say hello.")

    with hearing() as heard, contextlib.suppress(Exception):
        asyncio.run(slowly(), debug=True)
    yield from (("log", line) for line in heard.logged)
    yield "printed", heard.printed
