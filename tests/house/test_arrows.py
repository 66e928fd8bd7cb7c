"""Python's arrows point one way (docs/design.md). A break is told by file and name."""

import ast

import pytest

from tests.house.imports import ROOT, files, imported, imports, is_within, module, parse

PETITION = files("petition")
DELIVERY = files("signatures/delivery")
SIGNATURES = [path for path in files("signatures") if path not in DELIVERY]

# From the ground up: a module imports only from the floors below its own.
FLOORS = [
    ["choices", "domains", "milestones", "names", "picture"],
    ["mail_hosts", "remembered", "seal", "shares", "smtp", "suspicion", "world"],
    ["blind", "charts"],
    ["stamps", "tokens", "work"],
    ["models"],
    ["retention"],
    ["counting", "destruction", "flags", "frozen", "keycheck", "mailbox", "networks", "noticing"],
    ["queries", "reasons", "sweep_scope"],
    ["throttle"],
    ["lists", "mail"],
    ["erasure", "mail_sending", "mailing_sending", "reminding", "sweeps_running", "trends"],
    ["asked_erasure"],
    ["tasks"],  # what the queue calls
    ["asking", "claims", "mailing", "moderation", "sealing", "signing", "sweeps"],
    ["forms"],
    ["admin", "management", "templatetags", "views"],
    ["apps", "urls", "urls_api"],
]
FLOOR = {name: floor for floor, names in enumerate(FLOORS) for name in names}


def breaks(paths, is_forbidden):
    return [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in paths
        for name in imports(path)
        if is_forbidden(path, name)
    ]


def part(name):
    """The part of signatures/ that a module belongs to: signatures.views.sign to `views`."""
    return (name.split(".") + [""])[1]


def looks_up(path, name):
    if not is_within(name, "signatures") or not part(name):
        return False
    here, there = part(module(path)), part(name)
    return here != there and FLOOR.get(there, 99) >= FLOOR[here]


def test_petition_imports_nothing_of_signatures():
    assert breaks(PETITION, lambda path, name: is_within(name, "signatures")) == []


def test_signatures_import_nothing_of_delivery():
    assert breaks(SIGNATURES, lambda path, name: is_within(name, "signatures.delivery")) == []


def test_nobody_imports_the_tests():
    everybody = [*PETITION, *SIGNATURES, *DELIVERY]
    assert breaks(everybody, lambda path, name: is_within(name, "tests")) == []


def test_every_part_of_signatures_has_its_floor():
    parts = {part(module(path)) for path in SIGNATURES} - {"", "migrations"}
    assert parts == set(FLOOR)


def test_each_floor_stands_on_those_below():
    code = [path for path in SIGNATURES if part(module(path)) in FLOOR]
    assert breaks(code, looks_up) == []


def test_words_know_no_models():
    ground = [path for path in SIGNATURES if FLOOR.get(part(module(path)), 99) < FLOOR["models"]]
    assert breaks(ground, lambda path, name: is_within(name, "signatures.models")) == []


def calls(path, name):
    return any(
        isinstance(node, (ast.Name, ast.Attribute)) and name == getattr(node, "id", getattr(node, "attr", None))
        for node in ast.walk(parse(path))
    )


@pytest.mark.parametrize(
    ("name", "openers"),
    [("open_identity", ["signatures/delivery/"]), ("open_email", ["signatures/mail.py"])],
)
def test_what_is_sealed_is_opened_in_one_place(name, openers):
    found = [path for path in (*PETITION, *SIGNATURES, *DELIVERY) if calls(path, name)]
    elsewhere = [str(path.relative_to(ROOT)) for path in found if path.name != "seal.py"]
    assert [where for where in elsewhere if not where.startswith(tuple(openers))] == []
    assert elsewhere != []


# -- that a break would be seen ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("import signatures.seal", ["signatures.seal"]),
        ("from signatures import seal, names", ["signatures.seal", "signatures.names"]),
        ("def f():\n    from signatures.delivery import freeze", ["signatures.delivery.freeze"]),
        ("if True:\n    import signatures.delivery as d", ["signatures.delivery"]),
        ("from ...signatures import seal", ["signatures.seal"]),
        ("from . import audit", ["petition.models.audit"]),
        ("from .audit import AuditEntry", ["petition.models.audit.AuditEntry"]),
    ],
)
def test_import_is_seen_wherever_it_stands(text, names):
    assert list(imported(ast.parse(text), "petition.models")) == names


@pytest.mark.parametrize(
    ("here", "name", "is_break"),
    [
        ("signatures/queries.py", "signatures.models.Signature", False),
        ("signatures/queries.py", "signatures.signing.sign", True),
        ("signatures/names.py", "signatures.models", True),
        ("signatures/tasks.py", "signatures.signing.sign", True),
        ("signatures/views/sign.py", "signatures.views.api", False),
        ("signatures/views/sign.py", "signatures.admin", True),
        ("signatures/views/sign.py", "signatures.newcomer", True),
        ("signatures/signing.py", "signatures.forms", True),
    ],
)
def test_look_upwards_is_a_break(here, name, is_break):
    assert looks_up(ROOT / here, name) == is_break
