"""What is no answer, and odd JSON that is one."""

from __future__ import annotations

import pytest

from llmkit.dialects import openai_chat
from llmkit.errors import BadRequest, LLMKitError, ProtocolError, RateLimited, ServerError
from llmkit.types.usage import Usage
from tests.dialects.openai_chat_cases import ORIGIN

FAILURES: list[tuple[bytes, type[LLMKitError]]] = [
    (b"", ProtocolError),
    (b"  ", ProtocolError),
    (b"<html>busy</html>", ProtocolError),
    (b"[]", ProtocolError),
    (b"null", ProtocolError),
    (b"{}", ProtocolError),
    (b'{"choices": []}', ProtocolError),
    (b'{"choices": null}', ProtocolError),
    (b'{"choices": [{}]}', ProtocolError),
    (b'{"choices": [{"message": "x"}]}', ProtocolError),
    (b'{"choices": [{"message": {"content": "\xff"}}]}', ProtocolError),
    (b'{"id": ' + b"[" * 100_000, ProtocolError),
    (b'{"error": {"message": "slow down", "code": 429}}', RateLimited),
    (b'{"error": {"message": "no", "type": "invalid_request_error"}, "choices": null}', BadRequest),
    (b'{"error": "broken"}', ServerError),
    (b'{"object": "error", "message": "no", "code": 400}', BadRequest),
    (b'{"choices": [{"message": {"content": ""}, "finish_reason": "error", "error": {"code": 502, "message": "gone"}}]}', ServerError),
]


@pytest.mark.parametrize(("wire", "kind"), FAILURES, ids=range(len(FAILURES)))
def test_what_is_no_answer_is_never_an_empty_success(wire: bytes, kind: type[LLMKitError]) -> None:
    with pytest.raises(kind):
        openai_chat.decode(wire, origin=ORIGIN)


def test_odd_json_that_servers_write_is_read() -> None:
    """Python servers write NaN and halves of surrogate pairs."""
    wire = b'{"choices": [{"message": {"content": "a\\ud83d"}, "finish_reason": "stop", "score": NaN}]}'

    answer = openai_chat.decode(wire, origin=ORIGIN)

    assert "a\ufffd" == answer.text
    answer.replace(raw=Usage().raw).to_dict()
