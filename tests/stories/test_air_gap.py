"""Across the air gap: a server that has no delivery key, a laptop that has nothing else, and a stick between them."""

from __future__ import annotations

import base64
import csv
import json
import os
import re
import shutil
import subprocess
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
from nacl.public import PrivateKey
from nacl.signing import SigningKey

from signatures.seal import ssh_fingerprint
from tests.clones import clone
from tests.people import DARA, MARIE, SOKHA, form
from tests.stories.conftest import link_in, serving
from tests.stories.people import PETITION

KEY = PrivateKey.generate()
SIGNING = SigningKey.generate()


def encoded(key) -> str:
    return base64.b64encode(bytes(key)).decode()


@pytest.fixture
def server(tmp_path, django_db_modify_db_settings, worker_id):
    """In a folder of its own. The keys of a delivery were made elsewhere: only their public halves are here."""
    folder = clone(tmp_path / "server")
    (folder / "var").mkdir()
    settings = {
        **{"DELIVERY_PUBLIC_KEY": encoded(KEY.public_key), "DELIVERY_PRIVATE_KEY": ""},
        **{"SIGNING_PUBLIC_KEY": encoded(SIGNING.verify_key), "SIGNING_PRIVATE_KEY": ""},
    }
    with serving(folder / "var", f"hatthalekha_air_gap_{worker_id}", folder, **settings) as site:
        yield site


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "USB STICK"
    folder.mkdir()
    return folder


def post(address: str, fields: dict[str, str]) -> str:
    data = urllib.parse.urlencode(fields).encode()
    with urllib.request.urlopen(address, data, timeout=30) as answer:
        assert answer.status == 200
        return answer.read().decode()


def get(address: str) -> str:
    with urllib.request.urlopen(address, timeout=30) as answer:
        return answer.read().decode()


def sign(server, who) -> None:
    post(f"{server.url}/en/petitions/{PETITION}/sign/", form(who))
    post(link_in(server.wait_for_mail(who.email)) + "confirm/", {})


def make_deliver(laptop: Path, bundle: Path, key: Path) -> list[str]:
    """As it is typed on the laptop, where no setting is set; gives what was said."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(laptop.parent), "PYTHONDONTWRITEBYTECODE": "1"}
    command = ["make", "deliver", f"BUNDLE={bundle}", f"KEY={key}"]
    done = subprocess.run(command, cwd=laptop, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


def files_of(folder: Path) -> set[Path]:
    return {path.relative_to(folder) for path in folder.rglob("*") if ".venv" not in path.parts}


def test_names_are_opened_where_the_server_cannot_see_and_the_root_comes_back(server, stick, tmp_path):
    for who in (SOKHA, DARA, MARIE):
        sign(server, who)

    # On the server: frozen, still sealed. Nothing there opens it.
    bundle = Path(server.manage("freeze", PETITION).splitlines()[-1])
    kept = {path.name for path in (server.var_dir / "keys").iterdir()}
    assert not kept & {"DELIVERY_PRIVATE_KEY", "SIGNING_PRIVATE_KEY"}
    shutil.copy(bundle, stick)

    # On the laptop: a fresh clone, the key from its safe, no database, no setting.
    laptop = clone(tmp_path / "laptop")
    key = tmp_path / "key from the safe"
    key.write_text(f"{encoded(KEY)}\nSIGNING_PRIVATE_KEY={encoded(SIGNING)}\n")
    before = files_of(laptop)
    said = make_deliver(laptop, stick / bundle.name, key)
    out = next(laptop.glob(f"delivery-{PETITION}-*"))
    assert {path.parts[0] for path in files_of(laptop) - before} == {out.name}
    with (out / "book" / "signatures.csv").open(encoding="utf-8", newline="") as file:
        assert [row["name"] for row in csv.DictReader(file)] == ["", DARA.name, MARIE.name]

    # What it says last goes back, and no more.
    back = stick / "back"
    back.mkdir()
    carried = said[said.index("") + 2 :]
    for path in carried:
        shutil.copy(path, back)
    assert carried[0] == str(out / "manifest.json")
    root = json.loads((back / "manifest.json").read_text())["root"]

    # On the server again: twice is the same as once.
    assert server.manage("register", str(back)).splitlines()[-1] == f"root {root}"
    assert "was already recorded" in server.manage("register", str(back))
    told = json.loads(get(f"{server.url}/api/petitions/{PETITION}.json?fresh=1"))["deliveries"][-1]
    assert (told["state"], told["signatures"], told["root"]) == ("built", 3, root)
    assert told["signed_by"] == ssh_fingerprint(bytes(SIGNING.verify_key))
    assert root in get(f"{server.url}/en/petitions/{PETITION}/recipients/?fresh=1")

    # And whoever signed finds their line, which the server cannot read.
    receipt = re.search(r"([A-Z2-7]{4}-){3}[A-Z2-7]{4}", get(link_in(server.wait_for_mail(DARA.email))))
    asked = {"receipt": receipt[0], "delivery": str(told["ordinal"]), "format": "json"}
    proof = json.loads(post(f"{server.url}/en/petitions/{PETITION}/verify/", asked))
    assert (proof["number"], proof["size"], proof["root"]) == (2, 3, root)
