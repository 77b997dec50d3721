"""The command line `llmkit`: the entry point, and what becomes of an error."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.util import find_spec

__all__ = ["main"]

_NEEDED = ("click", "rich", "prompt_toolkit")
_INTERRUPTED = 130  # 128 + SIGINT, as a shell reports it
_BROKEN_PIPE = 141  # 128 + SIGPIPE


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0, 1 for a failure, 2 for wrong usage."""
    if any(find_spec(name) is None for name in _NEEDED):
        print('The command line needs three more packages: pip install "llmkit[cli]"', file=sys.stderr)
        return 2
    _tolerate_any_text()
    try:
        code = _run(sys.argv[1:] if arguments is None else list(arguments))
        sys.stdout.flush()
    except BrokenPipeError:
        return _end_of_pipe()
    return code


def _run(arguments: list[str]) -> int:
    import click

    from llmkit.cli.application import application
    from llmkit.cli.terminal_text import one_line
    from llmkit.errors import InvalidRequest, LLMKitError

    try:
        result = application.main(arguments, prog_name="llmkit", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.UsageError as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _INTERRUPTED
    except click.ClickException as error:
        message, code = error.format_message(), 1
    except LLMKitError as error:
        if "--debug" in arguments:
            raise
        message, code = str(error), 2 if isinstance(error, InvalidRequest) else 1
    print(f"error: {one_line(message)}", file=sys.stderr)
    return code


def _tolerate_any_text() -> None:
    """A character that the terminal's encoding lacks is shown as `?` and ends nothing."""
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
