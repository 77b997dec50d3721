"""Whatever a provider of live speech says, it is read, or it is an error of ours."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.dialects.operations import MODULES, codec
from llmkit.errors import LLMKitError
from llmkit.realtime import AudioFormat, ListenRequest, SpeakRequest
from llmkit.realtime.gathering import Heard, Spoken
from tests.recordings.recorded import place

OURS = ("listening", "speaking")
FORMATS: dict[str, Any] = {
    name: codec(name) for name in sorted(MODULES) if name.endswith(("_listening", "_speaking")) and MODULES[name].split(".")[0] in OURS
}
_KINDS = (
    "Results Metadata Error Begin Turn Termination transcript done error chunk flush_done Flushed session.created transcription.segment "
    "transcription.done speech.audio.delta RecognitionStarted AddTranscript EndOfTranscript partial_transcript committed_transcript "
    "auth_error session_started conversation.item.input_audio_transcription.completed input_audio_buffer.committed turn.end"
)
_NAMES = (
    "text transcript words results metadata channel alternatives audio data error usage session config start duration units code "
    "message_type isFinal item_id turn_order audio_data delta model_info"
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False, allow_infinity=False, width=16) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_NAMES.split()) | st.text(max_size=3), inner, max_size=4),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(sorted(FORMATS)), st.sampled_from(_KINDS.split()), st.dictionaries(st.sampled_from(_NAMES.split()), VALUES, max_size=5)
)
def test_any_object_is_read(name: str, kind: str, fields: dict[str, Any]) -> None:
    """Whatever a provider sends, it is events or an error of ours; and what is gathered of it is a reply."""
    listens = name.endswith("_listening")
    options: dict[str, Any] = {"language": "en", "input_format": AudioFormat()} if listens else {"voice": "v"}
    request = (ListenRequest if listens else SpeakRequest)(model="m", **options)
    session = FORMATS[name].session(request, place("m"))
    session.finish()
    gathered: Any = Heard(" ") if listens else Spoken("pcm", keep=True)

    with suppress(LLMKitError):
        for event in session.feed({"type": kind, "message_type": kind, "message": kind, **fields}, b"{}"):
            gathered.take(event)

    gathered.reply()
