"""What the policy says of dependencies, builds and releases."""

from __future__ import annotations

from tests.security.claim import Claim

_HERE = "tests/security/supply"
_FIGURES = "tests.security.supply.figures"

CLAIMS: tuple[Claim, ...] = (
    Claim(
        id="supply.audit",
        says="No dependency that we pin, of the package, its tests or its tools, has a known vulnerability; an audit that skips one fails.",
        tests=(f"{_HERE}/test_audit.py",),
        figure=f"{_FIGURES}:known_vulnerabilities",
        seconds=40,
    ),
    Claim(
        id="supply.floors",
        says="No version that the package or an extra accepts has a known vulnerability.",
        tests=(f"{_HERE}/test_bounds.py",),
        figure=f"{_FIGURES}:lower_bounds",
        seconds=15,
    ),
    Claim(
        id="supply.pins",
        says="What tests, builds and publishes LLMKit is pinned by hash, is what its source asks for, and names no index; "
        "the core needs two distributions; a pin is raised after a week.",
        tests=(f"{_HERE}/test_pins.py",),
        figure=f"{_FIGURES}:pinned_by_hash",
        seconds=40,
    ),
    Claim(
        id="supply.build",
        says="Two builds of one source give the same bytes; the wheel holds the repository's files, a true bill of materials, "
        "and nothing that runs by itself.",
        tests=(f"{_HERE}/test_archives.py", f"{_HERE}/test_bill.py"),
        figure=f"{_FIGURES}:reproducible",
        seconds=50,
    ),
    Claim(
        id="supply.weights",
        says="The packages of weights hold weights alone, in a format without code, and are the same to the byte whenever they are built.",
        tests=(f"{_HERE}/test_weights.py", "tests/local/test_weights_package.py", "tests/local/test_minilm_package.py"),
        figure=f"{_FIGURES}:same_weights",
        seconds=40,
    ),
    Claim(
        id="supply.licences",
        says="Nothing that LLMKit or an extra installs is under a licence that reaches into your code.",
        tests=(f"{_HERE}/test_licences.py",),
        figure=f"{_FIGURES}:permitted_licences",
        seconds=5,
    ),
    Claim(
        id="supply.workflows",
        says="Workflows begin without any right, run only actions pinned to a commit, put nothing of a stranger's into a script, "
        "and publish without a stored token.",
        tests=(f"{_HERE}/test_workflows.py",),
        figure=f"{_FIGURES}:workflows_bound",
        seconds=15,
    ),
    Claim(
        id="supply.secrets",
        says="No file of the repository holds a secret: two engines find none.",
        tests=(f"{_HERE}/test_scanning.py",),
        figure=f"{_FIGURES}:no_secrets",
        seconds=30,
    ),
    Claim(
        id="supply.openssf",
        says="The checks of OpenSSF Scorecard that files can answer pass, and the self-assessment names evidence that exists.",
        tests=(f"{_HERE}/test_scorecard.py", f"{_HERE}/test_assessment.py"),
        figure=f"{_FIGURES}:openssf",
        seconds=10,
    ),
    Claim(
        id="supply.contact",
        says="security.txt says where to report in private, and has not expired.",
        tests=(f"{_HERE}/test_contact.py",),
        figure=f"{_FIGURES}:reachable",
        seconds=5,
    ),
)
