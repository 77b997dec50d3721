"""Pictures and films that are given, as the wire takes them."""

from __future__ import annotations

from base64 import b64encode

from llmkit.dialects.media_types import media_type_of
from llmkit.errors import InvalidRequest, UnsupportedFeature
from llmkit.types.asking import FormFile, Place
from llmkit.types.parts import MediaFields

_USUAL = {"image": "image/png", "video": "video/mp4"}
_ENDINGS = {"image/jpeg": "jpg", "video/quicktime": "mov"}


def address(part: MediaFields, place: Place) -> str:
    """Return an address: the part's own, or a `data:` one of its bytes. Raises `UnsupportedFeature` for a file id."""
    if part.url is not None:
        return part.url
    return f"data:{kind_of(part)};base64,{encoded(part, place)}"


def encoded(part: MediaFields, place: Place) -> str:
    """Return the bytes as base64. Raises `UnsupportedFeature` for what is only pointed to."""
    return b64encode(data_of(part, place)).decode()


def data_of(part: MediaFields, place: Place) -> bytes:
    """Return the bytes. Raises `UnsupportedFeature` for what is only pointed to."""
    if part.data is not None:
        return part.data
    what = f"{_noun(part)} by {'file id' if part.file_id else 'address'}"
    raise UnsupportedFeature(what, where=place.provider, hint="Pass its bytes or a path.")


def public(part: MediaFields, place: Place) -> str:
    """Return the part's own address. Raises `UnsupportedFeature` for bytes, which this API takes nowhere."""
    if part.url is None:
        raise UnsupportedFeature(f"{_noun(part)} that is at no address", where=place.provider, hint="Pass an https address.")
    return part.url


def upload(part: MediaFields, place: Place) -> FormFile:
    """Return the part as a file of a form, under a name of ours."""
    kind = kind_of(part)
    ending = _ENDINGS.get(kind, kind.rpartition("/")[2])
    return FormFile(data=data_of(part, place), media_type=kind, filename=f"{_noun(part)}.{ending}")


def kind_of(part: MediaFields) -> str:
    """Return the media type: what the bytes say, else what the caller says."""
    told = media_type_of(part.data) if part.data is not None else None
    found = told or part.media_type or _USUAL[_noun(part)]
    if not found.startswith(f"{_noun(part)}/"):
        raise InvalidRequest(f"The {_noun(part)} is of type {found}.", parameter=_noun(part))
    return found


def _noun(part: MediaFields) -> str:
    return type(part).__name__.lower()
