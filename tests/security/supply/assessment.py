"""The self-assessment in docs/openssf.md: every criterion answered, every `met` with evidence that exists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.security.policy import ROOT

PAGE = ROOT / "docs" / "openssf.md"
ANSWERS = ("met", "not met", "n/a")
# The passing level of OpenSSF Best Practices, in its order (read 2026-11-23).
_PASSING = """
    description_good interact contribution contribution_requirements floss_license floss_license_osi license_location
    documentation_basics documentation_interface sites_https discussion english maintained
    repo_public repo_track repo_interim repo_distributed version_unique version_semver version_tags release_notes release_notes_vulns
    report_process report_tracker report_responses enhancement_responses report_archive
    vulnerability_report_process vulnerability_report_private vulnerability_report_response
    build build_common_tools build_floss_tools test test_invocation test_most test_continuous_integration
    test_policy tests_are_added tests_documented_added warnings warnings_fixed warnings_strict
    know_secure_design know_common_errors crypto_published crypto_call crypto_floss crypto_keylength crypto_working crypto_weaknesses
    crypto_pfs crypto_password_storage crypto_random delivery_mitm delivery_unsigned
    vulnerabilities_fixed_60_days vulnerabilities_critical_fixed no_leaked_credentials
    static_analysis static_analysis_common_vulnerabilities static_analysis_fixed static_analysis_often
    dynamic_analysis dynamic_analysis_unsafe dynamic_analysis_enable_assertions dynamic_analysis_fixed
"""
# OSPS Baseline 2026.08.28 (read 2026-11-23).
_FIRST = """
    AC-01.01 AC-02.01 AC-03.01 AC-03.02 BR-01.01 BR-01.03 BR-03.01 BR-03.02 BR-07.01 DO-01.01 DO-02.01 GV-02.01 GV-03.01
    LE-02.01 LE-02.02 LE-03.01 LE-03.02 QA-01.01 QA-01.02 QA-02.01 QA-04.01 QA-05.01 QA-05.02 VM-02.01
"""
_SECOND = """
    AC-04.01 BR-02.01 BR-04.01 BR-05.01 BR-06.01 DO-06.01 DO-07.01 GV-01.01 GV-01.02 GV-03.02 LE-01.01 QA-03.01 QA-06.01
    SA-01.01 SA-02.01 SA-03.01 VM-01.01 VM-03.01 VM-04.01
"""
_THIRD = """
    AC-04.02 BR-01.04 BR-02.02 BR-07.02 DO-03.01 DO-03.02 DO-04.01 DO-05.01 GV-04.01 QA-02.02 QA-04.02 QA-06.02 QA-06.03
    QA-07.01 SA-03.02 VM-04.02 VM-05.01 VM-05.02 VM-05.03 VM-06.01 VM-06.02
"""
WANTED: dict[str, tuple[str, ...]] = {
    "OpenSSF Best Practices, passing level": tuple(_PASSING.split()),
    **{f"Level {number}": tuple(f"OSPS-{name}" for name in names.split()) for number, names in enumerate((_FIRST, _SECOND, _THIRD), 1)},
}
"""The criteria by the heading of the page that they stand under."""
_LINK = re.compile(r"\]\(([^)#\s]+)")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A row of the page."""

    section: str
    criterion: str
    answer: str
    why: str


def answers(text: str) -> list[Answer]:
    """Read the rows of the page."""
    found, section = [], ""
    for line in text.splitlines():
        if line.startswith("#"):
            section = line.lstrip("# ")
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and len(cells) == 3 and cells[0] != "criterion":
            found.append(Answer(section=section, criterion=cells[0], answer=cells[1], why=cells[2]))
    return found


def faults(found: Iterable[Answer], folder: Path = PAGE.parent) -> Iterator[str]:
    """Yield what is wrong with the assessment."""
    rows = list(found)
    for section, names in WANTED.items():
        given = [row.criterion for row in rows if row.section == section]
        if given != list(names):
            yield f"{section}: {sorted(set(given) ^ set(names)) or 'another order'}"
    for row in rows:
        links = _LINK.findall(row.why)
        if row.answer not in ANSWERS or not row.why:
            yield f"{row.criterion}: answered {row.answer!r}"
        if row.answer == "met" and not links:
            yield f"{row.criterion}: met, by nothing that is named"
        yield from (f"{row.criterion}: {link} is not there" for link in links if not there(folder / link))


def there(path: Path) -> bool:
    """Tell whether a piece of evidence is there: a file, or a folder that holds one."""
    return path.is_file() or (path.is_dir() and any(child.is_file() for child in path.rglob("*")))


def counted(found: Iterable[Answer]) -> dict[str, str]:
    """Say for each list how many criteria that apply are met."""
    rows = list(found)
    met = {section: sum(row.answer == "met" for row in rows if row.section == section) for section in WANTED}
    apply = {section: sum(row.answer != "n/a" for row in rows if row.section == section) for section in WANTED}
    return {section: f"{met[section]} of {apply[section]}" for section in WANTED}
