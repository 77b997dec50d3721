"""How much memory something takes at its peak, in a process that may have held more before."""

from __future__ import annotations

import ctypes
import gc
from pathlib import Path
from types import TracebackType
from typing import Self

MIB = 1 << 20
_STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")
_PEAK = b"5"  # proc(5), /proc/pid/clear_refs: resets the peak of resident memory (read 2026-11-23)


def measurable() -> bool:
    """Tell whether this system tells the peak of a process, and lets it begin anew."""
    try:
        _CLEAR.write_bytes(_PEAK)
    except OSError:
        return False
    return "VmHWM" in _STATUS.read_text(encoding="ascii")


class Peak:
    """`with Peak() as peak: ...` - then `peak.growth` is by how many bytes resident memory grew at most, over what it was."""

    growth = 0

    def __enter__(self) -> Self:
        trimmed()
        self._before = _resident("VmRSS")
        _CLEAR.write_bytes(_PEAK)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.growth = max(0, _resident("VmHWM") - self._before)


def trimmed() -> None:
    """Give back to the system what nobody uses, so that it does not hide what comes next."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)


def _resident(name: str) -> int:
    for line in _STATUS.read_text(encoding="ascii").splitlines():
        if line.startswith(name):
            return int(line.split()[1]) * 1024
    raise OSError(f"no {name}")
