"""Write the index of the rows, the recorded addresses and the provider table of the docs: `python -m tests.contract --write`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.contract import names
from tests.contract.addresses import ADDRESSES, all_recorded
from tests.contract.stand import Stand
from tests.contract.table import PAGE, page
from tests.contract.ways import ways


def main() -> int:
    if sys.argv[1:] != ["--write"]:
        print(__doc__)
        return 2
    names.MODULE.write_text(names.module(), encoding="utf-8")
    stand = Stand()
    try:
        with tempfile.TemporaryDirectory() as folder:
            ADDRESSES.write_text(all_recorded(ways(), stand, Path(folder)), encoding="utf-8")
    finally:
        stand.close()
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
