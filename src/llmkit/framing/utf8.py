"""Tell whether bytes are UTF-8, without holding all of their characters at once."""

from __future__ import annotations

from codecs import getincrementaldecoder

_STEP = 1 << 16
_decoder = getincrementaldecoder("utf-8")


def is_utf8(data: bytes) -> bool:
    """Return whether `data` is UTF-8. One wide character makes a text of many times its bytes, so a long one is read in steps."""
    try:
        if len(data) <= _STEP:
            data.decode()
            return True
        decode = _decoder().decode
        for place in range(0, len(data), _STEP):
            decode(data[place : place + _STEP], place + _STEP >= len(data))
    except UnicodeDecodeError:
        return False
    return True
