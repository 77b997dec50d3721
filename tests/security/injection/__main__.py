"""Print how good the screen is on all sets; `--write` writes it into the documentation."""

from __future__ import annotations

import sys
from datetime import date

from tests.security.injection.comparison import compared, converted
from tests.security.injection.page import PAGE, PLOT, page, section
from tests.security.injection.plot import picture
from tests.security.injection.sets import sets

_SHARE = 3
"""One text in so many of each set, always the same ones: the others take a tenth of a second for each."""

if __name__ == "__main__":
    results = compared(sets(), _SHARE)
    text = section(results, converted(sets(), share=12), date.today().isoformat())
    if "--write" in sys.argv[1:]:
        PLOT.write_text(picture(results), encoding="utf-8")
        PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), text), encoding="utf-8")
    else:
        print(text)
