"""Every place where the command line shows what somebody else said. `{t}` in a word is the text, `{folder}` the folder with the files."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

CHAT, BATCH = "openai/gpt-4.1-mini", "batch:openai/gpt-4.1-mini:batch_1"


@dataclass(frozen=True)
class Command:
    """A command line; `status` is what the host answers; `keys` are typed."""

    words: tuple[str, ...]
    status: int = 200
    keys: str = ""
    env: tuple[tuple[str, str], ...] = ()


def _command(line: str, *words: str, status: int = 200, keys: str = "", **env: str) -> Command:
    return Command((*line.split(), *words), status, keys, tuple(env.items()))


ASKING = (
    _command(f"chat -m {CHAT} Hi"),
    _command("image -m openai/gpt-image-1 -o {folder} cat"),
    _command("image -m openai/gpt-image-1 --json -o {folder} cat"),
    _command("say -m openai/gpt-4o-mini-tts -v nova -o {folder}/hello.mp3 Hello"),
    _command("transcribe -m openai/whisper-1 {folder}/talk.mp3"),
    _command("transcribe -m openai/whisper-1 --srt {folder}/talk.mp3"),
    _command("transcribe -m openai/whisper-1 --vtt {folder}/talk.mp3"),
    _command("embed -m openai/text-embedding-3-small Hi"),
    _command("moderate -m openai/omni-moderation-latest --scores", "{t}"),
    _command("files list openai"),
    _command("files show openai file-1"),
    _command("files upload openai {folder}/talk.mp3"),
    _command("files delete openai file-1"),
    _command("batch list openai"),
    _command(f"batch status {BATCH}"),
    _command(f"batch results {BATCH}"),
    _command("job video:openai/sora-2:video_1"),
    _command("video --start -m openai/sora-2", "{t}"),
    _command("search -p tavily --answer --text", "{t}"),
    _command("ocr -m mistral/mistral-ocr-latest {folder}/bill.pdf"),
    _command("ocr -m mistral/mistral-ocr-latest --images {folder} {folder}/bill.pdf"),
    _command("rerank -m cohere/rerank-v3.5", "{t}", "{t}"),
    _command(f"health --check --completion {CHAT}"),
    _command("models --live -p openai"),
    _command("doctor --online"),
)
REFUSED = tuple(Command(one.words, status) for one in ASKING for status in (400,)) + tuple(
    Command(words, status)
    for words in (ASKING[0].words, ("--debug", *ASKING[0].words), (*ASKING[0].words, "--debug"))
    for status in (401, 403, 404, 429, 500, 529)
)
HERE = (
    _command("usage {folder}/usage.jsonl --by model"),
    _command("usage {folder}/usage.jsonl --by user"),
    _command("usage {folder}/usage.jsonl --by tag"),
    _command("usage {folder}/usage.jsonl --by key --plot"),
    _command("trace {folder}/trace.jsonl"),
    _command("trace {folder}/trace.jsonl aaaa0001"),
    _command("cost --log {folder}/answers.jsonl"),
    _command("config check {folder}/config.toml"),
    _command("config check {folder}/broken.toml"),
    _command("batch create -m openai/gpt-5-mini {folder}/questions.jsonl"),
    _command("route explain --config {folder}/config.toml", "route/{t}"),
    _command("health --config {folder}/config.toml"),
)
NAMED = (
    _command("chat -m", "openai/{t}", "Hi"),
    _command("chat -m", "{t}/x", "Hi"),
    _command("chat -a", "{folder}/{t}", "Hi"),
    _command("chat -a", "https://evil.example/{t}", "Hi"),
    _command("models", "{t}"),
    _command("models -p", "{t}"),
    _command("models show", "{t}"),
    _command("providers", "{t}"),
    _command("providers --search", "{t}"),
    _command("cost Hi -m", "{t}"),
    _command("cost -f", "{folder}/{t}"),
    _command("cost --top 3", "{t}"),
    _command("usage", "{folder}/{t}"),
    _command("trace", "{folder}/{t}"),
    _command("trace {folder}/trace.jsonl", "{t}"),
    _command("config check", "{folder}/{t}"),
    _command("job", "{t}"),
    _command("job", "video:{t}:x"),
    _command("batch status", "{t}"),
    _command("batch create -m openai/x", "{folder}/{t}"),
    _command("files list", "{t}"),
    _command("files upload openai", "{folder}/{t}"),
    _command("search -p", "{t}", "x"),
    _command("image -m", "{t}", "x"),
    _command("say -m openai/x -o", "{folder}/{t}/x.mp3", "Hi"),
    _command("transcribe -m openai/whisper-1", "{t}"),
    _command("ocr -m mistral/x", "{t}"),
    _command("embed -f", "{t}"),
    _command("rerank -m", "{t}", "x", "y"),
    _command("moderate -m", "{t}", "x"),
    _command("realtime -m", "{t}"),
    _command("route explain", "{t}"),
    _command("health", "{t}"),
    _command("completion", "{t}"),
    _command("", "{t}"),
    _command("chat", "--{t}"),
    _command(f"chat -m {CHAT} Hi", LLMKIT_CONFIG="{folder}/{t}"),
)
COMMANDS = (*ASKING, *REFUSED, *HERE, *NAMED)


def write_files(folder: Path, t: str) -> None:
    """Write what the commands read, with `t` as every word of it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "talk.mp3").write_bytes(b"ID3" + bytes(100))
    (folder / "bill.pdf").write_bytes(b"%PDF-1.4\n")
    for name, made in _FILES.items():
        (folder / name).write_text(made(t), encoding="utf-8")


def _usage(t: str) -> str:
    fields = ("model", "answered_by", "tenant", "user", "key", "error", "finish", "basis")
    return (
        json.dumps(
            {"id": t, "at": 1_790_000_000.0, "tags": [t, f"{t}={t}"], "units": {t: 1}, "cost": "0.1", "output_text": 3}
            | dict.fromkeys(fields, t)
        )
        + "\n"
    )


def _trace(t: str) -> str:
    said = {"role": "user", "parts": [{"type": "text", "content": t}]}
    names = dict.fromkeys(("provider", "model", "finish", "status", "operation", "session", "user"), t)
    more = {
        "at": 1_790_000_000.0,
        "models": [t],
        "seconds": 1.0,
        "error": {"type": t, "status": 429, "message": t},
        "attempts": [{"model": t, "error": t}],
    }
    return json.dumps({"trace": "aaaa0001", "input": [said], "output": [said], "tags": {t: t}, **names, **more}) + "\n"


def _answers(t: str) -> str:
    return (
        json.dumps({"model": t, "usage": {"prompt_tokens": 1, "completion_tokens": 1}, "service_tier": t})
        + "\n"
        + t.replace("\n", "")
        + "\n"
    )


def _config(t: str) -> str:
    word = json.dumps(t)
    lines = (
        f"[providers.{word}]",
        f"base_url = {word}",
        f"key = {word}",
        f"[routes.{word}]",
        f"models = [{word}]",
        f"strategy = {word}",
        f"[{word}]",
        f"{word} = {word}",
    )
    return "\n".join(lines) + "\n"


_FILES: dict[str, Callable[[str], str]] = {
    "usage.jsonl": _usage,
    "trace.jsonl": _trace,
    "answers.jsonl": _answers,
    "config.toml": _config,
    "broken.toml": lambda t: f"[x]\ny = {t}\n",
    "questions.jsonl": lambda t: json.dumps({"custom_id": t, "body": {"model": t, "messages": t}}) + "\n" + t + "\n",
}
