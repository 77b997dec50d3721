"""Subtitles: cues that can be read, times that never run backwards, every word once."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.errors import InvalidRequest
from llmkit.types.subtitles import cues
from llmkit.types.transcription import Segment, TranscriptionResponse, Word

times = st.floats(0, 7200, allow_nan=False)
texts = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=60)
speakers = st.none() | st.sampled_from(["A", "B"])


def lengths(start: float, length: float) -> dict[str, float]:
    return {"start": start, "end": start + length}


spans = st.builds(lengths, times, st.floats(0, 30))
words = st.lists(st.builds(lambda text, span, who: Word(text=text, speaker=who, **span), texts, spans, speakers), max_size=30)
segments = st.lists(st.builds(lambda text, span, who: Segment(text=text, speaker=who, **span), texts, spans, speakers), max_size=8)
transcripts = st.builds(lambda ws, ss: TranscriptionResponse(text="", words=tuple(ws), segments=tuple(ss)), words, segments)
LINE = st.integers(1, 60)


def bare(text: str) -> str:
    return "".join(text.split())


def said(reply: TranscriptionResponse) -> str:
    """Return all that was said without spaces: what the segments say, else the words."""
    spoken = [one.text for one in reply.segments if one.text.strip()] or [one.text for one in reply.words]
    return bare("".join(spoken))


@settings(max_examples=40, deadline=None)
@given(transcripts, LINE, st.integers(1, 4), st.floats(0.5, 10))
def test_times_rise_and_no_word_is_lost(reply: TranscriptionResponse, line: int, lines: int, seconds: float) -> None:
    """Whatever a provider tells, also overlapping and backwards."""
    if not said(reply):
        with pytest.raises(InvalidRequest, match="timestamps="):
            cues(reply)
        return

    found = cues(reply, line=line, lines=lines, seconds=seconds)

    assert said(reply) == bare("".join(["".join(cue.lines) for cue in found]))
    assert all(cue.start < cue.end for cue in found)
    assert all(before.end <= after.start for before, after in pairwise(found))
    assert all(len(cue.lines) <= lines for cue in found)
    assert all(len(shown) <= line or " " not in shown for cue in found for shown in cue.lines)


@settings(max_examples=20, deadline=None)
@given(transcripts)
def test_what_is_written_can_be_read_again(reply: TranscriptionResponse) -> None:
    """Times in the format's own spelling, no line that breaks a cue in two."""
    if not said(reply):
        return
    count = len(cues(reply))

    blocks = [block for block in reply.srt().split("\n\n") if block.strip()]
    assert [str(number) for number in range(1, count + 1)] == [block.strip("\n").split("\n")[0] for block in blocks]
    clock = r"\d\d:\d\d:\d\d"
    assert count == len(re.findall(rf"^{clock},\d{{3}} --> {clock},\d{{3}}$", reply.srt(), re.M))
    assert count == len(re.findall(rf"^{clock}\.\d{{3}} --> {clock}\.\d{{3}}$", reply.vtt(), re.M))
    assert count == reply.vtt().count("-->")


TALK = TranscriptionResponse(
    text="",
    words=tuple(
        [Word(text=text, start=place * 0.5, end=place * 0.5 + 0.4) for place, text in enumerate(["This", "is", "how", "it", "is", "read"])]
    ),
)
SRT = """\
1
00:00:00,000 --> 00:00:01,900
This is
how it

2
00:00:02,000 --> 00:00:02,900
is read
"""
VTT = """\
WEBVTT

00:00:00.000 --> 00:00:02.900
This is how it is read
"""


def test_lines_are_as_long_as_the_rules_allow() -> None:
    """A viewer reads two lines of 42 characters at most, unless told otherwise."""
    assert SRT == TALK.srt(line=8)
    assert VTT == TALK.vtt()


def test_a_new_cue_begins_with_a_pause_a_speaker_and_a_long_time() -> None:
    """Each for itself."""
    pause = (Word(text="a", start=0, end=1), Word(text="b", start=3, end=4))
    turn = (Word(text="a", start=0, end=1, speaker="A"), Word(text="b", start=1, end=2, speaker="B"))
    long = tuple([Word(text=str(place), start=place, end=place + 1) for place in range(10)])

    assert [("a",), ("b",)] == [cue.lines for cue in cues(TranscriptionResponse(text="", words=pause))]
    assert [("a",), ("b",)] == [cue.lines for cue in cues(TranscriptionResponse(text="", words=turn))]
    assert [0, 7000] == [cue.start for cue in cues(TranscriptionResponse(text="", words=long))]


def test_punctuation_of_the_segment_and_times_of_the_words_come_together() -> None:
    """Words alone often come without commas, segments without the time of each word."""
    reply = TranscriptionResponse(
        text="",
        segments=(Segment(text="Hello, world. Again.", start=0, end=9),),
        words=(Word(text="Hello", start=0, end=1), Word(text="world", start=1, end=2), Word(text="Again", start=8, end=9)),
    )

    assert [(0, 2000, ("Hello, world.",)), (8000, 9000, ("Again.",))] == [(cue.start, cue.end, cue.lines) for cue in cues(reply)]


def test_a_script_without_spaces_is_cut_between_characters() -> None:
    """And a mark stays with its character."""
    reply = TranscriptionResponse(text="", segments=(Segment(text="今日は、世界。", start=0, end=7),))

    assert ("今日は、", "世界。") == cues(reply, line=4)[0].lines


def test_speakers_are_shown_where_that_is_asked_for() -> None:
    """In the way of each format; what could be markup is none."""
    reply = TranscriptionResponse(text="", segments=(Segment(text="1 < 2 & so on", start=0, end=1, speaker="Ada"),))

    assert "Ada: 1 < 2 & so on" in reply.srt(speakers=True)
    assert "<v Ada>1 &lt; 2 &amp; so on" in reply.vtt(speakers=True)
    assert "Ada" not in reply.srt()


@pytest.mark.parametrize("rules", [{"line": 0}, {"width": 40}, {"seconds": -1}, {"lines": "many"}])
def test_rules_that_cannot_be_are_refused(rules: dict[str, Any]) -> None:
    """By name."""
    with pytest.raises(InvalidRequest, match="line, lines, seconds, pause, speakers"):
        TALK.srt(**rules)
