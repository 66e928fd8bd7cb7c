import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from nacl.public import PrivateKey

from signatures.delivery.build import build
from signatures.seal import Keyring
from tests.signatures.delivery import bundles

KEY = PrivateKey(b"the key of these tests, 32 bytes")
RING = Keyring([KEY])


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """A finished folder of 120 signers in three volumes, its bundle and its root. Tests that change it take a copy."""
    place = tmp_path_factory.mktemp("built")
    signers = bundles.made_signers(120)
    bundle = bundles.write_bundle(place / "clean-river-2.zip", signers, KEY, volume_rows=50)
    root = build(bundle, place / "out", keys=RING)
    return SimpleNamespace(bundle=bundle, folder=place / "out", root=root, signers=signers)


@pytest.fixture
def folder(built, tmp_path) -> Path:
    """A copy of the finished folder, to be damaged."""
    return Path(shutil.copytree(built.folder, tmp_path / "folder"))
