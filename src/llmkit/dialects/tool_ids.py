"""Make the id of a tool call fit an API that takes only short ones."""

from __future__ import annotations

from hashlib import sha256

_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def fitted_id(id: str, /, *, length: int | None = None, limit: int | None = None) -> str:
    """Return `id`, or where it does not fit one made of it: always the same for the same `id`, so that call and result still meet.

    `length` is the exact number of letters and digits, `limit` the most characters.
    """
    if length is not None:
        return id if len(id) == length and id.isascii() and id.isalnum() else _made(id, length)
    if limit is not None and len(id) > limit:
        return _made(id, limit)
    return id


def _made(id: str, length: int) -> str:
    number = int.from_bytes(sha256(id.encode("utf-8", "replace")).digest())
    signs: list[str] = []
    for _ in range(min(length, 32)):
        number, sign = divmod(number, len(_SIGNS))
        signs.append(_SIGNS[sign])
    return "".join(signs)
