"""Rules about secrets and the channels they go through: TLS, plain HTTP, hashes, chance, comparison, the three doors of a `Secret`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from tests.architecture.source import calls, named, of_kind, origins, strings
from tests.security.bans.rule import Rule

_WEAK = ("md5", "sha1", "md4", "new")
_SECRET_WORDS = frozenset(
    {"secret", "password", "api_key", "signature", "mac", "hmac", "secret_access_key", "access_token", "session_token"}
)
_OLD = frozenset({"PROTOCOL_SSLv2", "PROTOCOL_SSLv3", "PROTOCOL_TLSv1", "PROTOCOL_TLSv1_1", "PROTOCOL_SSLv23"})


def unchecked_peers(tree: ast.Module) -> Iterator[str]:
    """Give ways to speak TLS to whoever answers."""
    for name in named(tree):
        last = name.rpartition(".")[2]
        if last in ("CERT_NONE", "CERT_OPTIONAL", "_create_unverified_context") or last in _OLD:
            yield last
    for node in of_kind(tree, ast.Assign):
        if any(isinstance(to, ast.Attribute) and to.attr == "check_hostname" for to in node.targets):
            yield from () if isinstance(node.value, ast.Constant) and node.value.value is True else (ast.unparse(node),)
    for _, call in calls(tree):
        for word in call.keywords:
            if word.arg in ("verify", "check_hostname", "verify_ssl", "ssl_verify") and _off(word.value):
                yield f"{word.arg}={ast.unparse(word.value)}"
            if word.arg == "cert_reqs" and "REQUIRED" not in ast.unparse(word.value):
                yield f"cert_reqs={ast.unparse(word.value)}"


def parameters_that_trust(tree: ast.Module) -> Iterator[str]:
    """Give parameters by which a caller could turn the checks off."""
    names = ("verify_ssl", "ssl_verify", "check_hostname", "insecure_tls")
    yield from (each.arg for each in of_kind(tree, ast.arg) if each.arg in names)


def plain_addresses(tree: ast.Module) -> Iterator[str]:
    """Give addresses of plain HTTP that lead off this machine; the metadata services of clouds speak nothing else."""
    for text in strings(tree):
        if text.lower().startswith(("http://", "ws://")) and not _near(text):
            yield text


def weak_hashes(tree: ast.Module) -> Iterator[str]:
    """Give broken hash functions, where they are not marked as keeping no secret."""
    for name, call in calls(tree):
        module, _, function = name.rpartition(".")
        marked = any(word.arg == "usedforsecurity" and _off(word.value) for word in call.keywords)
        if module in ("hashlib", "_hashlib", "hashes") and function.lower() in _WEAK and not marked:
            yield name


def guessable(tree: ast.Module) -> Iterator[str]:
    """Give sources of chance that can be guessed."""
    yield from sorted({name for name in origins(tree).values() if name.partition(".")[0] == "random"})
    yield from (name for name, _ in calls(tree) if name in ("uuid.uuid1", "uuid.getnode"))


def plain_comparisons(tree: ast.Module) -> Iterator[str]:
    """Give secrets that are compared by `==`, whose time tells how far they agree."""
    for node in of_kind(tree, ast.Compare):
        if any(isinstance(each, (ast.Eq, ast.NotEq)) for each in node.ops):
            sides = (node.left, *node.comparators)
            if any(map(_secret, sides)) and not any(isinstance(side, ast.Constant) for side in sides):
                yield ast.unparse(node)


def revealed(tree: ast.Module) -> Iterator[str]:
    """Give the places where a secret is taken out of its wrapping."""
    if any(node.attr == "reveal" for node in of_kind(tree, ast.Attribute)):
        yield "reveal"


def _off(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and (node.value is False or node.value is None)


def _near(address: str) -> bool:
    """Tell whether an address stays on this machine or its link, or is none yet: what follows comes from elsewhere."""
    host = urlsplit(address).hostname or ""
    if not host or host == "localhost":
        return True
    try:
        ip = ip_address(host)
    except ValueError:
        return False
    return ip.is_loopback or ip.is_link_local or host == "fd00:ec2::254"


def _secret(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and node.func.attr in ("reveal", "hexdigest", "digest")
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name.strip("_") in _SECRET_WORDS


_CHANCE = "chance that keeps no secret: "

RULES = (
    Rule(
        name="peers",
        says="No TLS connection goes to a server that was not checked.",
        find=unchecked_peers,
        planted=(
            "import ssl\ncontext.verify_mode = ssl.CERT_NONE",
            "context.check_hostname = False",
            "import ssl\nssl._create_unverified_context()",
            "client(verify=False)",
            "client(check_hostname=False)",
            "import ssl\nssl.SSLContext(ssl.PROTOCOL_TLSv1)",
            "from ssl import CERT_NONE as ANY\nx = ANY",
        ),
        innocent=("client(verify=context)", "import ssl\ncontext.verify_mode = ssl.CERT_REQUIRED", "context.check_hostname = True"),
    ),
    Rule(
        name="trusting",
        says="No parameter turns the checks of TLS off.",
        find=parameters_that_trust,
        planted=("def client(verify_ssl=True): pass", "def f(*, check_hostname): pass"),
    ),
    Rule(
        name="addresses",
        says="No address of plain HTTP leads off the machine.",
        find=plain_addresses,
        planted=("URL = 'http://api.example.com/v1'", "f'http://10.0.0.1/{x}'", "x = 'WS://example.com'"),
        innocent=(
            "'http://127.0.0.1:8000/v1'",
            "'http://[::1]/'",
            "'http://localhost'",
            "'http://169.254.169.254'",
            "x.startswith('http://')",
        ),
    ),
    Rule(
        name="hashes",
        says="No broken hash keeps anything safe.",
        find=weak_hashes,
        planted=("import hashlib\nhashlib.md5(x)", "from hashlib import sha1\nsha1(x)", "import hashlib\nhashlib.new(name)"),
        innocent=("import hashlib\nhashlib.sha1(x, usedforsecurity=False)", "import hashlib\nhashlib.sha256(x)"),
    ),
    Rule(
        name="chance",
        says="No secret is drawn from a source that can be guessed.",
        find=guessable,
        planted=("import random", "from random import choice", "import uuid\nuuid.uuid1()"),
        innocent=("import secrets\nsecrets.token_hex()", "import uuid\nuuid.uuid4()"),
        allowed={
            ("pipeline/retry.py", "random"): _CHANCE + "how long to wait before another try",
            ("routing/learning.py", "random.Random"): _CHANCE + "which host to try for learning",
            ("routing/router.py", "random.Random"): _CHANCE + "which host is asked",
            ("routing/walk.py", "random.Random"): _CHANCE + "which host is asked",
        },
    ),
    Rule(
        name="comparisons",
        says="No secret is compared in a time that tells of it.",
        find=plain_comparisons,
        planted=("self.secret == other", "if a.reveal() != b:\n    pass", "mac == x.digest()", "password == given"),
        innocent=("hmac.compare_digest(a, b)", "password == ''", "key == other"),
        allowed={("serving/anthropic/blocks.py", "signature == NO_SEAL"): "the mark of a thought without a seal, which everybody may know"},
    ),
    Rule(
        name="doors",
        says="A secret is taken out of its wrapping in three files at most.",
        find=revealed,
        planted=("key.reveal()", "map(Secret.reveal, keys)"),
        allowed={
            ("auth/header.py", "reveal"): "puts a key into a header",
            ("auth/signing.py", "reveal"): "signs with it",
            ("auth/token_request.py", "reveal"): "sends it where tokens are given",
        },
    ),
)
