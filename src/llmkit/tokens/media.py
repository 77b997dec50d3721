"""How many tokens pictures, sound, film and documents take."""

from __future__ import annotations

from llmkit.dialects.media_types import data_url
from llmkit.tokens.families import family_of
from llmkit.tokens.outline import Outline
from llmkit.tokens.picture_size import picture_size
from llmkit.tokens.pictures import UNSEEN, picture_tokens
from llmkit.types.parts import Audio, Document, Image, Media, Video

SECOND_OF_SOUND = {"gemini-2": 32.0, "gemini-2.5": 32.0, "gemini-3": 32.0, "gpt-4o": 10.0}
"""Tokens a second of sound (token guide of Gemini, guide of audio pricing of OpenAI; read 2026-11)."""
USUAL_SOUND = 12.5
SECOND_OF_FILM = {"gemini-2": 263.0, "gemini-2.5": 263.0, "gemini-3": 102.0}
"""Tokens a second of film at one frame a second, its sound included: 258 a frame before 3, 70 since (token guide, read 2026-11)."""
USUAL_FILM = 263.0
PAGE = {
    **dict.fromkeys(("gemini-2", "gemini-2.5"), 258),
    "gemini-3": 520,
    **dict.fromkeys(("claude-3", "claude-4", "claude-4.5", "claude-4.7", "claude-5"), 1600),
}
"""Tokens a page of a PDF with little text on it (guides of PDF, read 2026-11, and recordings of 2026)."""
USUAL_PAGE = 300
BYTES_A_SECOND = 16_000
"""Compressed sound of 128 kbit/s; also assumed for sound whose head is not read."""
FILM_A_SECOND = 250_000
PAGES_READ = 32 * 1024 * 1024
"""Where a PDF's pages are counted: its first bytes."""


def add_media(found: Outline, model: str) -> dict[str, int]:
    """Return the tokens of the media in `found` by bucket, and mark there what has an assumed size."""
    buckets: dict[str, int] = {}
    for part in found.media:
        bucket, tokens = _tokens(found, part, model)
        buckets[bucket] = buckets.get(bucket, 0) + tokens
    return buckets


def _tokens(found: Outline, part: Media, model: str) -> tuple[str, int]:
    data, family = _bytes(part), family_of(model)
    match part:
        case Image():
            size = picture_size(data) if data else None
            if size is None:
                found.mark("the size of an image")
            return "images", picture_tokens(model, size or UNSEEN, part.detail)
        case Audio():
            return "audio", round(_seconds(found, data) * SECOND_OF_SOUND.get(family, USUAL_SOUND))
        case Video():
            found.mark("the length of a film")
            return "video", round(max(1.0, len(data or b"") / FILM_A_SECOND) * SECOND_OF_FILM.get(family, USUAL_FILM))
        case Document():
            return "documents", _pages(found, data) * PAGE.get(family, USUAL_PAGE)


def _bytes(part: Media) -> bytes | None:
    if part.data is not None or part.url is None:
        return part.data
    inside = data_url(part.url)
    return inside[1] if inside is not None else None


def _seconds(found: Outline, data: bytes | None) -> float:
    """Return the length of sound: exact for WAV, by a usual bit rate else."""
    if data is None:
        found.mark("the length of a sound")
        return 60.0
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE" and data[12:16] == b"fmt " and len(data) >= 44:
        return len(data) / max(1, int.from_bytes(data[28:32], "little"))
    found.mark("the length of a sound")
    return len(data) / BYTES_A_SECOND


def _pages(found: Outline, data: bytes | None) -> int:
    """Return the pages of a PDF as its objects say; objects may be packed, so the number is a guess."""
    found.mark("the pages of a document")
    if data is None:
        return 1
    head = data[:PAGES_READ]
    return max(1, head.count(b"/Type /Page") + head.count(b"/Type/Page") - head.count(b"/Type /Pages") - head.count(b"/Type/Pages"))
