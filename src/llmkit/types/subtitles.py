"""Subtitles from what was said: words with times into cues that can be read, as SubRip or WebVTT."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import msgspec

from llmkit.errors import InvalidRequest


class Spoken(Protocol):
    """A word or a segment."""

    @property
    def text(self) -> str: ...
    @property
    def start(self) -> float | None: ...
    @property
    def end(self) -> float | None: ...
    @property
    def speaker(self) -> str | None: ...


class Transcript(Protocol):
    """What subtitles are made of."""

    @property
    def segments(self) -> Sequence[Spoken]: ...
    @property
    def words(self) -> Sequence[Spoken]: ...


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """How much one cue shows: `lines` of `line` characters (a longer word stands alone), at most `seconds`, no pause longer than `pause`.

    `speakers` writes down who speaks, where that is known.
    """

    line: int = 42
    lines: int = 2
    seconds: float = 7.0
    pause: float = 1.5
    speakers: bool = False


class Cue(msgspec.Struct, frozen=True, kw_only=True):
    """One subtitle, times in whole milliseconds."""

    start: int
    end: int
    lines: tuple[str, ...]
    speaker: str | None = None


class _Piece(msgspec.Struct):
    text: str
    start: float
    end: float
    speaker: str | None


_SHORTEST = 0.001
_LATEST = 1e9


def srt(transcript: Transcript, **rules: Any) -> str:
    """Return SubRip. Raises `InvalidRequest` where nothing has times, or for a rule that does not exist."""
    blocks = []
    for number, cue in enumerate(cues(transcript, **rules), 1):
        said = "\n".join(cue.lines)
        spoken = f"{cue.speaker}: {said}" if cue.speaker else said
        blocks.append(f"{number}\n{_clock(cue.start, ',')} --> {_clock(cue.end, ',')}\n{spoken}\n")
    return "\n".join(blocks)


def vtt(transcript: Transcript, **rules: Any) -> str:
    """Return WebVTT. Raises `InvalidRequest` where nothing has times, or for a rule that does not exist."""
    blocks = ["WEBVTT\n"]
    for cue in cues(transcript, **rules):
        said = "\n".join([_escaped(line) for line in cue.lines])
        spoken = f"<v {_escaped(cue.speaker)}>{said}" if cue.speaker else said
        blocks.append(f"{_clock(cue.start, '.')} --> {_clock(cue.end, '.')}\n{spoken}\n")
    return "\n".join(blocks)


def cues(transcript: Transcript, **rules: Any) -> list[Cue]:
    """Return the cues: in order, none over another, every word in one of them."""
    wanted = _rules(rules)
    found: list[Cue] = []
    for group in _groups(_pieces(transcript), wanted):
        begin = max(round(group[0].start * 1000), found[-1].end if found else 0)
        end = max(round(group[-1].end * 1000), begin + 1)
        lines = tuple(_wrapped([piece.text for piece in group], wanted.line))
        found.append(Cue(start=begin, end=end, lines=lines, speaker=group[0].speaker if wanted.speakers else None))
    return found


def _rules(given: dict[str, Any]) -> Rules:
    problem = ""
    try:
        rules = msgspec.convert(given, Rules, strict=False) if not set(given) - set(Rules.__struct_fields__) else None
    except msgspec.ValidationError as error:
        problem, rules = str(error), None
    if rules is None or min(rules.line, rules.lines) < 1 or min(rules.seconds, rules.pause) <= 0:
        known = ", ".join(Rules.__struct_fields__)
        raise InvalidRequest(f"The rules of subtitles are {known}; numbers above 0. {problem}".strip(), parameter="rules")
    return rules


def _pieces(transcript: Transcript) -> list[_Piece]:
    """Return the words with their times: those of the segments, where there are some, since they have the punctuation."""
    words = [word for word in transcript.words if word.text.strip()]
    segments = [segment for segment in transcript.segments if segment.text.strip()]
    if segments and all(one.start is not None and one.end is not None for one in segments):
        found = [piece for segment in segments for piece in _of_segment(segment, words)]
    elif words and all(one.start is not None for one in words):
        found = [piece for word in words for piece in _parts(word, word.text)]
    else:
        raise InvalidRequest(
            "Nothing in the transcript has times.", parameter="timestamps", hint="Ask with timestamps='segment' or 'word'."
        )
    before = 0.0
    for piece in found:  # what providers tell may overlap or run backwards by some milliseconds
        piece.start = max(piece.start, before)
        piece.end = max(piece.end, piece.start + _SHORTEST)
        before = piece.start
    return found


def _of_segment(segment: Spoken, words: Sequence[Spoken]) -> list[_Piece]:
    """Return the words of a segment; with their own times where each of them has one."""
    pieces = _parts(segment, segment.text)
    assert segment.start is not None and segment.end is not None
    inside = [word for word in words if word.start is not None and segment.start - _SHORTEST <= word.start < segment.end]
    if len(inside) == len(pieces):
        for piece, word in zip(pieces, inside, strict=True):
            assert word.start is not None
            piece.start, piece.end = _time(word.start), _time(word.end) if word.end is not None else piece.end
            piece.speaker = word.speaker or piece.speaker
    return pieces


def _parts(spoken: Spoken, text: str) -> list[_Piece]:
    """Cut `text` where a line may end, and share its time by length."""
    texts = [part for word in text.split() for part in _cut(word)]
    start = _time(spoken.start or 0.0)
    whole = max(0.0, (_time(spoken.end) if spoken.end is not None else start) - start)
    total, before, found = sum(map(len, texts)), 0, []
    for part in texts:
        begin = start + whole * before / total
        before += len(part)
        found.append(_Piece(part, begin, start + whole * before / total, spoken.speaker))
    return found


def _time(seconds: float) -> float:
    """Return a time that can be written down, whatever a provider told."""
    return min(seconds, _LATEST) if seconds > 0 else 0.0


def _cut(word: str) -> Iterator[str]:
    """Give a word whole, and what is written without spaces character by character, with the marks that belong to each."""
    pending = ""
    for character in word:
        if pending and (_spaceless(character) or _spaceless(pending[0])) and not _clings(character):
            yield pending
            pending = ""
        pending += character
    if pending:
        yield pending


def _spaceless(character: str) -> bool:
    """Tell whether words in this script stand without spaces between them."""
    return unicodedata.east_asian_width(character) in "WF" or "\u0e00" <= character <= "\u0eff" or "\u1780" <= character <= "\u17ff"


def _clings(character: str) -> bool:
    """Tell whether it belongs to what is before it: marks and closing punctuation."""
    return unicodedata.category(character) in ("Mn", "Mc", "Me", "Po", "Pe", "Pf", "Lm")


def _groups(pieces: list[_Piece], rules: Rules) -> Iterator[list[_Piece]]:
    """Give what one cue shows: whole sentences where they fit, else as many words as do."""
    group: list[_Piece] = []
    for sentence in _sentences(pieces):
        if group and not _fit(group, sentence, rules):
            yield group
            group = []
        for piece in sentence:
            if group and not _fits(group, piece, rules):
                yield group
                group = []
            group.append(piece)
    if group:
        yield group


def _sentences(pieces: list[_Piece]) -> Iterator[list[_Piece]]:
    sentence: list[_Piece] = []
    for piece in pieces:
        sentence.append(piece)
        if piece.text.rstrip("\"'”’»)")[-1:] in _ENDS:
            yield sentence
            sentence = []
    if sentence:
        yield sentence


def _fit(group: list[_Piece], sentence: list[_Piece], rules: Rules) -> bool:
    longer = list(group)
    for piece in sentence:
        if not _fits(longer, piece, rules):
            return False
        longer.append(piece)
    return True


def _fits(group: list[_Piece], piece: _Piece, rules: Rules) -> bool:
    last = group[-1]
    texts = [one.text for one in group]
    return (
        piece.speaker == last.speaker
        and piece.start - last.end <= rules.pause
        and piece.end - group[0].start <= rules.seconds
        and len(_wrapped([*texts, piece.text], rules.line)) <= rules.lines
    )


_ENDS = (".", "!", "?", "。", "！", "？", "…")


def _wrapped(texts: list[str], width: int) -> list[str]:
    lines: list[str] = []
    for text in texts:
        longer = _joined([lines[-1], text]) if lines else text
        if lines and len(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(text)
    return lines


def _joined(texts: Sequence[str]) -> str:
    found = ""
    for text in texts:
        gap = "" if not found or _spaceless(found[-1]) or _spaceless(text[0]) else " "
        found += gap + text
    return found


def _clock(milliseconds: int, point: str) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{point}{rest:03}"


def _escaped(text: str) -> str:
    return re.sub(r"[&<>]", lambda found: {"&": "&amp;", "<": "&lt;", ">": "&gt;"}[found[0]], text)
