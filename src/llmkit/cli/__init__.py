"""The command line `llmkit`: the entry point, and what becomes of an error."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.util import find_spec

__all__ = ["main"]

_NEEDED = ("click", "rich", "prompt_toolkit")
_DEBUG = "--debug"
_INTERRUPTED = 130  # 128 + SIGINT, as a shell reports it
_BROKEN_PIPE = 141  # 128 + SIGPIPE


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0, 1 for a failure, 2 for wrong usage."""
    _prepare_streams()
    if any(find_spec(name) is None for name in _NEEDED):
        print('The command line needs three more packages: pip install "llmkit[cli]"', file=sys.stderr)
        return 2
    words = sys.argv[1:] if arguments is None else list(arguments)
    try:
        code = _traced(words) if _DEBUG in _flags(words) else _reported(words)
        sys.stdout.flush()
    except BrokenPipeError:
        return _end_of_pipe()
    return code


def _flags(words: list[str]) -> list[str]:
    return words[: words.index("--")] if "--" in words else words


def _reported(words: list[str]) -> int:
    """Run and turn an error into one line."""
    from llmkit.cli.terminal_text import one_line
    from llmkit.errors import InvalidRequest, LLMKitError

    try:
        return _run(words)
    except LLMKitError as error:
        message, code = str(error), 2 if isinstance(error, InvalidRequest) else 1
    except Exception as error:  # The edge of the program: a fault of ours is told as one.
        message, code = f"unexpected {type(error).__name__}: {error} ({_DEBUG} shows where)", 1
    print(f"error: {one_line(message)}", file=sys.stderr)
    return code


def _traced(words: list[str]) -> int:
    """Run and show all of an error: where it came from, in the words of whoever said it."""
    try:
        return _run(words)
    except Exception:  # as in `_reported`
        from traceback import format_exc

        from llmkit.cli.terminal_text import printable

        print(printable(format_exc()), end="", file=sys.stderr)
    return 1


def _run(words: list[str]) -> int:
    import click

    from llmkit.cli.application import ReaderGone, application

    flags = _flags(words)
    arguments = [word for word in flags if word != _DEBUG] + words[len(flags) :]
    try:
        result = application.main(arguments, prog_name="llmkit", standalone_mode=False)
    except click.ClickException as error:
        from llmkit.cli.terminal_text import printable

        # It may repeat a word of the command line, which somebody else may have written.
        error.message = printable(error.message)  # type: ignore[misc]  # final for click's heirs
        error.show()
        return error.exit_code
    except ReaderGone:
        return _end_of_pipe()
    except (click.Abort, KeyboardInterrupt):
        print(file=sys.stderr)  # The next prompt of the shell begins on a line of its own.
        return _INTERRUPTED
    return result if isinstance(result, int) else 0


def _prepare_streams() -> None:
    """Replace streams that the caller has closed, and show `?` for a character that the terminal's encoding lacks."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 - open until the process ends
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def _end_of_pipe() -> int:
    """The reader has gone: keep the interpreter from writing to it once more at exit."""
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, sys.stdout.fileno())
    os.close(silence)
    return _BROKEN_PIPE
