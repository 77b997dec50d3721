"""Memory and speed of a batch of 50,000 requests: written, sent and read back, also in order.

python -m benchmarks.batch [--requests 50000]

The host runs in a process of its own and keeps nothing. `memory` is the most that the client's process ever held (its resident set),
with a batch of 100 requests beside it: what grows with the requests is the difference.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import socket
import sys
from collections.abc import Iterator
from time import perf_counter
from typing import Any

from llmkit import LLMKit

MOST_MORE = 24.0
"""MB that the larger batch may need more: the ids and their order are kept, the requests and answers are not."""
MODEL = "openai/gpt-4.1-nano"
QUESTION = "Name the largest planet of the solar system, and say in a sentence why it is the largest. " * 8
REPLY = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1,
    "model": "gpt-4.1-nano",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "Jupiter. " * 60}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 160, "completion_tokens": 120, "total_tokens": 280},
}


def serve(listener: socket.socket, count: int) -> None:
    """Answer one connection after the other; uploads are counted and thrown away, results are made as they go out."""
    while True:
        sock, _ = listener.accept()
        with sock:
            answer(sock, count)


def answer(sock: socket.socket, count: int) -> None:
    data = b""
    while True:
        while b"\r\n\r\n" not in data:
            more = sock.recv(65536)
            if not more:
                return
            data += more
        head, _, data = data.partition(b"\r\n\r\n")
        left = int(next((line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")), b"0"))
        taken = min(left, len(data))
        data, left = data[taken:], left - taken
        while left:
            left -= len(sock.recv(min(left, 1 << 20)))
        respond(sock, head.split(b" ")[1].decode(), count)


def respond(sock: socket.socket, path: str, count: int) -> None:
    if path.endswith("/content"):
        sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/jsonl\r\nTransfer-Encoding: chunked\r\n\r\n")
        for piece in lines(count):
            sock.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))
        sock.sendall(b"0\r\n\r\n")
        return
    known = {"/files": {"id": "file-1"}}
    done = {"total": count, "completed": count, "failed": 0}
    batch = {"id": "b", "status": "completed", "endpoint": "/v1/chat/completions", "output_file_id": "out", "request_counts": done}
    body = json.dumps(known.get(path, batch)).encode()
    sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body)


def lines(count: int) -> Iterator[bytes]:
    """Give the results, the last request first, some at a time."""
    body = json.dumps(REPLY).encode()
    piece = b""
    for number in range(count, 0, -1):
        piece += b'{"custom_id":"question %d","response":{"status_code":200,"body":%s},"error":null}\n' % (number, body)
        if len(piece) > 60_000:
            yield piece
            piece = b""
    if piece:
        yield piece


def measured(count: int, told: Any) -> None:
    """Make a batch of `count` requests, read its results twice, and tell what it took."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = multiprocessing.get_context("fork").Process(target=serve, args=(listener, count), daemon=True)
    server.start()
    try:
        with LLMKit(keys={"openai": "sk-bench"}, base_urls={"openai": f"http://127.0.0.1:{listener.getsockname()[1]}"}) as kit:
            begun = perf_counter()
            batch = kit.batches.create(MODEL, ((f"question {number}", QUESTION) for number in range(1, count + 1)), max_tokens=200)
            made = perf_counter()
            found = sum(1 for result in batch.wait(every=0).results() if result.ok)
            read = perf_counter()
            first = [result.id for _, result in zip(range(2), batch.results(ordered=True), strict=False)]
            ordered = perf_counter()
    finally:
        server.terminate()
    assert (found, first) == (count, ["question 1", "question 2"])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1024)
    told.send((peak, made - begun, read - made, ordered - read))


def in_a_process(count: int) -> tuple[float, float, float, float]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=measured, args=(count, theirs))
    process.start()
    result: tuple[float, float, float, float] = ours.recv()
    process.join()
    return result


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=50_000)
    count = parser.parse_args().requests
    small, large = in_a_process(100), in_a_process(count)
    more = large[0] - small[0]
    print(f"{'requests':>10} {'memory MB':>10} {'written, sent s':>16} {'read s':>8} {'in order s':>11}")
    for number, row in ((100, small), (count, large)):
        print(f"{number:>10,} {row[0]:>10.1f} {row[1]:>16.2f} {row[2]:>8.2f} {row[3]:>11.2f}")
    print(f"{more:.1f} MB more for {count:,} requests of {len(QUESTION):,} characters (at most {MOST_MORE:.0f})")
    return int(more > MOST_MORE)


if __name__ == "__main__":
    sys.exit(main())
