"""Keys from a program that the user's AWS profile names; it runs only where the client's settings allow it."""

from __future__ import annotations

import shlex
import subprocess
from threading import Thread

from llmkit.auth.aws_answers import Clock, Keys, keys_in_json
from llmkit.auth.source import Effects
from llmkit.errors import AuthenticationError, Timeout
from llmkit.runtime.signal import Signal

LIMIT = 60.0
_LONGEST = 256 * 1024


async def process_keys(command: str, effects: Effects, clock: Clock) -> Keys:
    """Run `command` without a shell, in a thread of its own so that no event loop waits, and read the keys it prints."""
    ended = Signal()
    outcome: list[bytes | None] = [None]

    def work() -> None:
        try:
            words = shlex.split(command)
            # The command is the user's own, from a file of theirs, and they allowed it in the client's settings.
            done = subprocess.run(words, capture_output=True, timeout=LIMIT, check=True, stdin=subprocess.DEVNULL)  # noqa: S603
            outcome[0] = done.stdout[:_LONGEST]
        except (OSError, ValueError, subprocess.SubprocessError):
            pass  # what it printed may hold keys: only that it failed is told
        finally:
            ended.give()

    Thread(target=work, name="llmkit-aws-process", daemon=True).start()
    left = None if effects.deadline is None else effects.deadline - effects.runtime.now()
    if not await effects.runtime.wait(ended, left):
        raise Timeout("total")
    if outcome[0] is None:
        raise AuthenticationError("The credential_process of the AWS profile failed.")
    return keys_in_json(outcome[0], clock, "The credential_process of the AWS profile")
