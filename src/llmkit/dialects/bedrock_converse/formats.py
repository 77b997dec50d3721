"""Media types and the words this format has for them."""

from __future__ import annotations

IMAGES: dict[str, str] = {"image/png": "png", "image/jpeg": "jpeg", "image/jpg": "jpeg", "image/gif": "gif", "image/webp": "webp"}
VIDEOS: dict[str, str] = {
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "video/x-matroska": "mkv",
    "video/webm": "webm",
    "video/x-flv": "flv",
    "video/mpeg": "mpeg",
    "video/x-ms-wmv": "wmv",
    "video/3gpp": "three_gp",
}
AUDIOS: dict[str, str] = {
    "audio/mpeg": "mp3",
    "audio/mp3": "mp3",
    "audio/wav": "wav",
    "audio/x-wav": "wav",
    "audio/wave": "wav",
    "audio/flac": "flac",
    "audio/aac": "aac",
    "audio/ogg": "ogg",
    "audio/opus": "opus",
    "audio/mp4": "m4a",
    "audio/x-m4a": "m4a",
    "audio/webm": "webm",
    "audio/pcm": "pcm",
    "audio/x-matroska": "mka",
}
DOCUMENTS: dict[str, str] = {
    "application/pdf": "pdf",
    "text/csv": "csv",
    "application/msword": "doc",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.ms-excel": "xls",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "text/html": "html",
    "text/plain": "txt",
    "text/markdown": "md",
}
ENDINGS: dict[str, str] = {
    **{word: word for word in DOCUMENTS.values()},
    **{word: word for word in (*IMAGES.values(), *VIDEOS.values(), *AUDIOS.values())},
    "jpg": "jpeg",
    "htm": "html",
    "text": "txt",
    "markdown": "md",
    "3gp": "three_gp",
    "mpg": "mpg",
}
"""The endings of file names."""
MEDIA_TYPES: dict[str, str] = {
    **{word: kind for table in (IMAGES, VIDEOS, AUDIOS, DOCUMENTS) for kind, word in reversed(table.items())},
    "mpg": "video/mpeg",
}
"""The way back; where several media types share a word, the first of its table."""


def format_of(media_type: str | None, name: str | None, table: dict[str, str]) -> str | None:
    """Return the format for a media type, else for the ending of a name; None where `table` has neither."""
    kind = (media_type or "").partition(";")[0].strip().lower()
    if kind in table:
        return table[kind]
    word = ENDINGS.get((name or "").rpartition(".")[2].lower()) if "." in (name or "") else None
    if word is not None and (word in table.values() or (word == "mpg" and table is VIDEOS)):
        return word
    return "txt" if table is DOCUMENTS and kind.startswith("text/") else None
