"""Atheris: a process of its own, in which every branch of ours that an input reaches is seen.

`python -m tests.security.fuzz.engines.atheris_engine TARGET SECONDS INPUTS SEED FILE FOLDER`
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

_OFTEN = 512


def main(words: list[str]) -> None:
    """Fuzz one target; the result stands in `FILE`, inputs that reached new code in `FOLDER`."""
    import atheris

    name, seconds, inputs, number, file, folder = words
    with atheris.instrument_imports(include=["llmkit"], enable_loader_override=False):
        from tests.security.fuzz.engines.own import begun
        from tests.security.fuzz.playing import Play
        from tests.security.fuzz.targets import target

        aimed = target(name)
    play = Play(aimed, "atheris", seconds=float(seconds))
    _seeded(begun(play), Path(folder))
    dictionary = _dictionary(list(aimed.words()), Path(folder).with_suffix(".dict"))

    def one(data: bytes) -> None:
        play(data)
        if not play.result.inputs % _OFTEN:
            write(play, Path(file))

    options = [f"-max_total_time={int(float(seconds))}", f"-runs={inputs}", f"-seed={number}", f"-max_len={aimed.longest}"]
    fixed = ["-print_final_stats=1", "-timeout=60", "-rss_limit_mb=6000", "-use_value_profile=0", f"-dict={dictionary}"]
    atheris.Setup([sys.argv[0], *options, *fixed, folder], one)
    atheris.Fuzz()


def write(play: Any, file: Path) -> None:
    """Write down how far it is: the process ends without asking us."""
    before = list(play.result.finds)
    play.ended().write(file)
    play.result.finds[:] = before


def _seeded(seeds: list[bytes], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(seeds):
        (folder / f"seed-{number}").write_bytes(data)


def _dictionary(words: list[bytes], file: Path) -> Path:
    lines = ["".join(f"\\x{byte:02x}" for byte in word) for word in words if 0 < len(word) <= 64]
    file.write_text("".join([f'"{line}"\n' for line in dict.fromkeys(lines)]), encoding="ascii")
    return file


if __name__ == "__main__":
    main(sys.argv[1:])
